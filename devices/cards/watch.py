"""Following the readers: one thread that waits for changes, and outlives whatever happens to the service.

A context is good until its first error; then a new one is made, after a pause that grows. `SCardGetStatusChange`
waits for a finite time only: a reader that comes between listing the readers and waiting would else be missed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from itertools import count
from typing import Protocol, Self

from devices.cards.pcsc import PNP, Context, PcscError, ReaderState
from kiosk.faults import Fault, FaultCode

NO_READER = Fault(FaultCode.READER_NONE)


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds. Small in tests."""

    wait: float = 1.0
    """For a change, before the readers are listed anew."""
    again_first: float = 0.1
    again_most: float = 1.0
    """Between attempts to reach the service: doubled each time."""
    forget: float = 10.0
    """Without a service: after this time nobody knows any more whether a card still lies there."""
    look: float = 3.0
    """For a card to say what it is."""


@dataclass(frozen=True, slots=True)
class LyingCard:
    """A card in a reader. Two with the same `serial` are the same card that was never taken out."""

    serial: int
    atr: bytes


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How the readers are: why no card can be seen, or the cards, by reader. `at` is when that was seen (monotonic)."""

    fault: Fault | None = None
    cards: Mapping[str, LyingCard] = field(default_factory=dict)
    at: float = 0.0


NO_CARDS: Mapping[str, LyingCard] = {}


class Service(Protocol):
    """What the watch needs of PC/SC: see `devices.cards.pcsc.Context`."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def readers(self) -> list[str]:
        """Return the names of the readers."""

    def wait(self, known: Sequence[ReaderState], seconds: float) -> list[ReaderState]:
        """Wait until something is not as `known`; nothing after `seconds`."""

    def cancel(self) -> None:
        """End a `wait`."""


class ReaderWatch:
    """Watches the readers whose names fit one of `patterns` (`fnmatch`), from `start` to `stop`.

    `report` gets a `Snapshot` at the beginning and whenever something changed, on the watch's own thread.
    """

    def __init__(
        self,
        patterns: Sequence[str],
        report: Callable[[Snapshot], None],
        delays: Delays,
        connect: Callable[[], Service] = Context,
    ) -> None:
        self._patterns = patterns
        self._report = report
        self._delays = delays
        self._connect = connect
        self._stopping = threading.Event()
        self._context: Service | None = None
        self._serials = count(1)
        self._comings: dict[str, int] = {}
        self._down_since: float | None = None
        self._last = Snapshot(Fault(FaultCode.READER_ABSENT))
        self._thread = threading.Thread(target=self._run, name="card readers", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and return when nothing more will be reported. Blocks for a moment."""
        self._stopping.set()
        if context := self._context:
            context.cancel()
        self._thread.join(self._delays.wait + 1)

    def _run(self) -> None:
        pause = self._delays.again_first
        while not self._stopping.is_set():
            try:
                with self._connect() as context:
                    pause = self._delays.again_first
                    self._follow(context)
            except PcscError as error:
                self._lost(error)
            finally:
                self._context = None
            self._stopping.wait(pause)
            pause = min(pause * 2, self._delays.again_most)

    def _follow(self, context: Service) -> None:
        """Report changes until told to stop. Raises `PcscError` when the context is of no more use."""
        self._context = context
        self._comings.clear()
        known: dict[str, ReaderState] = {}
        at = time.monotonic()
        while not self._stopping.is_set():
            names = [name for name in context.readers() if self._wanted(name)]
            known = {name: known.get(name, ReaderState(name)) for name in names}
            if all(state.state for state in known.values()):
                self._seen(known, at)
            try:
                states = context.wait([*known.values(), ReaderState(PNP)], self._delays.wait)
            except PcscError as error:
                if not error.reader_gone:
                    raise
                states = []
                self._stopping.wait(self._delays.again_first)
            at = time.monotonic()
            known |= {state.reader: state for state in states if state.reader in known}

    def _wanted(self, reader: str) -> bool:
        return any(fnmatchcase(reader, pattern) for pattern in self._patterns)

    def _seen(self, known: Mapping[str, ReaderState], at: float) -> None:
        """Report what lies in the readers now."""
        cards = {state.reader: self._lying(state) for state in known.values() if state.present}
        self._comings = {state.reader: state.comings for state in known.values()}
        self._down_since = None
        self._tell(Snapshot(None if known else NO_READER, cards, at))

    def _lying(self, state: ReaderState) -> LyingCard:
        """Return the card in a reader: the one of before, unless one came or, while nobody looked, it was changed."""
        before = self._last.cards.get(state.reader)
        comings = self._comings.get(state.reader)
        stayed = before and (before.atr == state.atr if comings is None else comings == state.comings)
        return replace(before, atr=state.atr) if before and stayed else LyingCard(next(self._serials), state.atr)

    def _lost(self, error: PcscError) -> None:
        """Report that nothing can be seen. For a while, a card that lay there is taken to lie there still."""
        now = time.monotonic()
        self._down_since = self._down_since or now
        cards = self._last.cards if now - self._down_since < self._delays.forget else NO_CARDS
        self._tell(Snapshot(Fault(FaultCode.READER_SERVICE_DOWN, str(error)), cards, now))

    def _tell(self, snapshot: Snapshot) -> None:
        if replace(snapshot, at=self._last.at) != self._last and not self._stopping.is_set():
            self._last = snapshot
            self._report(snapshot)
