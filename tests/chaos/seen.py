"""What a screen says and offers, as somebody in front of it takes it."""

from __future__ import annotations

from kiosk.events import Event, WentOn
from kiosk.parts import Action, Busy, Card, Cards, Level, Notice, Offer
from kiosk.screen import Screen

RESULTS = frozenset(
    f"rescue-{name}"
    for name in (
        *("changed", "first-set", "unblocked", "not-blocked", "ready", "two-left"),
        *("one-left", "pin-blocked", "switched-off", "unusable"),
    )
)


def explains(screen: Screen) -> bool:
    """Whether a screen says in words that something is wrong."""
    loud = any(isinstance(part, Notice) and part.level in {Level.WARNING, Level.DANGER} for part in screen.parts)
    return loud or any(card.why_disabled or card.warned for card in cards_of(screen))


def offers(screen: Screen) -> bool:
    """Whether there is any way on, back or out."""
    actions = (screen.back, screen.forward, *(screen.dialog.actions if screen.dialog else ()))
    return screen.bar.can_end or any(action and not action.why_disabled for action in actions) or "card" in screen.id


def press(action: Action | None) -> list[Event]:
    """Press a button, if it can be pressed."""
    return [action.event] if action and not action.why_disabled else []


def cards_of(screen: Screen) -> list[Card]:
    """Return all that can be touched in the content."""
    return [card for part in screen.parts if isinstance(part, Cards) for card in part.cards]


def offered(screen: Screen) -> set[str]:
    """Return the choices that offers within the content make."""
    events = (part.action.event for part in screen.parts if isinstance(part, Offer))
    return {event.choice for event in events if isinstance(event, WentOn)}


def busy(screen: Screen) -> bool:
    """Whether a screen asks for a moment."""
    return any(isinstance(part, Busy) for part in screen.parts)


def card_out(screen: Screen) -> bool:
    """Whether a screen wants the card put back."""
    return any(isinstance(part, Notice) and part.id == "out" for part in screen.parts)


def dead_end(screen: Screen) -> bool:
    """Whether its way on cannot be taken now."""
    return screen.forward is None or screen.forward.why_disabled is not None
