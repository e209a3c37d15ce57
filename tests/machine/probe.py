"""Tries what a terminal must not be able to do, from inside its unit, and writes down how each attempt ended.

It runs on the machine, with nothing but what is installed there: `python3 probe.py` prints JSON.
"""

from __future__ import annotations

import ctypes
import json
import mmap
import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

from devices.opening import open_device

FAR, ECHO = "far.example", b"echo"


def run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, timeout=10, check=True).stdout.decode()


def written_and_run() -> str:
    """A program that was written by ourselves."""
    path = Path(os.environ["STATE_DIRECTORY"], "program")
    path.write_text("#!/usr/bin/python3.11\n")
    path.chmod(0o700)
    return run(str(path))


def made_executable() -> str:
    """Memory that was written and is then run (mprotect)."""
    libc = ctypes.CDLL(None, use_errno=True)
    memory = mmap.mmap(-1, 4096)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    if libc.mprotect(ctypes.c_void_p(address), 4096, mmap.PROT_READ | mmap.PROT_EXEC):
        raise OSError(ctypes.get_errno(), "mprotect")
    return "executable"


def connected(host: str, port: int) -> str:
    with socket.create_connection((host, port), 5) as connection:
        connection.sendall(ECHO)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(100).decode()
        if not answer:
            raise ConnectionError("closed")
        return answer


def unshared() -> str:
    os_unshare = ctypes.CDLL(None, use_errno=True).unshare
    if os_unshare(0x10000000):
        raise OSError(ctypes.get_errno(), "unshare")
    return "a namespace"


def card_readers() -> str:
    """pcscd 2 asks polkit who we are."""
    from smartcard.scard import SCardEstablishContext

    code, _ = SCardEstablishContext(2)
    if code:
        raise OSError(f"{code & 0xFFFFFFFF:#x}")
    return "a context"


def videos() -> str:
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtMultimedia import QMediaPlayer

    application = QCoreApplication([])
    if not QMediaPlayer(application).isAvailable():
        raise OSError("no decoder")
    return "a player"


FORBIDDEN = {
    "a shell": lambda: run("/bin/sh", "-c", "echo hello"),
    "a tool": lambda: run("/usr/bin/env"),
    "a shell by the loader": lambda: run("/lib64/ld-linux-x86-64.so.2", "/bin/sh", "-c", "echo hello"),
    "a program that we wrote": written_and_run,
    "memory written and executable": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC),
    "memory made executable": made_executable,
    "writing our program": lambda: Path("/usr/lib/lotse/current/VERSION").write_text("9"),
    "writing settings": lambda: Path("/etc/lotse/settings.yaml").write_text(""),
    "reading passwords": lambda: Path("/etc/shadow").read_text(),
    "looking at root's home": lambda: list(Path("/root").iterdir()),
    "a device file": lambda: os.open("/dev/usb/lp0", os.O_RDWR),
    "a device file that is not in the settings": lambda: open_device(Path("/dev/other"), write=False),
    "the graphics card": lambda: os.open("/dev/dri/card0", os.O_RDWR),
    "IPv6": lambda: socket.socket(socket.AF_INET6),
    "raw packets": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
    "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "a host by its address": lambda: connected("192.0.2.1", 443),
    "a host that is not in the settings": lambda: connected("other.example", 443),
    "a host of the settings at another port": lambda: connected(FAR, 9100),
    "an address that stands for nothing": lambda: connected("127.77.0.99", 443),
    "the machine's own loopback": lambda: connected("127.0.0.1", 7777),
    "D-Bus": lambda: socket.socket(socket.AF_UNIX).connect("/run/dbus/system_bus_socket"),
    "systemd": lambda: socket.socket(socket.AF_UNIX).connect("/run/systemd/private"),
    "other processes": lambda: list(Path("/proc/1").iterdir()),
    "ending systemd": lambda: os.kill(1, 15),
    "a namespace": unshared,
}
ALLOWED = {
    "a host of the settings": lambda: connected(FAR, 443),
    "a device file of the settings": lambda: os.fstat(open_device(Path("/dev/usb/lp0"), write=True)).st_size,
    "writing our state": lambda: Path(os.environ["STATE_DIRECTORY"], "note").write_text("a note"),
    "the display": lambda: socket.socket(socket.AF_UNIX).connect(os.environ["WAYLAND_DISPLAY"]),
    "the sound server": lambda: socket.socket(socket.AF_UNIX).connect(os.environ["PULSE_SERVER"].removeprefix("unix:")),
    "card readers, by polkit's word": card_readers,
    "showing a video": videos,
    "card readers' socket": lambda: socket.socket(socket.AF_UNIX).connect("/run/pcscd/pcscd.comm"),
}


def outcome(attempt: Callable[[], object]) -> str | None:
    """Return None where it worked, else how it failed."""
    try:
        attempt()
    except (OSError, ImportError, subprocess.SubprocessError) as error:
        return f"{type(error).__name__}: {error}"
    return None


if __name__ == "__main__":
    print(json.dumps({name: outcome(attempt) for name, attempt in (FORBIDDEN | ALLOWED).items()}))  # noqa: T201
