"""The call as the visitor sees it: its place, how long it takes, who has it, and the hours of the counter."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kiosk.compose import compose
from kiosk.counter_events import CounterHours, HelpFailed, HelpQueued, HelpTaken
from kiosk.effects import CallPerson
from kiosk.events import Event, HelpAsked, WentOn
from kiosk.faults import Fault, FaultCode
from kiosk.journeys.welcome import first_visit
from kiosk.parts import Paragraph
from kiosk.place import Counter, OpenTime
from kiosk.screen import HelpState
from kiosk.step import step
from kiosk.text import GERMAN, local, msg, translator
from kiosk.visit import Visit
from tests.places import small_place
from tests.unit.core.test_terminal import Stage

WORKDAYS = frozenset(range(5))
MORNINGS = (OpenTime(WORKDAYS, 8 * 60, 13 * 60), OpenTime(frozenset({3}), 14 * 60, 18 * 60))


def after(*events: Event, visit: Visit | None = None) -> Visit:
    visit = visit or first_visit(small_place())
    for event in events:
        visit, _ = step(visit, event)
    return visit


def shown(visit: Visit) -> str:
    return str(compose(visit))


@pytest.fixture
def called() -> Visit:
    return after(WentOn(), HelpAsked())


def test_place_and_usual_time_are_shown_as_far_as_they_are_known(called: Visit) -> None:
    assert "queue" not in {part.id for part in compose(after(HelpQueued(), visit=called)).parts}
    both = compose(after(HelpQueued(3, 4), visit=called))
    assert "queue" in {part.id for part in both.parts}
    assert "'place': 3" in str(both.parts)
    assert "count=4" in str(both.parts)
    assert "count=1" in shown(after(HelpQueued(1, 0), visit=called))


def test_a_call_that_was_passed_on_waits_again(called: Visit) -> None:
    visit = after(HelpTaken("Frau Yılmaz", "Schalter 2", 2), HelpQueued(1), visit=called)
    assert visit.help.state is HelpState.CALLED
    assert visit.help.name == ""
    assert "Yılmaz" not in shown(visit)


def test_who_helps_from_the_counter_is_not_said_to_come(called: Visit) -> None:
    visit = after(HelpTaken("Frau Yılmaz", "Schalter 2", None, on_the_way=False), visit=called)
    assert compose(visit).title == msg("help.taken.title")


def test_after_hours_nobody_is_called_and_the_page_says_what_is_offered(called: Visit) -> None:
    place = small_place()
    place = replace(place, counter=replace(place.counter, after_hours=local("Rufen Sie 115 an.")))
    visit, effects = step(after(CounterHours(False), WentOn(), visit=first_visit(place)), HelpAsked())
    assert visit.help.state is HelpState.NONE
    assert not [effect for effect in effects if isinstance(effect, CallPerson)]
    words = [translator(GERMAN).say(part.text) for part in compose(visit).parts if isinstance(part, Paragraph)]
    assert "Rufen Sie 115 an." in words
    assert {"person", "kept"} <= {part.id for part in compose(visit).parts}


def test_a_call_from_before_closing_time_stays(called: Visit) -> None:
    assert after(CounterHours(False), HelpQueued(1), visit=called).help.state is HelpState.CALLED


def test_while_the_counter_is_away_the_page_says_how_to_reach_a_person(called: Visit) -> None:
    visit = after(HelpFailed(Fault(FaultCode.HELP_UNREACHABLE)), visit=called)
    assert {"unreached", "person"} <= {part.id for part in compose(visit).parts}


@pytest.mark.parametrize(
    ("day", "time", "is_open"),
    [
        (23, (7, 59), False),
        (23, (8, 0), True),
        (23, (13, 0), False),
        (26, (15, 0), True),
        (25, (15, 0), False),
        (29, (9, 0), False),
    ],
)
def test_hours(day: int, time: tuple[int, int], is_open: bool) -> None:
    moment = datetime(2026, 11, day, *time, tzinfo=UTC)  # the 23rd is a Monday
    counter = Counter(local("Schalter"), local("vormittags"), open_times=MORNINGS)
    assert counter.is_open(moment) is is_open
    assert Counter(local("Schalter"), local("immer")).is_open(moment)


def test_on_a_holiday_nobody_is_there() -> None:
    christmas = frozenset({date(2026, 12, 25)})  # a Friday
    for times in (MORNINGS, ()):
        counter = Counter(local("Schalter"), local("vormittags"), open_times=times, closed=christmas)
        assert not counter.is_open(datetime(2026, 12, 25, 9, tzinfo=UTC))
        assert counter.is_open(datetime(2026, 12, 24, 9, tzinfo=UTC))


async def test_the_terminal_says_when_the_counter_opens_and_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is a minute's end; the loop's sleep is short."""
    moments = ((7, 59, 59), (8, 0, 0), (13, 0, 0))
    times = iter([datetime(2026, 11, 23, *moment, tzinfo=UTC) for moment in moments])
    sleep = asyncio.sleep
    waited: list[float] = []

    async def soon(seconds: float) -> None:
        waited.append(seconds)
        await sleep(0 if len(waited) < 3 else 3600)

    monkeypatch.setattr("kiosk.terminal.asyncio.sleep", soon)
    place = small_place()
    stage = Stage(replace(place, counter=replace(place.counter, open_times=MORNINGS)))
    seen: list[Event] = []
    stage.terminal._observe = lambda _visit, event, _effects, _ms: seen.append(event)
    stage.terminal._ports = replace(stage.terminal._ports, clock=lambda: next(times))
    stage.terminal.start()
    while len(waited) < 3:
        await sleep(0)
    await stage.terminal.close()
    hours = [event.open for event in seen if isinstance(event, CounterHours)]
    assert hours == [False, True, False]
    assert waited[:2] == [1, 60]
