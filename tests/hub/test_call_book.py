"""The calls of a site, whatever terminals and staff do in whatever order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.calls import ATTENDED, Attendant, CallBook, CallState, Intent, Told
from hub.storage import open_database
from kiosk.effects import HelpReason
from tests.hub import town_hall

NOW = datetime(2026, 5, 4, 10, 24, tzinfo=UTC)
ASKED = Told("Wohnung anmelden", "Adresse", None, NOW)
YILMAZ, KERN = Attendant("Frau Yılmaz", "Schalter 2"), Attendant("Herr Kern", "Schalter 1")


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@contextmanager
def opened(database: Path | str, clock: Clock) -> Iterator[CallBook]:
    engine = open_database(town_hall.settings(database))
    yield CallBook(engine, clock)
    engine.dispose()


@pytest.fixture
def book(database: Path | str, clock: Clock) -> Iterator[CallBook]:
    with opened(database, clock) as book:
        yield book


def test_a_call_that_is_repeated_stays_one_call(book: CallBook) -> None:
    book.place("a", "Terminal 1", ASKED)
    book.place("a", "Terminal 1", Told("Wohnung anmelden", "Ausweis", HelpReason.PAPERS, NOW, "tr"))
    (call,) = book.open_calls()
    assert (call.step, call.reason, call.language, call.called_at) == ("Ausweis", HelpReason.PAPERS, "tr", NOW)


def test_a_call_from_the_future_waits_from_now_on(book: CallBook) -> None:
    call = book.place("a", "Terminal 1", Told(None, "Adresse", None, NOW + timedelta(hours=3)))
    assert call is not None
    assert call.called_at == NOW


def test_the_one_who_waits_longest_comes_first(book: CallBook) -> None:
    book.place("a", "Terminal 1", ASKED)
    book.place("b", "Terminal 2", Told(None, "Adresse", None, NOW - timedelta(seconds=1)))
    assert [call.terminal for call in book.open_calls()] == ["Terminal 2", "Terminal 1"]


def test_only_the_first_can_take_a_call(book: CallBook) -> None:
    book.place("a", "Terminal 1", ASKED)
    assert book.take("a", YILMAZ, Intent(on_way=True, minutes=2))
    assert not book.take("a", KERN)
    (call,) = book.open_calls()
    assert (call.state, call.attendant, call.minutes) == (CallState.ON_WAY, YILMAZ, 2)


def test_of_many_who_take_a_call_at_the_same_moment_one_has_it(book: CallBook) -> None:
    book.place("a", "Terminal 1", ASKED)
    staff = [Attendant(f"Person {number}", "Schalter 1") for number in range(16)]
    with ThreadPoolExecutor(16) as pool:
        taken = list(pool.map(lambda person: book.take("a", person), staff))
    (call,) = book.open_calls()
    assert taken.count(True) == 1
    assert call.attendant == staff[taken.index(True)]


def test_a_terminal_that_sends_everything_twice_at_once_has_one_call(book: CallBook) -> None:
    ids = ["a", "b"] * 8
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda call_id: book.place(call_id, "Terminal 1", ASKED), ids))
    assert len(book.open_calls()) == 1


def test_whoever_helps_from_the_counter_may_go_there_after_all(book: CallBook) -> None:
    book.place("a", "Terminal 1", ASKED)
    assert book.take("a", YILMAZ)
    assert book.open_calls()[0].state is CallState.TAKEN
    assert book.take("a", YILMAZ, Intent(on_way=True))
    assert book.open_calls()[0].state is CallState.ON_WAY


def test_somebody_else_can_go_instead_of_who_is_named(book: CallBook) -> None:
    book.place("a", "Terminal 1", ASKED)
    book.take("a", YILMAZ, Intent(minutes=2))
    assert not book.take("a", KERN, Intent(instead_of="Herr Wolf"))
    assert book.take("a", KERN, Intent(instead_of="Frau Yılmaz"))
    (call,) = book.open_calls()
    assert call.attendant == KERN


def test_a_call_that_is_passed_on_waits_again_in_its_old_place(book: CallBook) -> None:
    book.place("a", "Terminal 1", ASKED)
    book.place("b", "Terminal 2", Told(None, "Adresse", None, NOW))
    book.take("a", YILMAZ)
    assert not book.pass_on("a", KERN)
    assert book.pass_on("a", YILMAZ)
    call = book.open_calls()[0]
    assert (call.id, call.state, call.attendant, call.passed_by) == ("a", CallState.QUEUED, None, "Frau Yılmaz")
    assert book.take("a", KERN)
    assert book.open_calls()[0].passed_by is None


def test_nobody_takes_a_call_of_another_site(database: Path | str, clock: Clock) -> None:
    elsewhere = Attendant("Herr Wolf", "Schalter 9", "Rathaus Süd")
    with opened(database, clock) as book:
        book.place("a", "Terminal 1", ASKED)
        assert not book.take("a", elsewhere)
        assert not book.finish("a", "Rathaus Süd")
        assert book.take("a", Attendant("Frau Yılmaz", "Schalter 2", "Rathaus"))
        assert book.finish("a", "Rathaus")


def test_a_call_that_was_taken_back_before_it_arrived_does_not_arrive(book: CallBook) -> None:
    assert book.cancel("a", "Terminal 1")
    call = book.place("a", "Terminal 1", ASKED)
    assert call is not None
    assert call.state is CallState.CANCELLED
    assert book.open_calls() == ()


def test_a_closed_call_can_be_neither_taken_nor_closed_again(book: CallBook) -> None:
    book.place("a", "Terminal 1", ASKED)
    assert book.finish("a")
    assert not book.finish("a")
    assert not book.take("a", YILMAZ)
    assert book.cancel("a", "Terminal 1")
    call = book.call("a")
    assert call is not None
    assert call.state is CallState.DONE


@pytest.mark.parametrize("end", ["finish", "cancel", "newer"])
def test_a_closed_call_has_no_content_any_more(book: CallBook, end: str) -> None:
    book.place("a", "Terminal 1", Told("Wohnung anmelden", "Adresse", HelpReason.PAPERS, NOW, "tr"))
    match end:
        case "finish":
            book.finish("a")
        case "cancel":
            book.cancel("a", "Terminal 1")
        case _:
            book.place("b", "Terminal 1", ASKED)
    call = book.call("a")
    assert call is not None
    assert (call.service, call.step, call.language) == (None, None, None)


terminals = st.sampled_from(["Terminal 1", "Terminal 2"])
deeds = st.tuples(st.sampled_from(["place", "cancel", "take", "pass on", "finish"]), st.sampled_from("abcd"), terminals)


@settings(max_examples=40, deadline=None)
@given(st.lists(deeds, max_size=12))
def test_a_terminal_never_has_two_open_calls(history: list[tuple[str, str, str]]) -> None:
    with opened("sqlite://", Clock()) as book:
        for deed, call_id, terminal in history:
            match deed:
                case "place":
                    book.place(call_id, terminal, ASKED)
                case "cancel":
                    book.cancel(call_id, terminal)
                case "take":
                    book.take(call_id, YILMAZ)
                case "pass on":
                    book.pass_on(call_id, YILMAZ)
                case "finish":
                    book.finish(call_id)
            calls = book.open_calls()
            assert all(count == 1 for count in Counter(call.terminal for call in calls).values())
            assert all((call.attendant is not None) == (call.state in ATTENDED) for call in calls)
