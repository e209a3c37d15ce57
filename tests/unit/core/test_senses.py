"""Scanner, presence sensor and keypad: what they change, and what they never do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.compose import compose
from kiosk.device_events import Focused, PresenceSensed, Printed, Scanned
from kiosk.effects import ClearTimer, Print, SetTimer, Speak, SpeakPart
from kiosk.events import (
    EndConfirmed,
    Event,
    HelpAsked,
    MoreTimeTaken,
    Opened,
    ReadingToggled,
    Resumed,
    Timer,
    TimerFired,
    Touched,
    WentBack,
    WentOn,
)
from kiosk.forms.application import FormApplication
from kiosk.journeys.code import MOST, CodePage
from kiosk.journeys.goodbye import Goodbye
from kiosk.journeys.help import HelpPage
from kiosk.journeys.home import Home, SearchPage
from kiosk.journeys.service import ServicePage
from kiosk.journeys.welcome import Welcome, first_visit
from kiosk.parts import Number
from kiosk.place import CodeKind, CodePattern
from kiosk.privacy import Private
from kiosk.receipt import receipt_text
from kiosk.screen import HelpState
from kiosk.senses import part_utterances
from kiosk.step import step
from kiosk.text import local
from kiosk.visit import Question, Visit
from kiosk.voice import Voice
from tests.places import REGISTER, small_form, small_place

PLACE = replace(
    small_place(),
    codes=(
        CodePattern("T[0-9]{6}", CodeKind.APPOINTMENT),
        CodePattern("B[0-9]+", CodeKind.LIBRARY_CARD, local("Bitte zum Automaten.", en="To the machine, please.")),
    ),
)
CODE = Private("T123456")
HERE, AWAY = PresenceSensed(True), PresenceSensed(False)


def after(*events: Event, visit: Visit | None = None) -> Visit:
    visit = visit or first_visit(PLACE)
    for event in events:
        visit, _ = step(visit, event)
    return visit


@pytest.fixture
def at_home() -> Visit:
    return after(WentOn())


@pytest.fixture
def at_form() -> Visit:
    visit = after(WentOn(), Opened(ServicePage(REGISTER)))
    return visit.with_application(FormApplication(PLACE, PLACE.service(REGISTER), small_form()))


# scanned


@pytest.mark.parametrize("before", [(), (WentOn(),), (WentOn(), Opened(SearchPage()))])
def test_a_code_opens_its_page_where_services_are_looked_for(before: tuple[Event, ...]) -> None:
    visit = after(*before, Scanned(CODE))
    screen = compose(visit)
    assert screen.id == "code-appointment"
    assert visit.begun
    assert [part.number for part in screen.parts if isinstance(part, Number)] == [CODE]
    assert visit.page != after(WentBack(), visit=visit).page


def test_the_place_may_say_what_to_do() -> None:
    assert "Bitte zum Automaten." in repr(compose(after(Scanned(Private("B42")))).parts)


def test_another_code_takes_the_place_of_the_first(at_home: Visit) -> None:
    visit = after(Scanned(CODE), Scanned(CODE), Scanned(Private("B42")), visit=at_home)
    assert compose(visit).id == "code-library-card"
    assert after(WentBack(), visit=visit).page == Home()


@pytest.mark.parametrize("code", ["4006381333931", "T12345", "xT123456", "T1234567", "T" * (MOST + 1)])
def test_an_unknown_code_is_said_to_be_unknown_and_not_kept(at_home: Visit, code: str) -> None:
    visit = after(Scanned(Private(code)), visit=at_home)
    assert compose(visit).id == "code-unknown"
    assert isinstance(visit.page, CodePage)
    assert not visit.page.code


def test_in_a_form_a_code_changes_nothing_and_says_so(at_form: Visit) -> None:
    visit, effects = step(at_form, Scanned(CODE))
    assert visit.question is Question.CODE_NOT_NEEDED
    assert (visit.path, visit.application) == (at_form.path, at_form.application)
    assert not [effect for effect in effects if not isinstance(effect, (ClearTimer, SetTimer))]
    dialog = compose(visit).dialog
    assert dialog
    assert dialog.id == "code-not-needed"
    assert after(Resumed(), visit=visit) == at_form


def test_a_code_does_not_answer_an_open_question_nor_disturb_the_end(at_form: Visit) -> None:
    asked = after(Scanned(CODE), visit=at_form)
    assert after(Scanned(CODE), visit=asked) == asked
    end = after(EndConfirmed(), visit=at_form)
    assert isinstance(end.page, Goodbye)
    assert after(Scanned(CODE), visit=end) == end
    helped = after(HelpAsked(), visit=at_form)
    assert isinstance(helped.page, HelpPage)
    assert after(Scanned(CODE), visit=helped) == helped


def test_a_slip_can_be_printed_once(at_home: Visit) -> None:
    from kiosk.device_events import Device, DeviceChanged

    visit = after(DeviceChanged(Device.PRINTER, None), Scanned(CODE), visit=at_home)
    assert "slip" in [part.id for part in compose(visit).parts]
    visit, effects = step(visit, WentOn("print"))
    [slip] = [effect.receipt for effect in effects if isinstance(effect, Print)]
    assert "T123456" in receipt_text(slip)
    assert not [effect for effect in step(visit, WentOn("print"))[1] if isinstance(effect, Print)]
    assert "slip" not in [part.id for part in compose(after(Printed(), visit=visit)).parts]


def test_the_code_is_gone_with_the_visit(at_home: Visit) -> None:
    visit = after(Scanned(CODE), EndConfirmed(), visit=at_home)
    assert not [page for page in visit.path if isinstance(page, CodePage)]


# presence


def test_who_comes_is_greeted_by_voice_only_where_that_is_on() -> None:
    quiet = first_visit(PLACE)
    assert step(quiet, HERE) == (quiet, (ClearTimer(Timer.AWAY),))
    heard = replace(quiet, reading=True)
    visit, effects = step(heard, HERE)
    assert visit == heard
    assert Speak() in effects
    assert not visit.begun


def test_an_empty_place_brings_the_question_sooner(at_home: Visit) -> None:
    visit, effects = step(at_home, AWAY)
    assert visit == at_home
    assert effects == (SetTimer(Timer.AWAY, PLACE.timers.away),)
    asked = after(TimerFired(Timer.AWAY), visit=visit)
    assert asked.question is Question.STILL_THERE
    assert asked.countdown == PLACE.timers.countdown


def test_who_asked_for_more_time_has_it_here_too(at_home: Visit) -> None:
    _, effects = step(after(MoreTimeTaken(), visit=at_home), AWAY)
    assert effects == (SetTimer(Timer.AWAY, PLACE.timers.away * 3),)


@pytest.mark.parametrize("sign", [HERE, Touched(), Focused("title")])
def test_who_is_back_is_not_asked(at_home: Visit, sign: Event) -> None:
    _, effects = step(at_home, sign)
    assert (ClearTimer(Timer.AWAY) in effects) is not isinstance(sign, Focused)


@pytest.mark.en301549("11.2.2.1")
def test_absence_never_ends_a_visit(at_form: Visit) -> None:
    for visit in (first_visit(PLACE), after(Touched()), at_form, after(EndConfirmed(), visit=at_form)):
        after_all = after(AWAY, AWAY, TimerFired(Timer.AWAY), AWAY, TimerFired(Timer.AWAY), visit=visit)
        assert (after_all.path, after_all.application) == (visit.path, visit.application)


def test_a_visit_that_has_asked_for_help_is_left_alone(at_form: Visit) -> None:
    helped = after(HelpAsked(), visit=at_form)
    assert step(helped, AWAY) == (helped, ())
    assert after(TimerFired(Timer.AWAY), visit=helped) == helped
    # nor where the help is called after the place was left
    late = after(AWAY, HelpAsked(), TimerFired(Timer.AWAY), visit=at_form)
    assert late.help.state is HelpState.CALLED
    assert late.question is None
    assert ClearTimer(Timer.AWAY) in step(after(AWAY, visit=at_form), HelpAsked())[1]


def test_the_welcome_stays_as_it_is_when_nobody_is_there() -> None:
    visit = after(Touched())
    assert isinstance(visit.page, Welcome)
    assert step(visit, AWAY) == (visit, ())


# what the keypad comes to


def test_what_the_keypad_comes_to_is_read_while_reading_is_on(at_home: Visit) -> None:
    event = Focused("search", Private("Suchen"))
    assert step(at_home, event) == (at_home, ())
    reading = after(ReadingToggled(), visit=at_home)
    if reading.reading:
        assert SpeakPart("search", Private("Suchen"), Private("")) in step(reading, event)[1]
    heard = replace(at_home, reading=True)
    assert step(heard, event) == (heard, (SpeakPart("search", Private("Suchen"), Private("")),))


def test_a_part_is_read_as_on_the_whole_screen_an_element_by_its_words(at_home: Visit) -> None:
    screen = compose(at_home)
    title = part_utterances(SpeakPart("title", Private(""), Private("")), screen, Voice())
    assert "Was möchten Sie erledigen?" in title[0].words.reveal()
    words, aside = part_utterances(SpeakPart("bar/help", Private("Hilfe"), Private("gewählt")), screen, Voice())
    assert (words.words, words.private) == (Private("Hilfe"), False)
    assert (aside.words, aside.private) == (Private("gewählt"), True)
    assert part_utterances(SpeakPart("nowhere", Private(""), Private("")), screen, Voice()) == ()
