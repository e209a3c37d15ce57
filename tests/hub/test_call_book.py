"""The calls of a site, whatever terminals and staff do in whatever order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.calls import Attendant, CallBook, CallState, Told
from hub.storage import open_database
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
def opened(clock: Clock) -> Iterator[CallBook]:
    engine = open_database(town_hall.settings("sqlite://"))
    yield CallBook(engine, timedelta(days=1), clock)
    engine.dispose()


@pytest.fixture
def book(clock: Clock) -> Iterator[CallBook]:
    with opened(clock) as book:
        yield book


def test_a_call_that_is_repeated_stays_one_call(book: CallBook) -> None:
    book.place("a", "Terminal 1", ASKED)
    book.place("a", "Terminal 1", Told("Wohnung anmelden", "Ausweis", "Ausweis oder PIN", NOW))
    (call,) = book.open_calls()
    assert (call.step, call.reason, call.called_at) == ("Ausweis", "Ausweis oder PIN", NOW)


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
    assert book.take("a", YILMAZ, 2)
    assert not book.take("a", KERN, None)
    (call,) = book.open_calls()
    assert (call.attendant, call.minutes) == (YILMAZ, 2)


def test_somebody_else_can_go_instead_of_who_is_named(book: CallBook) -> None:
    book.place("a", "Terminal 1", ASKED)
    book.take("a", YILMAZ, 2)
    assert not book.take("a", KERN, None, instead_of="Herr Wolf")
    assert book.take("a", KERN, None, instead_of="Frau Yılmaz")
    (call,) = book.open_calls()
    assert call.attendant == KERN


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
    assert not book.take("a", YILMAZ, None)
    assert book.cancel("a", "Terminal 1")
    call = book.call("a")
    assert call is not None
    assert call.state is CallState.DONE


def test_closed_calls_are_forgotten_after_their_time(book: CallBook, clock: Clock) -> None:
    book.place("a", "Terminal 1", ASKED)
    book.finish("a")
    clock.now += timedelta(days=1, seconds=1)
    book.place("b", "Terminal 1", ASKED)
    assert book.call("a") is None
    assert book.call("b") is not None


terminals = st.sampled_from(["Terminal 1", "Terminal 2"])
deeds = st.tuples(st.sampled_from(["place", "cancel", "take", "finish"]), st.sampled_from("abcd"), terminals)


@settings(max_examples=60, deadline=None)
@given(st.lists(deeds, max_size=12))
def test_a_terminal_never_has_two_open_calls(history: list[tuple[str, str, str]]) -> None:
    with opened(Clock()) as book:
        for deed, call_id, terminal in history:
            match deed:
                case "place":
                    book.place(call_id, terminal, ASKED)
                case "cancel":
                    book.cancel(call_id, terminal)
                case "take":
                    book.take(call_id, YILMAZ, None)
                case "finish":
                    book.finish(call_id)
            calls = book.open_calls()
            assert all(count == 1 for count in Counter(call.terminal for call in calls).values())
            assert all((call.attendant is not None) == (call.state is CallState.TAKEN) for call in calls)
