"""Where the CAN is printed. The card stays at work meanwhile, and what was typed stays too."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.events import Event, WentOn
from kiosk.journeys.card_errand import CardErrand, facts, forward
from kiosk.parts import Fact
from kiosk.screen import Screen
from kiosk.text import msg
from kiosk.visit import Step, Visit


@dataclass(frozen=True, slots=True)
class CanHelp:
    """For who does not find the number: where to look, what it is not, and who helps. It lies over the pad."""

    errand: CardErrand

    def compose(self, visit: Visit) -> Screen:
        """Tell it, and lead back to the pad; the errand's other ways stay open."""
        points = tuple(
            Fact(icon, msg(f"identity.can-help.{name}"), msg(f"identity.can-help.{name}-text"))
            for icon, name in (("id-card", "front"), ("info", "not"), ("counter", "unreadable"))
        )
        parts = (facts("can-help", points), *self.errand.otherwise(visit, repeatable=True))
        return self.errand.screen(visit, "can-help", parts, forward(msg("identity.can-help.type")))

    def step(self, visit: Visit, event: Event) -> Step:
        """Back to the pad, or on without a card, as from the pad."""
        if not isinstance(event, WentOn):
            return visit, ()
        below = visit.back()
        return (below, ()) if not event.choice else below.page.step(below, event)
