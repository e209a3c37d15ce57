"""A printer's bytes, sorted into answers.

A printer answers several questions on one line and may also report by itself, in between. Their
fixed bits tell the answers apart (Epson ESC/POS command reference: DLE EOT, GS r, GS a, DLE DC4 8):

| bits      | bytes | answer                             |
|-----------|-------|------------------------------------|
| 0xx1 xx10 | 1     | DLE EOT: one of four states        |
| 0xx1 xx00 | 4     | GS a: a report that nobody asked for |
| 0xx0 xxxx | 1     | GS r: the barrier                  |
| 37 25 xx  | 3     | DLE DC4 8: what was unprinted is forgotten |
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.printers.status import PrinterStatus, is_barrier, is_report, is_status, read_report

_CLEARED = b"\x37\x25"


@dataclass(frozen=True, slots=True)
class State:
    """One answer to DLE EOT."""

    byte: int


@dataclass(frozen=True, slots=True)
class Report:
    """What the printer reported by itself."""

    status: PrinterStatus


@dataclass(frozen=True, slots=True)
class Barrier:
    """The answer to GS r 1."""

    byte: int


@dataclass(frozen=True, slots=True)
class Cleared:
    """The printer has forgotten what it had not printed."""


@dataclass(frozen=True, slots=True)
class Nonsense:
    """A byte that begins no answer."""

    byte: int


Answer = State | Report | Barrier | Cleared | Nonsense


class Answers:
    """Sorts a stream of bytes. An answer that is not whole yet waits for its rest."""

    def __init__(self) -> None:
        self._unread = bytearray()

    def feed(self, data: bytes) -> list[Answer]:
        """Return the answers that are whole with these bytes."""
        self._unread += data
        found = []
        while (length := self._length()) <= len(self._unread) and self._unread:
            found.append(_answer(bytes(self._unread[:length])))
            del self._unread[:length]
        return found

    def _length(self) -> int:
        if self._unread[:1] == _CLEARED[:1]:
            return 3
        return 4 if self._unread and is_report(self._unread[0]) else 1


def _answer(data: bytes) -> Answer:
    if len(data) == 4:
        return Report(read_report(data))
    if len(data) == 3:
        return Cleared() if data.startswith(_CLEARED) else Nonsense(data[0])
    if is_status(data[0]):
        return State(data[0])
    return Barrier(data[0]) if is_barrier(data[0]) else Nonsense(data[0])
