"""What the screens of the eID card have in common."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.events import WentBack, WentOn
from kiosk.identity import Attribute
from kiosk.place import Service
from kiosk.screen import Action, ActionStyle, Fact, Facts, FactStyle, Offer, Part, Screen
from kiosk.text import Text, msg
from kiosk.visit import Visit

WITHOUT = "without"
"""`WentOn(WITHOUT)`: go on without a card."""


def service(visit: Visit) -> Service:
    """Return the service whose application the visitor fills in."""
    assert visit.application, "a card is only asked for within an application"
    return visit.application.service


def screen(visit: Visit, name: str, parts: tuple[Part, ...], way_on: Action, *, lead: bool = True) -> Screen:
    """Return the screen `identity-<name>` with the messages `identity.<name>.title` and `.lead`."""
    return Screen(
        f"identity-{name}",
        msg(f"identity.{name}.title"),
        visit.look,
        parts,
        Action("back", msg("back"), WentBack(), icon="arrow-left"),
        way_on,
        lead=msg(f"identity.{name}.lead") if lead else None,
        context=("id-card", service(visit).title),
    )


def forward(label: Text, icon: str = "arrow-right") -> Action:
    """Return the page's own way on."""
    return Action("forward", label, WentOn(), ActionStyle.PRIMARY, icon, icon_after=icon == "arrow-right")


def without_card(style: ActionStyle = ActionStyle.PLAIN) -> Action:
    """Return the way on without a card, at the place of the way on."""
    return Action(WITHOUT, msg("identity.without"), WentOn(WITHOUT), style, "arrow-right", icon_after=True)


def typing() -> Part:
    """Return the way on without a card, beside another one."""
    action = Action(WITHOUT, msg("identity.without"), WentOn(WITHOUT))
    return Offer("typing", "pencil", msg("identity.typing"), msg("identity.typing-text"), action)


def facts(name: str, entries: tuple[Fact, ...]) -> Part:
    """Return points with an icon, a title and an explanation."""
    return Facts(name, entries, FactStyle.ITEM)


def listed(attributes: Iterable[Attribute]) -> Text:
    """Return the attributes as a list in words."""
    chosen = frozenset(attributes)
    words: list[Text] = [_word(attribute) for attribute in Attribute if attribute in chosen]
    if not words:
        return msg("identity.attribute.none")
    first, *others = words
    for number, word in enumerate(others, 1):
        joint = "identity.list-last" if number == len(others) else "identity.list"
        first = msg(joint, first=first, next=word)
    return first


def _word(attribute: Attribute) -> Text:
    name = attribute.name.lower().replace("_", "-")
    return msg(f"identity.attribute.{name}")
