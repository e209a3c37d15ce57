"""The real services below: pcscd with a virtual reader, and the AusweisApp. Started for a test session, ended by it.

A machine has one pcscd, since all look for the same socket. Here the socket of each is moved as soon as it is there,
and who is to find it is told where it is. So several stand beside each other, and beside one that comes later.
"""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from devices.eid.ausweisapp import Program, ProgramMissingError, port_of

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
DOOR = Path("/run/pcscd/pcscd.comm")
NOTE = Path("/run/pcscd/pcscd.pid")
PACKAGES = "install pcscd, vsmartcard-vpcd and ausweisapp2 (Debian 12) or ausweisapp (13)"
READER = "Virtual PCD 00 00"

CONFIGURATION = "[General]\n\n[preverification]\nenabled=false\n"
"""Nobody signs certificates for made-up cards, so the AusweisApp is told not to look for their authority."""

CONFIGURATION_FILES = ("Unknown Organization/AusweisApp2.conf", "AusweisApp/AusweisApp2.conf")
"""Under `.config`: of 1.26 and of 2."""


@dataclass
class ReaderService:
    """A pcscd with a virtual reader; a card is put in at `port`. `start` and `kill` as often as wanted."""

    folder: Path
    port: int = field(default_factory=lambda: free_port())
    process: subprocess.Popen[bytes] | None = None

    @property
    def door(self) -> Path:
        """Where its clients find it."""
        return DOOR.with_name(f"lotse-test-{self.port}.comm")

    @property
    def environment(self) -> Mapping[str, str]:
        """What a client's environment needs."""
        return {"PCSCLITE_CSOCK_NAME": str(self.door)}

    def start(self, *, reader: bool = True) -> None:
        """Return when it can be found; with its reader attached, or without."""
        program = shutil.which("pcscd", path="/usr/sbin:/usr/bin")
        assert program
        entry = (
            f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:{self.port:#x}\n'
            f"LIBPATH {DRIVER}\nCHANNELID {self.port:#x}\n"
        )
        (self.folder / "vpcd").write_text(entry if reader else "")
        command = [program, "--foreground", "--config", str(self.folder), *_unguarded(program)]
        with alone():
            if _answers(DOOR):
                pytest.skip("another pcscd runs here")
            for left in (DOOR, NOTE):
                left.unlink(missing_ok=True)
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            try:
                wait_until(lambda: listens(self.port) is reader and _answers(DOOR), "pcscd did not start")
            except BaseException:
                end(self.process)
                raise
            DOOR.rename(self.door)
            NOTE.unlink(missing_ok=True)

    def kill(self) -> None:
        """End it, without letting it tidy up: what stands at the usual place is another's by now."""
        if self.process:
            self.process.kill()
            self.process.wait()
        self.door.unlink(missing_ok=True)


@contextmanager
def reader_service(folder: Path) -> Iterator[ReaderService]:
    """A pcscd of our own. Skips where there can be none."""
    if shutil.which("pcscd", path="/usr/sbin:/usr/bin") is None or not DRIVER.exists():
        pytest.skip(f"no pcscd with vpcd: {PACKAGES}")
    if os.geteuid() != 0:
        pytest.skip("only root can start a pcscd")
    DOOR.parent.mkdir(exist_ok=True)
    service = ReaderService(folder)
    service.start()
    try:
        yield service
    finally:
        service.kill()


@contextmanager
def ausweisapp(service: ReaderService, home: Path) -> Iterator[int]:
    """The real AusweisApp on that reader, with a home of its own; yields its port."""
    program = program_at(service)
    configure(home)
    process = program.start(home)
    try:
        wait_until(lambda: port_of(process, home) is not None, "the AusweisApp did not open its port")
        yield port_of(process, home) or 0
    finally:
        end(process)


def program_at(service: ReaderService) -> Program:
    """The AusweisApp of this machine, on that reader. Skips where there is none."""
    try:
        return Program(extra=service.environment)
    except ProgramMissingError:
        pytest.skip(f"no AusweisApp: {PACKAGES}")


def configure(home: Path) -> None:
    """Write the AusweisApp's configuration."""
    for name in CONFIGURATION_FILES:
        path = home / ".config" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CONFIGURATION)


@contextmanager
def alone() -> Iterator[None]:
    """One test session at a time may have a pcscd at the usual place."""
    with Path(tempfile.gettempdir(), "lotse-reader-tests.lock").open("w") as lock:
        for _ in range(300):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(0.2)
        else:
            pytest.skip("another run has the reader service")
        yield


def _answers(door: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(door)) == 0


def _unguarded(program: str) -> list[str]:
    """pcscd 2 (Debian 13) asks polkit who may have a card, and refuses everybody where no D-Bus runs."""
    known = subprocess.run([program, "--help"], capture_output=True, text=True, check=False).stdout
    return [option] if (option := "--disable-polkit") in known else []


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


def wait_until(true: Callable[[], bool], otherwise: str) -> None:
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
