"""Choosing a new PIN: typed twice and compared here, before anything goes to the card. A slip costs nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from kiosk.device_events import CardRemoved
from kiosk.events import Event, WentBack, WentOn
from kiosk.journeys import secret_entry
from kiosk.journeys.card_errand import CardErrand
from kiosk.journeys.card_pages import ReadingCard, follow, no_card_seen
from kiosk.journeys.secret_entry import SecretPrompt
from kiosk.parts import Action, Level, Notice
from kiosk.privacy import EMPTY, Private
from kiosk.screen import Screen
from kiosk.text import msg
from kiosk.visit import Step, Visit

MONTHS, DAYS, YEARS = range(1, 13), range(1, 32), range(1900, 2100)
FEW_DIGITS = 2
"""A PIN of no more different digits is seen by the first look over a shoulder."""


def easily_guessed(digits: str) -> bool:
    """Whether six digits are among those that are tried first: rows, repetitions, dates."""
    numbers = [int(digit) for digit in digits]
    steps = {(two - one) % 10 for one, two in pairwise(numbers)}
    half = len(digits) // 2
    return (
        len(set(digits)) <= FEW_DIGITS
        or steps in ({1}, {9})
        or digits[:half] == digits[half:]
        or digits[::2] == digits[1::2]
        or _is_date(digits)
    )


def _is_date(digits: str) -> bool:
    """Whether it reads as a day with a year of two digits, or a month with a year of four."""
    one, two, three = (int(digits[at : at + 2]) for at in (0, 2, 4))
    days = ((one, two), (two, one), (three, two))
    months = ((one, int(digits[2:])), (three, int(digits[:4])))
    return any(day in DAYS and month in MONTHS for day, month in days) or any(
        month in MONTHS and year in YEARS for month, year in months
    )


@dataclass(frozen=True, slots=True)
class NewPin:
    """The new PIN, and once `chosen`, the same again.

    `weak` is what the visitor was warned about, and may take all the same. `differed`: the second was not the first.
    """

    errand: CardErrand
    prompt: SecretPrompt
    chosen: Private[str] = EMPTY
    weak: Private[str] = EMPTY
    differed: bool = False

    def compose(self, visit: Visit) -> Screen:
        """Show the pad, and what is to be thought over; not to a card that cannot come back now."""
        unseen = no_card_seen(visit, self.errand) if self.prompt.out else None
        if unseen:
            return unseen
        name = "new-pin-again" if self.chosen else "new-pin"
        pad = secret_entry.parts(self.prompt, None, msg(f"identity.{name}.label"))
        shown = self.errand.screen(visit, name, (*self._notices(), *pad), self._forward())
        return replace(shown, focus=self.prompt.secret)

    def _notices(self) -> tuple[Notice, ...]:
        if self.prompt.out:
            return ()
        if self.weak:
            return (Notice("weak", Level.WARNING, msg("identity.new-pin.weak"), msg("identity.new-pin.weak-text")),)
        if self.differed:
            text = msg("identity.new-pin.differed-text")
            return (Notice("differed", Level.WARNING, msg("identity.new-pin.differed"), text),)
        return ()

    def _forward(self) -> Action:
        usual = secret_entry.forward(self.prompt)
        insists = self.weak and self.prompt.value == self.weak
        return replace(usual, label=msg("identity.new-pin.all-the-same")) if insists else usual

    def step(self, visit: Visit, event: Event) -> Step:
        """Take the digits, compare them, and only then send them."""
        match event:
            case WentOn(choice=""):
                return self._entered(visit)
            case WentBack() if self.chosen:
                return visit.turned_to(NewPin(self.errand, self._emptied())), ()
            case CardRemoved():
                # They were meant for the card that left.
                return visit.turned_to(NewPin(self.errand, self.prompt.after(event))), ()
        prompt = self.prompt.after(event)
        if prompt is not self.prompt:
            # The warning stays while another PIN is typed: the keys must not move under the finger.
            return visit.turned_to(replace(self, prompt=prompt)), ()
        return follow(visit, self.errand, event)

    def _entered(self, visit: Visit) -> Step:
        effect, value = self.prompt.entered(), self.prompt.value
        if effect is None:
            return visit, ()
        if not self.chosen:
            if value != self.weak and easily_guessed(value.reveal()):
                return visit.turned_to(replace(self, weak=value)), ()
            return visit.turned_to(NewPin(self.errand, self._emptied(), value)), ()
        if value != self.chosen:
            return visit.turned_to(NewPin(self.errand, self._emptied(), differed=True)), ()
        return visit.turned_to(ReadingCard(self.errand, effect.secret)), (effect,)

    def _emptied(self) -> SecretPrompt:
        return replace(self.prompt, value=EMPTY)
