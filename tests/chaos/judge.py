"""What must be true after every visit, and at the end of all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from kiosk.parts import Notice, Number
from kiosk.screen import Screen
from online.simulators.authority_intake import Arrival
from tests.chaos.foyer import Record, words_of_pdf
from tests.chaos.guest import NEW_PIN, Guest, Told
from tests.chaos.marks import marked
from tests.e2e.traces import screens_as_text

BY_CARD = ("left identity-", "left rescue-", "without card", "sent to the counter", "service not offered")
"""Ways on that are taken when a card cannot be read."""


@dataclass(slots=True)
class Ledger:
    """What is remembered of all visits: what they were told, and what the authority got. No word of theirs."""

    told: dict[int, Told] = field(default_factory=dict)
    arrivals: Counter[int] = field(default_factory=Counter)
    numbers: dict[str, int] = field(default_factory=dict)
    unknowable: int = 0
    """Slips that came out although nobody could know."""

    def take_in(self, arrived: list[Arrival]) -> Iterator[str]:
        """Note what the authority got; yield what is wrong with it."""
        for arrival in arrived:
            whose = marked([json.dumps(arrival.data, ensure_ascii=False)])
            if len(whose) != 1:
                yield f"an application bears the words of {sorted(whose) or 'nobody'}"
            if not arrival.accepted:
                yield f"the authority does not accept the application of {sorted(whose)}"
            self.arrivals.update(whose)

    def outstanding(self) -> list[int]:
        """Return the visits that were told that their application is kept, and the authority does not have it."""
        return [number for number, told in self.told.items() if told.kept and not self.arrivals[number]]


def after_visit(guest: Guest, record: Record, calls: list[str], ledger: Ledger, *, undisturbed: bool) -> Iterator[str]:
    """Yield what is wrong with a visit that is over. `undisturbed`: nothing was wrong with readers and network."""
    number, told = guest.plan.number, guest.told
    ledger.told[number] = told
    yield from _words(number, record, calls)
    yield from _numbers(number, record, ledger)
    yield from _paper(record, ledger)
    yield from _card(guest)
    yield from _way_on(told)
    if undisturbed:
        yield from (f"the card was not read, for no reason: {way}" for way in told.ways if way.startswith(BY_CARD))
    yield from handed_in(number, ledger)


def handed_in(number: int, ledger: Ledger) -> Iterator[str]:
    """Yield where what was shown and what the authority has differ."""
    told, arrived = ledger.told[number], ledger.arrivals[number]
    if told.done and not arrived:
        yield "handed in was shown, and the authority has nothing"
    if arrived > 1:
        yield f"the authority has it {arrived} times"
    if arrived and not (told.done or told.kept or told.sending or told.left):
        yield "the authority has it, and nobody was told"


def _words(number: int, record: Record, calls: list[str]) -> Iterator[str]:
    pages = [words_of_pdf(document) for document in record.pages]
    found = {"screen": screens_as_text(record.screens), "slip": record.papers, "A4 page": pages}
    for place, texts in found.items():
        if strangers := marked(texts) - {number}:
            yield f"a {place} bears words of {sorted(strangers)}"
    if everybody := marked(calls):
        yield f"the counter was told words of {sorted(everybody)}"


def _numbers(number: int, record: Record, ledger: Ledger) -> Iterator[str]:
    parts = (part for screen in record.screens for part in screen.parts if isinstance(part, Number) and part.number)
    for shown in {part.number.reveal() for part in parts}:
        if ledger.numbers.setdefault(shown, number) != number:
            yield f"the number of {ledger.numbers[shown]} was shown"
    for text in record.papers:
        for known, owner in ledger.numbers.items():
            if owner != number and known in text:
                yield f"the slip of {owner} came out"


def _paper(record: Record, ledger: Ledger) -> Iterator[str]:
    if record.printed > len(record.papers):
        yield f"{record.printed} slips were taken for printed, {len(record.papers)} came out"
    if record.pages_printed > len(record.pages):
        yield f"{record.pages_printed} copies were taken for printed, {len(record.pages)} came out"
    ledger.unknowable += max(0, len(record.papers) - record.printed)
    for screen in record.screens:
        if _without_paper(screen) and not any(isinstance(part, Number) and part.code for part in screen.parts):
            yield f"no slip and no QR code on {screen.id}"
            return


def _without_paper(screen: Screen) -> bool:
    return any(isinstance(part, Notice) and part.id == "no-paper" for part in screen.parts)


def _card(guest: Guest) -> Iterator[str]:
    card, told = guest.card, guest.told
    if card is None:
        return
    if card.charged > guest.wrong_pins:
        yield f"the card took {card.charged} wrong PINs, {guest.wrong_pins} were typed"
    if told.changed and card.pin != NEW_PIN:
        yield "a changed PIN was shown, and the card has the old one"


def _way_on(told: Told) -> Iterator[str]:
    if not (told.succeeded or told.left or told.kept or told.plainly):
        yield f"no success, and nothing was said: {told.ways}"
