"""PC/SC as this terminal uses it: pyscard's `scard` with errors as exceptions and values with names.

A context belongs to one thread, except `Context.cancel`. Every function may raise `PcscError`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

PNP = "\\\\?PnP?\\Notification"
"""The pseudo reader that changes when a reader comes or goes."""


NO_SERVICE = 0x8010001D
_READER_GONE = frozenset({0x80100009, 0x80100017})
"""Unknown reader, reader unavailable (pcsclite.h)."""
_PRESENT = 0x0020


def _scard() -> Any:
    try:
        from smartcard import scard  # not at start: it takes its time
    except ImportError as error:  # the system has no libpcsclite
        raise PcscError(NO_SERVICE) from error
    return scard


class PcscError(Exception):
    """A function of PC/SC failed; `code` is what it returned."""

    def __init__(self, code: int) -> None:
        super().__init__(f"0x{code & 0xFFFFFFFF:08X}")
        self.code = code

    @property
    def reader_gone(self) -> bool:
        """Whether it only says that a reader is not there any more."""
        return self.code & 0xFFFFFFFF in _READER_GONE


def _checked(answer: Any) -> Any:
    """Return the results of a call; pyscard gives its code first, alone where there are no results."""
    code, *results = answer if isinstance(answer, (list, tuple)) else [answer]
    if code != _scard().SCARD_S_SUCCESS:
        raise PcscError(code)
    return results


@dataclass(frozen=True, slots=True)
class ReaderState:
    """What PC/SC says of one reader. `state` is given back to it, to be told what changes after it."""

    reader: str
    state: int = 0
    atr: bytes = b""

    @property
    def present(self) -> bool:
        """Whether a card lies there, of whatever kind, also one that gives no answer."""
        return bool(self.state & _PRESENT)

    @property
    def comings(self) -> int:
        """How many cards came and went so far, as this run of the service counts."""
        return self.state >> 16 & 0xFFFF


class Context:
    """A connection to the PC/SC service."""

    def __init__(self) -> None:
        scard = _scard()
        (self._context,) = _checked(scard.SCardEstablishContext(scard.SCARD_SCOPE_USER))

    def __enter__(self) -> Context:
        return self

    def __exit__(self, *_: object) -> None:
        _scard().SCardReleaseContext(self._context)

    def readers(self) -> list[str]:
        """Return the names of the readers that are attached."""
        scard = _scard()
        try:
            (names,) = _checked(scard.SCardListReaders(self._context, []))
        except PcscError as error:
            if error.code == scard.SCARD_E_NO_READERS_AVAILABLE:
                return []
            raise
        return list(names)

    def wait(self, known: Sequence[ReaderState], seconds: float) -> list[ReaderState]:
        """Wait until something is not as `known`, and return all as they are then; nothing after `seconds`."""
        scard = _scard()
        asked = [(one.reader, one.state) for one in known]
        try:
            (states,) = _checked(scard.SCardGetStatusChange(self._context, int(seconds * 1000), asked))
        except PcscError as error:
            if error.code == scard.SCARD_E_TIMEOUT:
                return []
            raise
        changed = scard.SCARD_STATE_CHANGED
        return [ReaderState(reader, state & ~changed, bytes(atr)) for reader, state, atr in states]

    def cancel(self) -> None:
        """End a `wait`, from another thread."""
        _scard().SCardCancel(self._context)

    @contextmanager
    def card(self, reader: str) -> Iterator[Card]:
        """Connect with the card in a reader, shared, and have it alone meanwhile. Blocks while another one has it."""
        scard = _scard()
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        handle, protocol = _checked(scard.SCardConnect(self._context, reader, scard.SCARD_SHARE_SHARED, protocols))
        try:
            _checked(scard.SCardBeginTransaction(handle))
            try:
                yield Card(handle, protocol)
            finally:
                scard.SCardEndTransaction(handle, scard.SCARD_LEAVE_CARD)
        finally:
            scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)


@dataclass(frozen=True, slots=True)
class Card:
    """A card that one is connected with."""

    handle: int
    protocol: int

    def transmit(self, command: bytes) -> bytes:
        """Send a command and return the answer, status word included."""
        scard = _scard()
        pci = scard.SCARD_PCI_T0 if self.protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
        (answer,) = _checked(scard.SCardTransmit(self.handle, pci, list(command)))
        return bytes(answer)
