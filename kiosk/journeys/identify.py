"""Which terminal is it? A screen with its name that flashes for a while, for somebody of IT who stands in the room."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.events import Event, WentOn
from kiosk.journeys.counter import ways_to_a_person
from kiosk.look import Contrast
from kiosk.parts import Action, ActionStyle, Drawing, Picture
from kiosk.screen import Screen
from kiosk.text import Verbatim, msg
from kiosk.visit import Step, Visit

FLASH_S = 0.7
"""WCAG 2.2, 2.3.1: no more than three flashes a second. This is less than one."""
FLASHES = 14


@dataclass(frozen=True, slots=True)
class IdentifyPage:
    """Lies over the first screen; `left` counts down, and any touch ends it (`kiosk.afar.over`)."""

    name: str
    left: int = FLASHES

    def compose(self, visit: Visit) -> Screen:
        """Say the name, bright and dark by turns; visitors are told that they may begin."""
        dark = self.left % 2 == 1
        look = replace(visit.look, contrast=Contrast.DARK if dark else Contrast.LIGHT)
        begin = Action("begin", msg("welcome.begin"), WentOn(), ActionStyle.PRIMARY, "arrow-right", icon_after=True)
        return Screen(
            "identify",
            Verbatim(self.name),
            look,
            (
                Picture("town", Drawing.SKYLINE, msg("welcome.skyline", name=visit.place.name)),
                ways_to_a_person(visit.place),
            ),
            forward=None if visit.devices.out_of_service else begin,
            lead=msg("identify.lead"),
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Nothing of its own."""
        return visit, ()
