"""Co-view in the core: what the counter gets of a screen, and what asking, pointing and writing do to a visit."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.compose import compose
from kiosk.counter_events import (
    CoviewAgreed,
    CoviewAsked,
    CoviewEnded,
    CoviewLine,
    CoviewPointed,
    CoviewStopped,
    HelpDone,
    HelpQueued,
    HelpTaken,
)
from kiosk.coview import HIDDEN, LINE, MOST_BYTES, STAFF_LANGUAGES, View, masked, view_of
from kiosk.device_events import Device, DeviceChanged
from kiosk.effects import SpeakPart
from kiosk.events import (
    EndConfirmed,
    Event,
    HelpAsked,
    HelpCancelled,
    Opened,
    Resumed,
    Timer,
    TimerFired,
    Touched,
    Typed,
    WentOn,
)
from kiosk.faults import Fault, FaultCode
from kiosk.journeys.help import HelpPage
from kiosk.journeys.home import Home, SearchPage
from kiosk.journeys.welcome import first_visit
from kiosk.look import Look
from kiosk.parts import (
    Answer,
    Answers,
    Choice,
    Consent,
    Fact,
    Facts,
    Field,
    Heading,
    Level,
    Notice,
    Number,
    Option,
    Paragraph,
    Part,
    Picture,
    PinPad,
    Problem,
    Secret,
)
from kiosk.parts import Drawing as Drawn
from kiosk.privacy import Private
from kiosk.screen import Screen
from kiosk.speech import utterances
from kiosk.step import step
from kiosk.text import ENGLISH, GERMAN, Text, Verbatim, local, msg, translator
from kiosk.visit import Visit
from tests.places import small_place

S = "c0ffee"
ASKED = CoviewAsked(S, "Frau Yılmaz", "Schalter 2")
TAKEN = HelpTaken("Frau Yılmaz", "Schalter 2", None, on_the_way=False)
SAY = msg("coview.say.look")


def after(*events: Event, visit: Visit) -> Visit:
    for event in events:
        visit, _ = step(visit, event)
    return visit


@pytest.fixture
def helped() -> Visit:
    return after(WentOn(), HelpAsked(), TAKEN, visit=first_visit(small_place()))


@pytest.fixture
def watched(helped: Visit) -> Visit:
    return after(ASKED, CoviewAgreed(), visit=helped)


# What the counter gets


def screens(secret: st.SearchStrategy[str]) -> st.SearchStrategy[Screen]:
    """Every kind of part that can hold visitor data, with this data in it."""
    words: st.SearchStrategy[Text] = st.builds(lambda value: Verbatim(Private(value)), secret) | st.builds(
        lambda value: msg("help.from", counter=Private(value)), secret
    )
    plain: st.SearchStrategy[Text] = st.sampled_from([local("Name", en="Name"), msg("back")])
    text: st.SearchStrategy[Text] = words | plain
    hidden = secret.map(Private)
    option = st.builds(Option, st.sampled_from("abc"), plain)
    chosen = secret.map(lambda one: Private(frozenset({one})))
    problem = st.none() | st.builds(Problem, text, text)
    parts: st.SearchStrategy[Part] = st.one_of(
        st.builds(Heading, st.just("h"), text),
        st.builds(Paragraph, st.just("p"), text),
        st.builds(Notice, st.just("n"), st.sampled_from(Level), text, text),
        st.builds(Facts, st.just("f"), st.tuples(st.builds(Fact, st.just("info"), text, text))),
        st.builds(Field, st.just("name"), plain, hidden, st.none() | text, problem=problem, verified=words),
        st.builds(Choice, st.just("name#matches"), plain, st.tuples(option), chosen),
        st.builds(Answers, st.just("a"), plain, st.tuples(st.builds(Answer, st.just("a1"), plain, words))),
        st.builds(Consent, st.just("c"), plain, text, st.just(True)),
        st.builds(PinPad, st.just("pin"), plain, st.sampled_from(Secret), st.just(6), hidden),
        st.builds(Picture, st.just("pic"), st.sampled_from(Drawn), text, text),
        st.builds(Number, st.just("no"), plain, hidden, hidden),
    )
    return st.builds(Screen, st.just("s"), text, st.just(Look()), st.lists(parts, max_size=6).map(tuple), lead=words)


SECRET = "Geheimer-Ńame"


@settings(max_examples=200, deadline=None)
@given(screens(st.just(SECRET)), st.sampled_from(STAFF_LANGUAGES))
def test_nothing_that_a_visitor_told_is_in_what_the_counter_gets(screen: Screen, language: str) -> None:
    sent = json.dumps(masked(screen, GERMAN if language == GERMAN else ENGLISH), ensure_ascii=False)
    assert SECRET not in sent
    assert len(sent.encode()) <= MOST_BYTES // len(STAFF_LANGUAGES)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_two_visitors_who_told_different_things_look_the_same(data: st.DataObject) -> None:
    shape = data.draw(screens(st.just("\x00")))
    one, other = (masked(_told(shape, name), GERMAN) for name in ("Anna", "Bartholomäus"))
    assert one == other


def _told(thing: Screen, name: str) -> Screen:
    """Return the screen with what the visitor told replaced."""
    return _replaced(thing, name)  # type: ignore[no-any-return]


def _replaced(thing: object, name: str):  # type: ignore[no-untyped-def]
    from dataclasses import fields, is_dataclass

    if isinstance(thing, Private):
        return Private(frozenset({name}) if isinstance(thing.reveal(), frozenset) else name)
    if is_dataclass(thing) and not isinstance(thing, type):
        return replace(thing, **{f.name: _replaced(getattr(thing, f.name), name) for f in fields(thing)})
    if isinstance(thing, tuple):
        return tuple(_replaced(one, name) for one in thing)
    if isinstance(thing, dict):
        return {key: _replaced(value, name) for key, value in thing.items()}
    return thing


def test_what_a_search_found_is_hidden_since_it_tells_what_was_typed() -> None:
    found = Choice("name#matches", local("Treffer"), (Option("a", local("Kroatien")),), Private(frozenset()))
    screen = Screen("s", local("Land"), Look(), (Field("name", local("Land"), Private("kro")), found))
    pieces = masked(screen, GERMAN)["pieces"]
    assert [piece["lines"] for piece in pieces if piece["kind"] == "choice"] == [[HIDDEN]]


def test_a_screen_that_is_too_long_is_cut_and_says_so() -> None:
    parts = tuple(Paragraph(f"p{number}", local("ä" * 400)) for number in range(200))
    shown = masked(Screen("s", local("Lang"), Look(), parts), GERMAN)
    assert shown["left_out"]
    assert len(json.dumps(shown, ensure_ascii=False).encode()) <= MOST_BYTES // 2


def test_the_counter_reads_its_own_language_and_sees_whether_something_is_filled_in(watched: Visit) -> None:
    visit = after(Opened(SearchPage()), Typed("query", Private(SECRET)), visit=watched)
    view = view_of(visit, compose(visit))
    assert view
    assert view.screens
    assert SECRET not in json.dumps(view.screens)
    english = view.screens[ENGLISH]
    assert english["title"] == translator(ENGLISH).say(compose(visit).title)
    assert [piece["filled"] for piece in english["pieces"] if piece["kind"] == "field"] == [True]


# What it does to a visit


def test_the_visitor_is_asked_who_would_see_what(helped: Visit) -> None:
    visit = after(ASKED, visit=helped)
    dialog = compose(visit).dialog
    assert dialog
    assert dialog.id == "coview"
    spoken = " ".join(each.words.reveal() for each in utterances(compose(visit), translator(GERMAN)))
    assert "Frau Yılmaz (Schalter 2)" in spoken
    assert view_of(visit, compose(visit)) == View(S, None)


def test_who_agrees_sees_the_page_again_with_a_frame_and_a_way_to_end_it(watched: Visit) -> None:
    screen = compose(watched)
    assert isinstance(watched.page, Home)
    assert screen.watched
    assert screen.parts[0].id == "coview"
    assert "coview" not in {piece["id"] for piece in masked(screen, GERMAN)["pieces"]}


@pytest.mark.parametrize(
    "over",
    [
        CoviewStopped(),
        CoviewEnded(S),
        HelpCancelled(),
        HelpDone(),
        EndConfirmed(),
        HelpQueued(1),
        HelpTaken("Herr Kern", "Schalter 1"),
    ],
)
def test_it_ends_with_a_touch_the_call_the_visit_and_with_who_has_the_call(watched: Visit, over: Event) -> None:
    visit = after(over, visit=watched)
    assert visit.coview is None
    assert not compose(visit).watched


def test_nobody_but_who_has_the_call_may_ask(helped: Visit) -> None:
    assert after(replace(ASKED, name="Herr Kern"), visit=helped).coview is None
    queued = after(HelpQueued(), visit=helped)
    assert after(ASKED, visit=queued).coview is None


def test_back_on_the_keypad_is_a_no(helped: Visit) -> None:
    assert after(ASKED, Resumed(), visit=helped).coview is None


def test_a_finger_lights_a_part_up_and_has_it_read_until_the_visitor_does_something(watched: Visit) -> None:
    visit, effects = step(watched, CoviewPointed(S, "often-used"))
    assert compose(visit).spoken == "often-used"
    assert effects == (SpeakPart("often-used"),)
    assert compose(after(Touched(), visit=visit)).spoken == ""
    assert compose(after(Opened(SearchPage()), visit=visit)).spoken == ""


def test_without_a_voice_it_only_lights_up(watched: Visit) -> None:
    mute = after(DeviceChanged(Device.SPEECH, Fault(FaultCode.SPEECH_ABSENT)), visit=watched)
    visit, effects = step(mute, CoviewPointed(S, "often-used"))
    assert compose(visit).spoken == "often-used"
    assert effects == ()


def test_a_line_appears_and_is_spoken(watched: Visit) -> None:
    visit, effects = step(watched, CoviewLine(S, SAY))
    assert [part.text for part in compose(visit).parts if isinstance(part, Notice) and part.id == LINE] == [SAY]
    assert effects == (SpeakPart(LINE),)


def test_who_has_not_agreed_is_neither_pointed_at_nor_written_to(helped: Visit) -> None:
    asked = after(ASKED, visit=helped)
    for event in (CoviewPointed(S, "title"), CoviewLine(S, SAY), CoviewPointed("other", "title")):
        assert step(asked, event) == (asked, ())


def test_a_visit_that_is_left_alone_is_covered_for_the_counter_too(watched: Visit) -> None:
    visit = after(TimerFired(Timer.COVER), visit=watched)
    assert isinstance(visit.page, HelpPage)
    assert compose(visit).watched
