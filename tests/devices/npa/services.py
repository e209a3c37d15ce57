"""The real services below: pcscd with a virtual reader, and the AusweisApp. Started for a test session, ended by it."""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devices.eid.ausweisapp import Program, ProgramMissingError

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
DOOR = Path("/run/pcscd/pcscd.comm")
DEFAULT_PORT = 35963
PACKAGES = "install pcscd, vsmartcard-vpcd and ausweisapp2 (Debian 12) or ausweisapp (13)"
READER = "Virtual PCD 00 00"

CONFIGURATION = "[General]\n\n[preverification]\nenabled=false\n"
"""Nobody signs certificates for made-up cards, so the AusweisApp is told not to look for their authority."""


def listens(port: int) -> bool:
    """Whether somebody listens there; asked of the system, since to vpcd a connection is a card."""
    tables = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
    rows = [line.split() for table in tables if table.exists() for line in table.read_text().splitlines()[1:]]
    return any(row[3] == "0A" and row[1].endswith(f":{port:04X}") for row in rows)


def free_port() -> int:
    """A port that is free, and the one after it: a vpcd has two slots. Below those that the system gives out."""
    while True:
        port = random.randrange(20_000, 32_000, 2)
        if not listens(port) and not listens(port + 1):
            return port


@contextmanager
def alone() -> Iterator[None]:
    """One test session at a time: a machine has one pcscd."""
    with Path(tempfile.gettempdir(), "lotse-reader-tests.lock").open("w") as lock:
        for _ in range(200):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(0.2)
        else:
            pytest.skip("another run has the reader service")
        yield


@contextmanager
def reader_service(folder: Path) -> Iterator[int]:
    """A pcscd with one virtual reader; yields the port where a card is put in."""
    program = shutil.which("pcscd", path="/usr/sbin:/usr/bin")
    if program is None or not DRIVER.exists():
        pytest.skip(f"no pcscd with vpcd: {PACKAGES}")
    with socket.socket(socket.AF_UNIX) as probe:
        running = probe.connect_ex(str(DOOR)) == 0
    if running:
        if not listens(DEFAULT_PORT):
            pytest.skip("a pcscd runs here that has no virtual reader")
        yield DEFAULT_PORT
        return
    if os.geteuid() != 0:
        pytest.skip("only root can start a pcscd")
    port = free_port()
    (folder / "vpcd").write_text(
        f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:{port:#x}\nLIBPATH {DRIVER}\nCHANNELID {port:#x}\n'
    )
    DOOR.parent.mkdir(exist_ok=True)
    command = [program, "--foreground", "--config", str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: DOOR.exists() and listens(port), "pcscd did not start")
        yield port
    finally:
        end(process)


@contextmanager
def ausweisapp(home: Path) -> Iterator[Program]:
    """The real AusweisApp, with a home of its own."""
    try:
        program = Program(free_port(), home)
    except ProgramMissingError:
        pytest.skip(f"no AusweisApp: {PACKAGES}")
    for name in ("AusweisApp2.conf", "AusweisApp.conf"):
        path = home / ".config" / "Unknown Organization" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CONFIGURATION)
    process = program.start()
    try:
        wait_until(lambda: listens(program.port), "the AusweisApp did not open its port")
        yield program
    finally:
        end(process)


def wait_until(true: object, otherwise: str) -> None:
    assert callable(true)
    limit = time.monotonic() + 15
    while not true():
        assert time.monotonic() < limit, otherwise
        time.sleep(0.05)


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
