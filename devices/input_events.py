"""Linux input events, as they are read from `/dev/input/event*` (linux/input.h)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

RECORD = struct.Struct("@llHHi")
"""`struct input_event`: seconds, microseconds, type, code, value."""
EV_KEY, EV_ABS, EV_SW = 0x01, 0x03, 0x05


def cut(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (type, code, value) of each whole record."""
    for _, _, kind, code, value in RECORD.iter_unpack(data[: len(data) - len(data) % RECORD.size]):
        yield kind, code, value


def reader(take: Callable[[int, int, int], None]) -> Callable[[bytes], None]:
    """Return what takes bytes as they come and calls `take` with each event's type, code and value."""
    begun = b""

    def read(data: bytes) -> None:
        nonlocal begun
        begun += data
        for event in cut(begun):
            take(*event)
        begun = begun[len(begun) - len(begun) % RECORD.size :]

    return read
