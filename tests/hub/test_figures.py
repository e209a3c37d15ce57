"""What stays of old calls: figures that cannot point to a person, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from hub.calls import Attendant, CallBook, Told
from hub.figures import ALL, FEWEST, Counted, Figure, FigureBook, Span, figures_of
from hub.storage import open_database
from kiosk.effects import HelpReason
from tests.hub.test_call_book import Clock
from tests.hub.town_hall import settings

ZONE = ZoneInfo("Europe/Berlin")
DAY = datetime(2026, 5, 4, tzinfo=ZONE)
MORNING = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
YILMAZ = Attendant("Frau Yılmaz", "Schalter 2")

calls = st.lists(
    st.builds(
        lambda minutes, reason, wait: Counted(DAY + timedelta(minutes=minutes), reason, wait),
        st.integers(0, 5 * 60 - 1),
        st.sampled_from(["understand", "papers", "technical", "none"]),
        st.none() | st.timedeltas(timedelta(0), timedelta(hours=1)),
    ),
    max_size=60,
)


@given(calls)
def test_no_figure_and_no_difference_of_figures_tells_of_fewer_than_five(day: list[Counted]) -> None:
    figures = figures_of(day)
    totals = {(figure.start, figure.span): figure.count for figure in figures if figure.reason == ALL}
    assert all(figure.count >= FEWEST for figure in figures)
    assert sum(totals.values()) == len(day) or 0 <= len(day) - sum(totals.values()) < FEWEST
    for key, total in totals.items():
        shown = [figure.count for figure in figures if (figure.start, figure.span) == key and figure.reason != ALL]
        left = total - sum(shown)
        assert left == 0 or left >= FEWEST


@given(calls)
def test_no_figure_is_finer_than_an_hour(day: list[Counted]) -> None:
    assert all((figure.start.minute, figure.start.second) == (0, 0) for figure in figures_of(day))


def test_quiet_hours_are_counted_together() -> None:
    waits = timedelta(minutes=3)
    busy = [Counted(DAY.replace(hour=9, minute=minute), "papers", waits) for minute in range(6)]
    quiet = [Counted(DAY.replace(hour=hour), "understand", waits) for hour in range(10, 15)]
    assert figures_of(busy + quiet) == [
        Figure(DAY.replace(hour=9), Span.HOUR, ALL, 6, 3),
        Figure(DAY.replace(hour=9), Span.HOUR, "papers", 6, 3),
        Figure(DAY, Span.REST, ALL, 5, 3),
        Figure(DAY, Span.REST, "understand", 5, 3),
    ]


def test_four_calls_a_day_leave_nothing() -> None:
    assert figures_of([Counted(DAY.replace(hour=9), "papers", None)] * 4) == []


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.now = MORNING
    return clock


@pytest.fixture
def engine(database: Path | str) -> Iterator[Engine]:
    engine = open_database(settings(database))
    yield engine
    engine.dispose()


def helped(book: CallBook, clock: Clock, number: int) -> None:
    call_id = f"{clock.now:%d}-{number}"
    book.place(call_id, "Terminal 1", Told("Wohnung anmelden", "Adresse", HelpReason.PAPERS, clock.now))
    clock.now += timedelta(minutes=2)
    book.take(call_id, YILMAZ)
    book.finish(call_id)


def test_calls_are_deleted_by_the_day_and_only_their_figures_stay(engine: Engine, clock: Clock) -> None:
    book, figures = CallBook(engine, clock), FigureBook(engine, 1, "Europe/Berlin", clock)
    for number in range(6):
        helped(book, clock, number)
    clock.now = datetime(2026, 5, 5, 21, 59, tzinfo=UTC)  # 23:59 on the next day
    assert figures.forget_old() == 0
    clock.now += timedelta(minutes=2)
    assert figures.forget_old() == 6
    assert figures.forget_old() == 0
    assert book.call("04-0") is None
    kept = figures.figures("Rathaus")
    assert [(site, figure.reason, figure.count, figure.minutes) for site, figure in kept] == [
        ("Rathaus", ALL, 6, 2),
        ("Rathaus", "papers", 6, 2),
    ]
    assert kept[0][1].start == datetime(2026, 5, 4, 10, tzinfo=ZONE)
    assert figures.figures("Rathaus Süd") == ()


def test_a_call_that_nobody_ever_closed_is_deleted_too(engine: Engine, clock: Clock) -> None:
    book, figures = CallBook(engine, clock), FigureBook(engine, 0, "Europe/Berlin", clock)
    book.place("a", "Terminal 1", Told(None, "Adresse", None, clock.now))
    clock.now += timedelta(days=1)
    assert figures.forget_old() == 1
    assert book.open_calls() == ()
    assert figures.figures() == ()


def test_how_long_it_usually_takes_is_known_from_five_calls_on(engine: Engine, clock: Clock) -> None:
    book, figures = CallBook(engine, clock), FigureBook(engine, 1, "Europe/Berlin", clock)
    for number in range(4):
        helped(book, clock, number)
    assert figures.usual_minutes() == {}
    helped(book, clock, 4)
    assert figures.usual_minutes() == {"Rathaus": 2}
