"""How a person can be reached at this place."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.device_events import Device
from kiosk.events import Event, HelpAsked, WentBack
from kiosk.parts import Action, ActionStyle, Fact, Facts, FactStyle, Paragraph
from kiosk.place import Place
from kiosk.screen import Screen
from kiosk.text import Verbatim, msg
from kiosk.visit import Step, Visit


def ways_to_a_person(place: Place) -> Facts:
    """Return where the counter is, when it is open, and its telephone number."""
    counter = place.counter
    facts = [Fact("clock", msg("counter.hours"), counter.hours)]
    if counter.counters:
        facts.insert(0, Fact("counter", counter.name, counter.counters))
    if counter.phone:
        facts.append(Fact("phone", msg("counter.phone"), Verbatim(counter.phone)))
    return Facts("person", tuple(facts), FactStyle.ITEM)


@dataclass(frozen=True, slots=True)
class CounterPage:
    """The counter: where, when, how."""

    def compose(self, visit: Visit) -> Screen:
        """Say how to reach a person, and offer to call one where that works."""
        call = Action("call", msg("counter.call"), HelpAsked(), ActionStyle.PRIMARY, "help-bell")
        return Screen(
            "counter",
            msg("counter.title"),
            visit.look,
            (Paragraph("intro", msg("counter.text")), ways_to_a_person(visit.place)),
            Action("back", msg("back"), WentBack(), icon="arrow-left"),
            call if visit.has(Device.COUNTER) else None,
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Nothing of its own."""
        return visit, ()
