"""emupos, a printer emulator by other people, run beside the tests in a Python of its own.

https://pypi.org/project/emupos: ESC/POS with real status replies and reports, receipts as text. It needs
Python 3.13; where there is none, what needs it is skipped.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

VERSION = "0.4.0"
_CONFIG = """\
schema: 1
api: {{ host: 127.0.0.1, port: {api} }}
devices:
  - id: front
    type: printer
    profile: epson-tm-t20iii
    connections: [{{ tcp: {{ port: {port} }} }}]
    receipts_dir: ./receipts
"""


class Emupos:
    """A running emulator: where it listens, what befalls it, what it printed."""

    def __init__(self, port: int, api: int) -> None:
        self.port = port
        self._api = httpx.Client(base_url=f"http://127.0.0.1:{api}/api/v1", trust_env=False)

    def cause(self, fault: str) -> None:
        """One of `paper-near-end`, `paper-out`, `cover-open`, `offline`."""
        self._api.put(f"/devices/front/faults/{fault}").raise_for_status()

    def mend(self) -> None:
        """End every fault."""
        for fault in self._api.get("/devices/front").raise_for_status().json()["state"]["faults"]:
            self._api.delete(f"/devices/front/faults/{fault}").raise_for_status()

    def receipts(self) -> list[str]:
        """The words of the slips that came out."""
        slips = self._api.get("/devices/front/receipts").raise_for_status().json()
        return [self._api.get(f"/devices/front/receipts/{slip['id']}/text").raise_for_status().text for slip in slips]

    def is_up(self) -> bool:
        """Whether it answers."""
        try:
            return self._api.get("/devices").is_success
        except httpx.TransportError:
            return False

    def close(self) -> None:
        """Let go of it."""
        self._api.close()


def new_python() -> str | None:
    """Return a Python that emupos runs in, None if there is none."""
    if sys.version_info >= (3, 13):
        return sys.executable
    found = filter(None, map(shutil.which, ("python3.14", "python3.13")))
    return next((python for python in found if _run([python, "-V"]).returncode == 0), None)


def installed(python: str, folder: Path) -> Path:
    """Return a folder that has emupos for that Python; fill it the first time. Skips if it cannot be had."""
    if not (folder / "emupos").is_dir():
        version = _run([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]).stdout
        command = [sys.executable, "-m", "pip", "install", "-q", "--target", str(folder), "--only-binary=:all:"]
        command += ["--ignore-requires-python", "--python-version", version.strip(), "--implementation", "cp"]
        if _run([*command, f"emupos=={VERSION}"]).returncode:
            shutil.rmtree(folder, ignore_errors=True)
            pytest.skip(f"emupos {VERSION} cannot be installed here")
    return folder


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def run(python: str, packages: Path, folder: Path) -> tuple[subprocess.Popen[bytes], Emupos]:
    """Start the emulator; return when it answers."""
    port, api = _free_ports()
    (folder / "emupos.yaml").write_text(_CONFIG.format(port=port, api=api))
    environment = {**os.environ, "PYTHONPATH": str(packages)}
    environment.pop("PYTHONHOME", None)
    with (folder / "log").open("wb") as log:
        start = [python, "-c", "from emupos.cli.app import main; main()", "run", "--config", "emupos.yaml"]
        process = subprocess.Popen(start, cwd=folder, env=environment, stdout=log, stderr=log)
    emulator = Emupos(port, api)
    deadline = time.monotonic() + 20
    while not emulator.is_up():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            emulator.close()
            pytest.fail((folder / "log").read_text())
        time.sleep(0.05)
    return process, emulator


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        for free in (one, other):
            free.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
