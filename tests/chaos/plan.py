"""What a visitor is going to do, and what is going to happen meanwhile: drawn from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Errand(StrEnum):
    """What somebody comes for."""

    BY_CARD = "certificate, with ID card"
    BY_HAND = "certificate, typed"
    DOG = "dog, typed"
    SLIP = "a slip to take along"
    CHANGE_PIN = "a new PIN"
    LOOK = "is my card activated"


SERVICES = {
    Errand.BY_CARD: "meldebescheinigung",
    Errand.BY_HAND: "meldebescheinigung",
    Errand.DOG: "hund-anmelden",
    Errand.SLIP: "personalausweis-beantragen",
    Errand.CHANGE_PIN: "pin-setzen",
    Errand.LOOK: "pin-setzen",
}
_WEIGHTS = (24, 28, 10, 14, 14, 10)

_TO_SERVICE = ("welcome", "home", "situation-", "service-")
_FORM = ("form-", "form-", "form-review", "sending", "sending", "done", "done")
_CARD = ("identity-connecting", "identity-consent", "identity-insert", "identity-pin", "identity-reading")
_STAGES: dict[Errand, tuple[str, ...]] = {
    Errand.BY_CARD: (*_TO_SERVICE, "identity-offer", *_CARD, *_CARD, "identity-take", *_FORM),
    Errand.BY_HAND: (*_TO_SERVICE, "identity-offer", *_FORM, *_FORM),
    Errand.DOG: (*_TO_SERVICE, *_FORM),
    Errand.SLIP: (*_TO_SERVICE, "slip-", "slip-", "slip-"),
    Errand.CHANGE_PIN: (
        *_TO_SERVICE,
        *("rescue-change", "rescue-insert", "identity-pin", "rescue-pin", "rescue-new-pin", "rescue-new-pin-again"),
        *("rescue-reading", "rescue-writing", "rescue-writing", "rescue-changed"),
    ),
    Errand.LOOK: (*_TO_SERVICE, "rescue-look", "rescue-insert", "rescue-reading", "rescue-ready"),
}
"""Beginnings of screens' ids, in the order in which they come; the twice as likely ones stand twice."""


@dataclass(frozen=True, slots=True)
class Strike:
    """A trouble: which, from which screen on, after how many seconds there; and after how many it is mended.

    None: not before the visit is over.
    """

    trouble: str
    stage: str
    after: float
    lasts: float | None


@dataclass(frozen=True, slots=True)
class Plan:
    """One visit. `calls`, `leaves`: the screen on which a person is called, or the visitor walks away."""

    number: int
    errand: Errand
    language: str
    reading: bool
    large: bool
    copy: bool
    pace: float
    """Seconds between two touches."""
    wrong_pins: int
    calls: str
    leaves: str
    touches_again: bool
    strike: Strike

    @property
    def uses_card(self) -> bool:
        """Whether an ID card is taken out of the pocket."""
        return self.errand in {Errand.BY_CARD, Errand.CHANGE_PIN, Errand.LOOK}

    @property
    def service(self) -> str:
        """What is opened."""
        return SERVICES[self.errand]


def drawn(seed: int, number: int, troubles: Sequence[str], languages: Sequence[str]) -> Plan:
    """Return the visit with this number of this seed."""
    random = Random(f"{seed}/{number}")
    [errand] = random.choices(tuple(Errand), _WEIGHTS)
    stages = _STAGES[errand]
    mended = random.random() < 0.6
    strike = Strike(
        random.choice(troubles),
        random.choice(stages),
        random.choice((0.0, random.uniform(0.0, 0.3), random.uniform(0.0, 1.2))),
        random.uniform(0.2, 2.5) if mended else None,
    )
    return Plan(
        number,
        errand,
        random.choice(languages),
        reading=random.random() < 0.25,
        large=random.random() < 0.2,
        copy=random.random() < 0.4,
        pace=random.choice((0.0, 0.03, 0.1)),
        wrong_pins=int(random.random() < 0.15),
        calls=random.choice(stages) if random.random() < 0.12 else "",
        leaves=random.choice(stages[1:]) if random.random() < 0.06 else "",
        touches_again=random.random() < 0.8,
        strike=strike,
    )
