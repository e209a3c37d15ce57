"""CUPS as Debian brings it, beside the system's own: a scheduler in a folder of its own, on a loopback port.

It has Debian's own policies and defaults (jobs and their files are kept), and one queue "A4" to a printer.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .ippeveprinter import PagePrinter, path, running, wait

_DEFAULTS = Path("/usr/share/cups/cupsd.conf.default")
_FILES = """\
SystemGroup root lpadmin
ServerRoot {0}/root
RequestRoot {0}/spool
TempDir {0}/spool/tmp
StateDir {0}/state
CacheDir {0}/cache
AccessLog {0}/access.log
ErrorLog {0}/error.log
PageLog {0}/page.log
"""
_FOLDERS = ("root", "root/ppd", "spool", "spool/tmp", "state", "state/certs", "cache")


class Queue:
    """A queue: its address, and what lies in the scheduler's spool."""

    def __init__(self, folder: Path, port: int) -> None:
        self.url = f"ipp://127.0.0.1:{port}/printers/A4"
        self._server = f"127.0.0.1:{port}"
        self._folder = folder

    @property
    def spooled(self) -> list[str]:
        """The files of jobs: c… what a job is, d… its document."""
        return sorted(file.name for file in (self._folder / "spool").iterdir() if file.is_file())

    def print_as_others_do(self, document: bytes) -> None:
        """Print without removing anything afterwards."""
        command = ["lp", "-h", self._server, "-d", "A4", "-"]
        subprocess.run(command, input=document, capture_output=True, timeout=20, check=True)

    def log(self) -> str:
        """What CUPS had to say."""
        return (self._folder / "error.log").read_text(errors="replace")


@contextmanager
def queue_to(printer: PagePrinter, environment: dict[str, str]) -> Iterator[Queue]:
    """Run CUPS with a queue to this printer. Skips where that cannot be."""
    missing = [name for name in ("cupsd", "lpadmin") if not shutil.which(name, path=path())]
    if missing or os.geteuid() != 0 or not _DEFAULTS.exists() or not Path("/usr/lib/cups/filter/pdftopdf").exists():
        pytest.skip("needs root and Debian's package cups")
    # Filters run as the user lp: pytest's own folders are closed to others.
    folder = Path(tempfile.mkdtemp(prefix="lotse-cups-"))
    try:
        folder.chmod(0o755)
        port = _prepared(folder)
        command = ["cupsd", "-f", "-c", str(folder / "cupsd.conf"), "-s", str(folder / "cups-files.conf")]
        with running(command, folder / "out.log", environment):
            control = folder / "state" / "cups.sock"
            wait(control.exists, folder / "out.log")
            add = ["lpadmin", "-h", str(control), "-p", "A4", "-E", "-v", printer.url, "-m", "everywhere"]
            done = subprocess.run(add, env=environment, capture_output=True, text=True, timeout=20, check=False)
            assert done.returncode == 0, done.stderr
            yield Queue(folder, port)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepared(folder: Path) -> int:
    for name in _FOLDERS:
        (folder / name).mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    settings = re.sub(r"(?m)^(Listen|Port|Browsing|WebInterface|LogLevel) .*\n", "", _DEFAULTS.read_text())
    listen = f"Listen 127.0.0.1:{port}\nListen {folder}/state/cups.sock\nBrowsing No\nWebInterface No\nLogLevel debug\n"
    (folder / "cupsd.conf").write_text(listen + settings)
    (folder / "cups-files.conf").write_text(_FILES.format(folder))
    return port
