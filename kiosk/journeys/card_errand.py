"""What an eID card is wanted for: filling a form, a new PIN, a look at the card. Its pages are shared."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from kiosk.device_events import EidAsksSecret, EidCardSeen, EidPinChanged, EidRead
from kiosk.effects import Effect
from kiosk.events import WentBack, WentOn
from kiosk.faults import Fault
from kiosk.identity import Attribute
from kiosk.parts import Action, ActionStyle, Fact, Facts, FactStyle, Part, Secret
from kiosk.place import Service
from kiosk.screen import Screen
from kiosk.text import Msg, Text, msg
from kiosk.visit import Page, Step, Visit

WITHOUT = "without"
"""`WentOn(WITHOUT)`: leave the card."""

Outcome: TypeAlias = EidRead | EidPinChanged | EidCardSeen
"""What a card's work ends with, if it does not fail."""


@dataclass(frozen=True, slots=True)
class CardErrand(ABC):
    """What the pages of `kiosk.journeys.card_pages` ask about a card's purpose: its words, and where they lead."""

    TOPIC: ClassVar[str] = "identity"
    """The first word of the screens' ids, and of the message keys in `OWN`."""
    OWN: ClassVar[frozenset[str]] = frozenset()
    """Messages that the topic words for itself, without their first word; the others are `identity.…`."""

    @property
    def steps(self) -> tuple[str, ...]:
        """What the visitor does, in order: messages `identity.step.…`."""
        return ("insert", "pin", "take")

    @abstractmethod
    def service(self, visit: Visit) -> Service:
        """Return the service within which the card is used."""

    @abstractmethod
    def effect(self, visit: Visit) -> Effect:
        """Return what starts the work at the card."""

    @abstractmethod
    def first(self, visit: Visit) -> Page:
        """Return the page to stand on as soon as the work is started."""

    @abstractmethod
    def done(self, visit: Visit, event: Outcome) -> Step:
        """Go where a success leads; the very same visit if it is none of this errand's."""

    @abstractmethod
    def left(self, visit: Visit) -> Step:
        """Go on without the card, from the page that offered it."""

    @abstractmethod
    def way_out(self, style: ActionStyle = ActionStyle.PLAIN) -> Action:
        """Return the way on without the card: its event is `WentOn(WITHOUT)`."""

    @abstractmethod
    def otherwise(self, visit: Visit, *, repeatable: bool) -> tuple[Part, ...]:
        """Return what else can be done when the card failed, beside trying again (`repeatable`) or the way out."""

    @abstractmethod
    def remedy(self, fault: Fault) -> Text:
        """Return what the visitor can do about a fault."""

    @abstractmethod
    def assurance(self, visit: Visit) -> tuple[Part, ...]:
        """Return what is promised about the card before it is put in."""

    @abstractmethod
    def forgotten(self, secret: Secret) -> Page | None:
        """Return the page that says what to do without a number; None where no number is asked for."""

    def asked(self, visit: Visit, event: EidAsksSecret, entered: Secret | None) -> Step | None:
        """Go where a number is asked for in a way of its own; None for the usual pad."""
        return None

    def words(self, key: str) -> Msg:
        """Return a message of the topic, or what all have in common."""
        return msg(f"{self.TOPIC if key in self.OWN else 'identity'}.{key}")

    def screen(self, visit: Visit, name: str, parts: tuple[Part, ...], way_on: Action, *, lead: bool = True) -> Screen:
        """Return the screen `<topic>-<name>` with the messages `<name>.title` and `<name>.lead`."""
        return Screen(
            f"{self.TOPIC}-{name}",
            self.words(f"{name}.title"),
            visit.look,
            parts,
            Action("back", msg("back"), WentBack(), icon="arrow-left"),
            way_on,
            lead=self.words(f"{name}.lead") if lead else None,
            context=("id-card", self.service(visit).title),
        )


def forward(label: Text, icon: str = "arrow-right") -> Action:
    """Return a page's own way on."""
    return Action("forward", label, WentOn(), ActionStyle.PRIMARY, icon, icon_after=icon == "arrow-right")


def facts(name: str, entries: Iterable[Fact]) -> Part:
    """Return points with an icon, a title and an explanation."""
    return Facts(name, tuple(entries), FactStyle.ITEM)


def listed(attributes: Iterable[Attribute]) -> Text:
    """Return the attributes as a list in words."""
    chosen = frozenset(attributes)
    words: list[Text] = [attribute_name(attribute) for attribute in Attribute if attribute in chosen]
    if not words:
        return msg("identity.attribute.none")
    first, *others = words
    for number, word in enumerate(others, 1):
        joint = "identity.list-last" if number == len(others) else "identity.list"
        first = msg(joint, first=first, next=word)
    return first


def attribute_name(attribute: Attribute) -> Text:
    """Return what an attribute is called."""
    return msg(f"identity.attribute.{attribute.name.lower().replace('_', '-')}")
