"""A page printer by other people: CUPS' `ippeveprinter`, with a private D-Bus and avahi-daemon on loopback.

What it does with a document is a command, `paper.sh`: it tells the trouble named in the file `trouble` as
the printer's own state reason, waits until that file is empty, and lays the document into `out`.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_BUS = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>
"""
_AVAHI = "[server]\nallow-interfaces=lo\nuse-ipv6=no\n[wide-area]\nenable-wide-area=no\n"
_PAPER = """\
#!/bin/sh
cd "$(dirname "$0")"
trouble=$(cat trouble)
case "$trouble" in
    "") ;;
    abort) exit 1 ;;
    *) echo "STATE: +$trouble" >&2; while [ -s trouble ]; do sleep 0.02; done; echo "STATE: -$trouble" >&2; exit 1 ;;
esac
cp "$1" out
"""
_PROGRAMS = ("ippeveprinter", "avahi-daemon", "dbus-daemon")


class PagePrinter:
    """A running printer: its address, what befalls it, what it printed."""

    def __init__(self, folder: Path, port: int) -> None:
        self.url = f"ipp://localhost:{port}/ipp/print"
        self._folder = folder
        self.cause("")

    def cause(self, trouble: str) -> None:
        """A keyword of printer-state-reasons, `abort`, or nothing."""
        (self._folder / "trouble").write_text(trouble)

    @property
    def printed(self) -> bytes | None:
        """The document that came out."""
        out = self._folder / "out"
        return out.read_bytes() if out.exists() else None

    def log(self) -> str:
        """What the printer was asked and did."""
        return (self._folder / "log").read_text(errors="replace")


@contextmanager
def discovery(folder: Path) -> Iterator[dict[str, str]]:
    """Run what ippeveprinter needs; yield the environment for it. Skips where that cannot be."""
    missing = [name for name in _PROGRAMS if not shutil.which(name, path=path())]
    if missing or os.geteuid() != 0:
        pytest.skip(f"needs root and the packages of {', '.join(missing or _PROGRAMS)}")
    if _avahi_runs():
        pytest.skip("another avahi-daemon is running here")
    bus = folder / "bus"
    (folder / "bus.conf").write_text(_BUS.format(socket=bus))
    (folder / "avahi.conf").write_text(_AVAHI)
    Path("/run/avahi-daemon").mkdir(exist_ok=True)
    environment = {**os.environ, "PATH": path(), "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={bus}"}
    with running(["dbus-daemon", "--nofork", f"--config-file={folder / 'bus.conf'}"], folder / "bus.log", environment):
        wait(bus.exists, folder / "bus.log")
        avahi = ["avahi-daemon", "--no-drop-root", "--no-rlimits", "--no-chroot", "-f", str(folder / "avahi.conf")]
        log = folder / "avahi.log"
        with running(avahi, log, environment):
            wait(lambda: "startup complete" in log.read_text(), log)
            yield environment


@contextmanager
def page_printer(folder: Path, environment: dict[str, str]) -> Iterator[PagePrinter]:
    """Run a printer with nothing in its trays but what the tests put there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = folder / "paper.sh"
    command.write_text(_PAPER)
    command.chmod(0o755)
    (folder / "spool").mkdir()
    options = ["-c", str(command), "-d", str(folder / "spool"), "-f", "application/pdf", "-p", str(port), "-vvv"]
    printer = PagePrinter(folder, port)
    with running(["ippeveprinter", *options, "Test"], folder / "log", environment):
        wait(lambda: _listens(port), folder / "log")
        yield printer
        printer.cause("")


@contextmanager
def running(command: list[str], log: Path, environment: dict[str, str]) -> Iterator[None]:
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, env=environment)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(3)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(3)


def wait(ready: object, log: Path) -> None:
    assert callable(ready)
    deadline = time.monotonic() + 10
    while not ready():
        if time.monotonic() > deadline:
            pytest.fail(log.read_text(errors="replace"))
        time.sleep(0.02)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _avahi_runs() -> bool:
    try:
        pid = int(Path("/run/avahi-daemon/pid").read_text())
    except (OSError, ValueError):
        return False
    return Path(f"/proc/{pid}/comm").exists() and "avahi" in Path(f"/proc/{pid}/comm").read_text()


def path() -> str:
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
