"""One realistic visit as the core sees it: every event from the first touch to the end, letter by letter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from demo.script import Script
from demo.visitor import Visitor
from kiosk.application_events import FormOpened, HandedIn
from kiosk.compose import compose
from kiosk.device_events import Printed
from kiosk.effects import HandIn, OpenForm, Print
from kiosk.events import EndConfirmed, Event, Opened, Typed
from kiosk.forms.schema import Form
from kiosk.forms.xdf3 import read_file
from kiosk.journeys.handing_in import Done
from kiosk.journeys.home import SearchPage
from kiosk.journeys.slip import Printing
from kiosk.journeys.welcome import first_visit
from kiosk.place import Place
from kiosk.privacy import Private
from kiosk.screen import Screen
from kiosk.step import step
from kiosk.visit import Visit
from profiles.loading import SHIPPED, load_profile

SERVICE = "wohnung-anmelden"
QUERY = "wohnsitz ummelden"
LONGEST = 500
"""A walk with more steps does not get anywhere."""


def shipped_place() -> Place:
    """The place of the shipped profile."""
    place = load_profile(SHIPPED)
    assert isinstance(place, Place), place
    return place


@dataclass(frozen=True, slots=True)
class Moment:
    """An event, with the visit that it found and the screen that it was touched on."""

    before: Visit
    screen: Screen
    event: Event


@dataclass(slots=True)
class Recorder:
    """Walks one visit without a terminal: the answers of the world are given here."""

    place: Place
    visit: Visit = field(init=False)
    screen: Screen = field(init=False)
    moments: list[Moment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.visit = first_visit(self.place)
        self.screen = compose(self.visit)

    def post(self, event: Event) -> None:
        """Step, and answer at once what the step asks of the world."""
        self.moments.append(Moment(self.visit, self.screen, event))
        self.visit, effects = step(self.visit, event)
        self.screen = compose(self.visit)
        for effect in effects:
            for answer in _answers(effect):
                self.post(answer)


def moving_house(place: Place) -> tuple[Moment, ...]:
    """A visit that searches a little, then registers a flat, types every letter, hands in and ends."""
    recorder, visitor = Recorder(place), Visitor(Script(SERVICE))
    while not _is_over(recorder.visit):
        assert len(recorder.moments) < LONGEST, f"stuck on {recorder.screen.id}"
        if recorder.screen.id == "home" and not any(moment.screen.id == "search" for moment in recorder.moments):
            _search(recorder)
        for event in visitor.answers(recorder.visit, recorder.screen):
            for typed in _by_letter(event):
                recorder.post(typed)
        way_on = visitor.next(recorder.visit, recorder.screen)
        assert way_on is not None, f"no way on from {recorder.screen.id}"
        recorder.post(way_on)
    recorder.post(EndConfirmed())
    return tuple(recorder.moments)


def _search(recorder: Recorder) -> None:
    recorder.post(Opened(SearchPage()))
    for letters in range(1, len(QUERY) + 1):
        recorder.post(Typed("query", Private(QUERY[:letters])))
    back = recorder.screen.back
    assert back is not None
    recorder.post(back.event)


def _by_letter(event: Event) -> Iterator[Event]:
    if not isinstance(event, Typed):
        yield event
        return
    words = event.value.reveal()
    for letters in range(1, len(words) + 1):
        yield Typed(event.field, Private(words[:letters]))


def _answers(effect: object) -> Iterator[Event]:
    match effect:
        case OpenForm(service):
            assert service.form is not None
            form = read_file(service.form.schema)
            assert isinstance(form, Form), form
            yield FormOpened(form)
        case HandIn():
            yield HandedIn(Private("0b1e2d3c-0000-4000-8000-000000000000"))
        case Print():
            yield Printed()


def _is_over(visit: Visit) -> bool:
    return isinstance(visit.page, Done) and visit.page.state.printing is not Printing.RUNNING
