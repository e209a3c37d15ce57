"""What staff did at this terminal, until the counter has it for its audit log.

It is on the disk before `add` returns, so that a power cut loses none. A deed says what, who of the staff and when:
nothing of a visit.
"""

from __future__ import annotations

import json
import logging
import os
import uuid
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

MOST = 500
"""So many are kept while the hub is away."""
_ID_DIGITS = 32


class UntoldDeeds:
    """Deeds by their id, the oldest first. Without a `file` they last as long as the process.

    Writing takes the milliseconds of one `fsync` on the caller's thread: staff do a few things a day. A disk that fails
    is logged and does not raise.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._deeds: dict[str, dict[str, Any]] = _read(file) if file else {}

    def __len__(self) -> int:
        """Return how many are left."""
        return len(self._deeds)

    def add(self, deed: dict[str, Any]) -> None:
        """Keep one; of too many the oldest go."""
        self._deeds[uuid.uuid4().hex] = deed
        while len(self._deeds) > MOST:
            log.error("a deed of the staff was not told in time: %s", self._deeds.pop(next(iter(self._deeds)))["deed"])
        self._write()

    def all(self) -> tuple[tuple[str, dict[str, Any]], ...]:
        """Return what is left, with the ids under which the hub takes each once."""
        return tuple(self._deeds.items())

    def told(self, deed_id: str) -> None:
        """Forget one: the hub has it."""
        self._deeds.pop(deed_id, None)
        self._write()

    def _write(self) -> None:
        if self._file is None:
            return
        try:
            _replace(self._file, json.dumps(self._deeds).encode())
        except OSError as error:
            log.error("deeds of the staff cannot be kept: %s", error.strerror)


def _read(file: Path) -> dict[str, dict[str, Any]]:
    try:
        content = json.loads(file.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        log.error("kept deeds of the staff cannot be read: %s", type(error).__name__)
        return {}
    if not isinstance(content, dict):
        return {}
    return {deed_id: deed for deed_id, deed in content.items() if len(deed_id) == _ID_DIGITS and isinstance(deed, dict)}


def _replace(file: Path, content: bytes) -> None:
    """Replace a file so that after a power cut it is the old one or the new one."""
    beside = file.with_name(f"{file.name}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as new:
        new.write(content)
        new.flush()
        os.fsync(new.fileno())
    beside.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
