"""Opening a device file: by ourselves, or by whoever may (`LOTSE_DEVICES` names the socket).

A locked-down terminal has no device files of its own. It asks for one by its path, on a Unix socket; the answer is an
error's number, or 0 and the open descriptor (SCM_RIGHTS, unix(7)).
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

_ALWAYS = os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_PATIENCE_S = 1.0
"""The other side is on this machine, and never waits for a device."""


def open_device(path: Path, *, write: bool) -> int:
    """Return a descriptor that never waits. Raises `OSError`."""
    if broker := os.environ.get("LOTSE_DEVICES"):
        return _handed_over(broker, path, write=write)
    return os.open(path, (os.O_RDWR if write else os.O_RDONLY) | _ALWAYS)


def _handed_over(broker: str, path: Path, *, write: bool) -> int:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asking:
        asking.settimeout(_PATIENCE_S)
        asking.connect(broker)
        asking.send(f"{'rw' if write else 'r'} {path}".encode())
        words, descriptors, _, _ = socket.recv_fds(asking, 64, 1)
    if words == b"0" and descriptors:
        os.set_inheritable(descriptors[0], False)
        return descriptors[0]
    code = int(words or b"5")
    raise OSError(code, os.strerror(code))
