"""PC/SC that exists only as software: one reader, its slot, and the hand at it. For demo and tests only.

PC/SC is a library, not a line: this stands where its functions are called (`devices.cards.pcsc.Context`), so the demo
needs neither a pcscd nor the rights to run one. Cards answer whole commands, as they would in a real reader. The real
pcscd is what the tests of the driver use.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Protocol, Self

from devices.cards.pcsc import PcscError, ReaderState

READER = "Virtueller Leser 00 00"
_EMPTY, _LIES, _SILENT = 0x10, 0x20, 0x200
_NO_SERVICE, _NO_SUCH_READER, _NO_CARD, _GONE, _ENDED = 0x8010001D, 0x80100009, 0x8010000C, 0x80100069, 0x80100002
MOST_SILENT_S = 60.0
"""A card that never answers does so for this time: whoever waits has given up long before."""


class Chip(Protocol):
    """A card that can be put in."""

    @property
    def atr(self) -> bytes:
        """The answer to reset."""

    def power(self) -> None:
        """Lose power, or be reset."""

    def answer(self, data: bytes) -> bytes:
        """Return the response to a command."""


class CardTrouble(StrEnum):
    """What the next card does wrong."""

    NONE = "none"
    MUTE = "mute"
    """It says nothing when it gets power: put in the wrong way round, or broken."""
    SILENT = "silent"
    """It is there, and never answers a command."""
    GARBAGE = "garbage"
    """Every answer is nonsense."""


class VirtualService:
    """The service and its controls. `connect` is what a driver gets; controls can be used on any thread.

    Raises `RuntimeError` outside demo and tests.
    """

    def __init__(self) -> None:
        if os.environ.get("LOTSE_SIMULATORS") != "1":
            raise RuntimeError("virtual readers exist only in the demo and in tests (LOTSE_SIMULATORS=1)")
        self._changed = threading.Condition()
        self._running, self._attached, self._trouble = True, True, CardTrouble.NONE
        self._card: Chip | None = None
        self._mute = False
        self._comings = 0

    @property
    def running(self) -> bool:
        """Whether the service runs."""
        return self._running

    @property
    def trouble(self) -> CardTrouble:
        """What cards do wrong."""
        return self._trouble

    def connect(self) -> VirtualContext:
        """Begin a conversation. Raises `PcscError` while the service does not run."""
        if not self._running:
            raise PcscError(_NO_SERVICE)
        return VirtualContext(self)

    def run(self, *, running: bool) -> None:
        """Start the service, or end it: every conversation is over then."""
        with self._told():
            self._running = running

    def attach(self, *, attached: bool) -> None:
        """Plug the reader in, or pull its plug; the card goes with it."""
        with self._told():
            self._attached = attached
            self._card = self._card if attached else None

    def cause(self, trouble: CardTrouble) -> None:
        """Let cards do something wrong from the next one on."""
        self._trouble = trouble

    def insert(self, card: Chip) -> None:
        """Put a card in, in place of one that lies there; nothing happens without a reader."""
        with self._told():
            if self._attached:
                card.power()
                self._card, self._mute = card, self._trouble is CardTrouble.MUTE
                self._comings += 1

    def remove(self) -> None:
        """Take the card out."""
        with self._told():
            self._card = None

    @contextmanager
    def _told(self) -> Iterator[None]:
        with self._changed:
            yield
            self._changed.notify_all()

    # What the conversations see

    def states(self) -> list[ReaderState]:
        """Return how the readers are. Raises `PcscError` when the service has ended."""
        if not self._running:
            raise PcscError(_NO_SERVICE)
        if not self._attached:
            return []
        if self._card is None:
            return [ReaderState(READER, self._comings << 16 | _EMPTY)]
        flags, atr = (_LIES | _SILENT, b"") if self._mute else (_LIES, self._card.atr)
        return [ReaderState(READER, self._comings << 16 | flags, atr)]

    def wait(self, done: Callable[[], bool], seconds: float) -> bool:
        """Wait until something is so; whether it came to be in time."""
        with self._changed:
            return self._changed.wait_for(done, seconds)

    def wake(self) -> None:
        """Let those who wait look again."""
        with self._told():
            pass

    def lying(self) -> Chip:
        """Return the card that can be connected with. Raises `PcscError` if there is none."""
        self.states()
        if not self._attached:
            raise PcscError(_NO_SUCH_READER)
        if self._card is None or self._mute:
            raise PcscError(_NO_CARD)
        return self._card


class VirtualContext:
    """One conversation with the service, as `devices.cards.pcsc.Context`."""

    def __init__(self, service: VirtualService) -> None:
        self._service = service
        self._cancelled = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cancel()

    def readers(self) -> list[str]:
        """Return the names of the readers that are attached."""
        return [state.reader for state in self._service.states()]

    def wait(self, known: Sequence[ReaderState], seconds: float) -> list[ReaderState]:
        """Wait until something is not as `known`, and return all as they are then; nothing after `seconds`."""
        before = {state.reader: state.state for state in known if state.state or state.reader == READER}

        def other() -> bool:
            return self._cancelled or not self._service.running or self._now() != before

        if not self._service.wait(other, seconds):
            return []
        if self._cancelled:
            raise PcscError(_ENDED)
        return self._service.states()

    def _now(self) -> dict[str, int]:
        return {state.reader: state.state for state in self._service.states()}

    def cancel(self) -> None:
        """End a `wait`, from another thread."""
        self._cancelled = True
        self._service.wake()

    @contextmanager
    def card(self, reader: str) -> Iterator[VirtualConnection]:  # noqa: ARG002 (there is one reader only)
        """Connect with the card in a reader."""
        yield VirtualConnection(self._service, self._service.lying())


class VirtualConnection:
    """A card that one is connected with."""

    def __init__(self, service: VirtualService, card: Chip) -> None:
        self._service = service
        self._card = card

    def transmit(self, command: bytes) -> bytes:
        """Send a command and return the answer. Raises `PcscError` when the card is gone."""
        if self._service.trouble is CardTrouble.SILENT:
            self._service.wait(self._gone, MOST_SILENT_S)
        if self._gone():
            raise PcscError(_GONE)
        answer = self._card.answer(command)
        return b"\x6f" * 7 if self._service.trouble is CardTrouble.GARBAGE else answer

    def _gone(self) -> bool:
        try:
            return self._service.lying() is not self._card
        except PcscError:
            return True
