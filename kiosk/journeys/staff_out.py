"""The terminal is out of service: a calm screen that says where else to go. Staff bring it back by card or code."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.events import Event
from kiosk.journeys.counter import ways_to_a_person
from kiosk.parts import Drawing, Picture
from kiosk.screen import Screen
from kiosk.text import msg
from kiosk.visit import Step, Visit


@dataclass(frozen=True, slots=True)
class OutOfService:
    """Where every visit begins, and ends, while the terminal is out of service."""

    def compose(self, visit: Visit) -> Screen:
        """Say so, and how to reach a person; help can still be called."""
        return Screen(
            "out-of-service",
            msg("out-of-service.title"),
            visit.look,
            (
                Picture("town", Drawing.SKYLINE, msg("welcome.skyline", name=visit.place.name)),
                ways_to_a_person(visit.place),
            ),
            lead=visit.devices.notice or msg("out-of-service.lead"),
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Nothing can be done here."""
        return visit, ()
