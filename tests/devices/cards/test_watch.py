"""The watch's own rules, on a service that says what a test wants it to."""

from __future__ import annotations

import queue
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from devices.cards.pcsc import PcscError, ReaderState
from devices.cards.watch import Delays, ReaderWatch, Snapshot
from kiosk.faults import FaultCode

READER = "Reader 00"
EMPTY, PRESENT, MUTE = 0x10, 0x20, 0x200
UNKNOWN_READER, NO_SERVICE = 0x80100009, 0x8010001D
ATR, OTHER_ATR = b"\x3b\x80", b"\x3b\x81"


def state(flags: int, comings: int = 0, atr: bytes = b"") -> ReaderState:
    return ReaderState(READER, comings << 16 | flags, atr)


@dataclass
class Script:
    """A service that says one thing after the other: a state, no readers at all (None), or an error."""

    says: queue.Queue[ReaderState | Exception | None] = field(default_factory=queue.Queue)
    snapshots: queue.Queue[Snapshot] = field(default_factory=queue.Queue)
    attached: list[str] = field(default_factory=lambda: [READER])

    def __enter__(self) -> Script:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def readers(self) -> list[str]:
        return self.attached

    def wait(self, known: Sequence[ReaderState], seconds: float) -> list[ReaderState]:
        try:
            said = self.says.get(timeout=seconds)
        except queue.Empty:
            return []
        if isinstance(said, Exception):
            raise said
        self.attached = [READER] if said else []
        return [said] if said else []

    def cancel(self) -> None:
        self.says.put(None)

    def after(self, *said: ReaderState | Exception | None) -> list[Snapshot]:
        """Return what is reported for each of these."""
        found = []
        for one in said:
            self.says.put(one)
            found.append(self.snapshots.get(timeout=5))
        return found


@contextmanager
def watched(delays: Delays | None = None) -> Iterator[Script]:
    script = Script()
    delays = delays or Delays(wait=0.05, again_first=0.01, again_most=0.02)
    watch = ReaderWatch(["*"], script.snapshots.put, delays, connect=lambda: script)
    watch.start()
    try:
        yield script
    finally:
        watch.stop()


def serial(snapshot: Snapshot) -> int | None:
    card = snapshot.cards.get(READER)
    return card.serial if card else None


def test_a_card_that_stayed_while_the_service_was_away_is_the_same_card() -> None:
    with watched() as script:
        first, down, again = script.after(state(PRESENT, 7, ATR), PcscError(NO_SERVICE), state(PRESENT, 0, ATR))
    assert down.fault
    assert (down.fault.code, down.fault.detail) == (FaultCode.READER_SERVICE_DOWN, "0x8010001D")
    assert again.fault is None
    assert serial(first) == serial(down) == serial(again) is not None


def test_another_card_that_lies_there_afterwards_is_another() -> None:
    with watched() as script:
        first, _, again = script.after(state(PRESENT, 1, ATR), PcscError(NO_SERVICE), state(PRESENT, 1, OTHER_ATR))
    assert serial(first) != serial(again)


def test_a_swap_that_was_too_quick_to_be_seen_is_still_a_swap() -> None:
    with watched() as script:
        first, second = script.after(state(PRESENT, 1, ATR), state(PRESENT, 3, ATR))
    assert serial(first) != serial(second)


def test_a_card_that_gives_no_answer_is_a_card() -> None:
    with watched() as script:
        empty, mute = script.after(state(EMPTY), state(PRESENT | MUTE, 1))
    assert serial(empty) is None
    assert serial(mute) is not None


def test_a_reader_that_goes_takes_its_card_along() -> None:
    with watched() as script:
        lying, gone = script.after(state(PRESENT, 1, ATR), None)
    assert lying.cards
    assert not gone.cards
    assert gone.fault
    assert gone.fault.code is FaultCode.READER_NONE


def test_a_reader_that_goes_while_it_is_asked_about_is_no_failure_of_the_service() -> None:
    with watched() as script:
        script.after(state(EMPTY))
        script.says.put(PcscError(UNKNOWN_READER))
        (inserted,) = script.after(state(PRESENT, 1, ATR))
    assert inserted.fault is None
    assert inserted.cards


def test_nothing_is_reported_twice() -> None:
    with watched() as script:
        script.after(state(EMPTY))
        script.says.put(state(EMPTY, 0))
        script.says.put(state(EMPTY | 0x400, 0))
        (inserted,) = script.after(state(PRESENT, 1, ATR))
        assert inserted.cards
        assert script.snapshots.empty()


def test_it_ends_when_it_is_told_to() -> None:
    with watched(Delays(wait=30.0)) as script:
        script.after(state(EMPTY))
