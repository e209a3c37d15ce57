"""Device files for a terminal that has none: opened here, and handed over.

The terminal's /dev is empty. It asks on a socket of systemd's (`lotse-devices.socket`) for a path; what its settings
name is opened, and the descriptor goes over (SCM_RIGHTS, unix(7)). A datagram is a path, with "r " or "rw " before
it; the answer is the error's number, 0 with a descriptor.
"""

from __future__ import annotations

import errno
import logging
import os
import socket
from collections.abc import Iterable
from pathlib import Path

_FLAGS = {"r": os.O_RDONLY, "rw": os.O_RDWR}
_ALWAYS = os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_MOST = 4096
_PATIENCE_S = 2.0

log = logging.getLogger(__name__)


def serve(allowed: Iterable[Path], listener: socket.socket) -> None:
    """Answer each connection's one question, for ever."""
    paths = frozenset(str(path) for path in allowed)
    while True:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(_PATIENCE_S)
            try:
                answer(connection, paths)
            except OSError as error:
                log.info("nobody waits for the answer any more: %s", type(error).__name__)


def answer(connection: socket.socket, allowed: frozenset[str]) -> None:
    """Answer one question. Raises `OSError` when the other side is gone."""
    how, _, path = connection.recv(_MOST).decode(errors="replace").partition(" ")
    if how not in _FLAGS or path not in allowed:
        log.warning("refused: a device file that the settings do not name")
        connection.send(str(errno.EACCES).encode())
        return
    try:
        descriptor = os.open(path, _FLAGS[how] | _ALWAYS)
    except OSError as error:
        connection.send(str(error.errno or errno.EIO).encode())
        return
    try:
        socket.send_fds(connection, [b"0"], [descriptor])
    finally:
        os.close(descriptor)
