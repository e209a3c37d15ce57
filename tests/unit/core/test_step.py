"""What holds on every page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.application_events import FormOpened
from kiosk.compose import compose
from kiosk.counter_events import HelpDone, HelpFailed, HelpQueued, HelpTaken
from kiosk.device_events import CardInserted, CardRemoved, Device, DeviceChanged, PartSpoken, SpeechEnded
from kiosk.effects import CallPerson, CancelCall, ClearTimer, ForgetVisit, OpenForm, SetTimer, Speak, StopSpeaking
from kiosk.events import (
    ContrastChosen,
    EndAsked,
    EndConfirmed,
    Event,
    HandSwapped,
    HelpAsked,
    HelpCancelled,
    HelpShown,
    LanguageAsked,
    LanguageChosen,
    LookAsked,
    MoreTimeTaken,
    Opened,
    ReachToggled,
    ReadingToggled,
    Resumed,
    SizeCycled,
    SteadyToggled,
    Timer,
    TimerFired,
    Touched,
    Typed,
    WentBack,
    WentOn,
)
from kiosk.faults import Fault, FaultCode
from kiosk.forms.application import FormApplication
from kiosk.journeys.goodbye import Goodbye
from kiosk.journeys.help import HelpPage, call_of
from kiosk.journeys.home import Home, SearchPage
from kiosk.journeys.service import Opening, ServicePage
from kiosk.journeys.welcome import Welcome, first_visit
from kiosk.look import Contrast, Hand, Reach, TextSize
from kiosk.offers import events_of
from kiosk.privacy import Private
from kiosk.screen import HelpState
from kiosk.step import step
from kiosk.text import ENGLISH, GERMAN, translator
from kiosk.visit import Question, Visit
from tests.places import LIBRARY, REGISTER, small_form, small_place

PLACE = small_place()


def after(*events: Event, visit: Visit | None = None) -> Visit:
    visit = visit or first_visit(PLACE)
    for event in events:
        visit, _ = step(visit, event)
    return visit


def effects_of(visit: Visit, event: Event) -> tuple[object, ...]:
    return step(visit, event)[1]


@pytest.fixture
def at_home() -> Visit:
    return after(WentOn())


@pytest.fixture
def with_answers(at_home: Visit) -> Visit:
    application = FormApplication(PLACE, PLACE.service(REGISTER), small_form())
    return replace(at_home, application=application)


def test_nothing_runs_before_the_first_touch() -> None:
    visit = first_visit(PLACE)
    assert not visit.begun
    assert not compose(visit).bar.can_end
    assert after(TimerFired(Timer.IDLE)) == visit


def test_each_touch_restarts_the_silence(at_home: Visit) -> None:
    assert SetTimer(Timer.IDLE, 120) in effects_of(at_home, Touched())


@pytest.mark.en301549("11.2.2.1")
def test_silence_asks_counts_down_and_ends(at_home: Visit) -> None:
    visit = after(TimerFired(Timer.IDLE), visit=at_home)
    assert visit.question is Question.STILL_THERE
    dialog = compose(visit).dialog
    assert dialog and dialog.covers
    for left in range(44, 0, -1):
        visit, effects = step(visit, TimerFired(Timer.COUNTDOWN))
        assert visit.countdown == left
        assert SetTimer(Timer.COUNTDOWN, 1) in effects
    visit, effects = step(visit, TimerFired(Timer.COUNTDOWN))
    assert isinstance(visit.page, Goodbye)
    assert ForgetVisit() in effects


@pytest.mark.parametrize("sign", [Touched(), Resumed(), CardInserted(), SizeCycled()])
def test_any_sign_of_life_answers_the_question(at_home: Visit, sign: Event) -> None:
    asked = after(TimerFired(Timer.IDLE), visit=at_home)
    visit, effects = step(asked, sign)
    assert visit.question is None
    assert ClearTimer(Timer.COUNTDOWN) in effects
    assert SetTimer(Timer.IDLE, 120) in effects


@pytest.mark.en301549("11.2.2.1")
def test_more_time_is_more_time(at_home: Visit) -> None:
    visit = after(TimerFired(Timer.IDLE), MoreTimeTaken(), visit=at_home)
    assert SetTimer(Timer.IDLE, 360) in effects_of(visit, Touched())


def test_silence_on_the_welcome_ends_without_a_word(at_home: Visit) -> None:
    visit = after(WentBack(), SizeCycled(), TimerFired(Timer.IDLE), visit=at_home)
    assert visit == first_visit(PLACE)


def test_help_holds_the_visit(with_answers: Visit) -> None:
    visit, effects = step(with_answers, HelpAsked())
    assert isinstance(visit.page, HelpPage)
    assert visit.help.state is HelpState.CALLED
    assert ClearTimer(Timer.IDLE) in effects
    assert not [effect for effect in effects if effect == SetTimer(Timer.IDLE, 120)]
    assert after(TimerFired(Timer.IDLE), TimerFired(Timer.COUNTDOWN), visit=visit) == visit


def test_the_counter_gets_service_and_step_and_no_answer(with_answers: Visit) -> None:
    _, effects = step(with_answers, HelpAsked())
    call = next(effect for effect in effects if isinstance(effect, CallPerson)).call
    say = translator(GERMAN, masked=True).say
    assert call.service
    assert say(call.service) == "Wohnung anmelden"
    assert say(call.step) == "Was möchten Sie erledigen?"


def test_the_service_is_known_before_its_form_is_open(at_home: Visit) -> None:
    call = call_of(after(Opened(ServicePage(LIBRARY)), HelpAsked(), visit=at_home))
    assert call.service == PLACE.service(LIBRARY).title


def test_a_call_has_arrived_only_when_the_counter_says_so(at_home: Visit) -> None:
    called = after(HelpAsked(), visit=at_home)
    assert "help.calling" in str(compose(called).parts)
    assert "help.waiting'" in str(compose(after(HelpQueued(), visit=called)).parts)


def test_who_comes_is_shown(at_home: Visit) -> None:
    visit = after(HelpAsked(), HelpTaken("Frau Yılmaz", "Schalter 2", 2), visit=at_home)
    assert visit.help.state is HelpState.COMING
    assert "Frau Yılmaz" in str(compose(visit).parts)


def test_going_on_alone_keeps_the_call_and_covers_again_after_a_while(at_home: Visit) -> None:
    visit, effects = step(after(HelpAsked(), visit=at_home), Resumed())
    assert isinstance(visit.page, Home)
    assert visit.help.state is HelpState.CALLED
    assert SetTimer(Timer.COVER, 20) in effects
    assert isinstance(after(TimerFired(Timer.COVER), visit=visit).page, HelpPage)
    assert isinstance(after(HelpShown(), visit=visit).page, HelpPage)


@pytest.mark.parametrize("over", [HelpCancelled(), HelpDone()])
def test_after_the_help_time_runs_again(at_home: Visit, over: Event) -> None:
    visit, effects = step(after(HelpAsked(), visit=at_home), over)
    assert visit.page == Home()
    assert visit.help.state is HelpState.NONE
    assert SetTimer(Timer.IDLE, 120) in effects
    assert (CancelCall() in effects) == isinstance(over, HelpCancelled)


def test_without_a_counter_help_says_how_else(at_home: Visit) -> None:
    visit = after(DeviceChanged(Device.COUNTER, Fault(FaultCode.HELP_ABSENT)), HelpAsked(), visit=at_home)
    assert visit.help.state is HelpState.NONE
    assert compose(visit).id == "help-otherwise"


def test_a_counter_out_of_reach_is_called_all_the_same(at_home: Visit) -> None:
    away = Fault(FaultCode.HELP_UNREACHABLE)
    visit, effects = step(after(DeviceChanged(Device.COUNTER, away), visit=at_home), HelpAsked())
    assert [effect for effect in effects if isinstance(effect, CallPerson)]
    screen = compose(after(HelpFailed(away), visit=visit))
    assert {"unreached", "person"} <= {part.id for part in screen.parts}


@pytest.mark.en301549("11.3.1.1", "5.2")
def test_the_language_changes_anywhere_and_loses_nothing(with_answers: Visit) -> None:
    visit = after(Opened(SearchPage()), LanguageAsked(), LanguageChosen(ENGLISH), visit=with_answers)
    assert visit.look.language == ENGLISH
    assert visit.application == with_answers.application
    assert isinstance(visit.page, SearchPage)


@pytest.mark.en301549("5.2", "11.7")
def test_look_cycles_through_all_and_ends_with_the_visit(at_home: Visit) -> None:
    sizes = [after(*[SizeCycled()] * n, visit=at_home).look.size for n in range(5)]
    assert sizes == [TextSize.M, TextSize.L, TextSize.XL, TextSize.S, TextSize.M]
    contrasts = [after(ContrastChosen(each), visit=at_home).look.contrast for each in Contrast]
    assert contrasts == list(Contrast)
    assert after(SizeCycled(), EndConfirmed(), WentOn(), visit=at_home).look == first_visit(PLACE).look


@pytest.mark.en301549("5.8", "11.7")
def test_hand_height_and_steadiness_change_in_the_middle_and_are_forgotten_at_the_end(at_home: Visit) -> None:
    visit = after(Opened(SearchPage()), Typed("query", Private("Hund")), LookAsked(), visit=at_home)
    offered = set(events_of(compose(visit)))
    assert {ReachToggled(), HandSwapped(), SteadyToggled(), *(ContrastChosen(each) for each in Contrast)} <= offered
    chosen = after(HandSwapped(), ReachToggled(), SteadyToggled(), Resumed(), visit=visit)
    assert (chosen.look.hand, chosen.look.reach, chosen.look.steady) == (Hand.LEFT, Reach.LOW, True)
    assert chosen.page == replace(visit, question=None).page and chosen.question is None
    assert after(HandSwapped(), ReachToggled(), SteadyToggled(), visit=chosen).look == at_home.look
    assert after(EndConfirmed(), WentOn(), visit=chosen).look == first_visit(PLACE).look


@pytest.mark.en301549("5.1.3.5", "11.1.4.2")
def test_reading_begins_follows_the_screens_and_stops_at_a_touch(at_home: Visit) -> None:
    visit, effects = step(at_home, ReadingToggled())
    assert Speak() in effects
    visit = after(PartSpoken("situations"), visit=visit)
    assert compose(visit).spoken == "situations"
    visit, effects = step(visit, Opened(SearchPage()))
    assert effects.index(StopSpeaking()) < effects.index(Speak())
    visit, effects = step(after(PartSpoken("title"), visit=visit), ReadingToggled())
    assert not visit.reading
    assert StopSpeaking() in effects


def test_reading_again_after_its_end_repeats(at_home: Visit) -> None:
    visit = after(ReadingToggled(), PartSpoken("title"), SpeechEnded(), visit=at_home)
    assert Speak() in effects_of(visit, ReadingToggled())


def test_taking_the_card_out_asks(with_answers: Visit) -> None:
    visit = after(CardInserted(), CardRemoved(), visit=with_answers)
    assert visit.question is Question.CARD_REMOVED
    assert after(Resumed(), visit=visit).application == with_answers.application
    assert isinstance(after(EndConfirmed(), visit=visit).page, Goodbye)


def test_ending_with_answers_asks_first(with_answers: Visit, at_home: Visit) -> None:
    assert after(EndAsked(), visit=with_answers).question is Question.END
    assert isinstance(after(EndAsked(), visit=at_home).page, Goodbye)


def test_a_card_left_behind_is_asked_for_until_it_is_gone(with_answers: Visit) -> None:
    visit = after(CardInserted(), EndConfirmed(), visit=with_answers)
    assert compose(visit).id == "goodbye-card"
    assert isinstance(after(TimerFired(Timer.GOODBYE), visit=visit).page, Goodbye)
    visit, effects = step(visit, CardRemoved())
    assert compose(visit).id == "goodbye"
    assert SetTimer(Timer.GOODBYE, PLACE.timers.goodbye) in effects
    assert after(TimerFired(Timer.GOODBYE), visit=visit) == first_visit(PLACE)


def test_a_result_finds_its_page_under_the_help(at_home: Visit) -> None:
    visit = after(Opened(ServicePage(REGISTER)), WentOn(), HelpAsked(), visit=at_home)
    visit = after(FormOpened(small_form()), visit=visit)
    assert isinstance(visit.page, HelpPage)
    assert visit.application is not None
    assert not [page for page in visit.path if isinstance(page, Opening)]


def test_a_form_that_cannot_be_handed_in_is_not_begun(at_home: Visit) -> None:
    broken = DeviceChanged(Device.SUBMISSION, Fault(FaultCode.SUBMISSION_CREDENTIALS))
    visit = after(broken, Opened(ServicePage(REGISTER)), visit=at_home)
    forward = compose(visit).forward
    assert forward
    assert forward.event == HelpAsked()
    assert not [e for e in effects_of(visit, WentOn()) if isinstance(e, OpenForm)]
    repaired = after(DeviceChanged(Device.SUBMISSION, None), visit=visit)
    assert [e for e in effects_of(repaired, WentOn()) if isinstance(e, OpenForm)]


def test_without_network_a_form_can_be_begun_and_the_page_says_so(at_home: Visit) -> None:
    away = DeviceChanged(Device.SUBMISSION, Fault(FaultCode.SUBMISSION_NETWORK))
    visit = after(away, Opened(ServicePage(REGISTER)), visit=at_home)
    assert "lacks-submission" in [part.id for part in compose(visit).parts]
    assert [e for e in effects_of(visit, WentOn()) if isinstance(e, OpenForm)]


def test_the_way_back_ends_at_the_welcome(at_home: Visit) -> None:
    assert isinstance(after(WentBack(), WentBack(), WentBack(), visit=at_home).page, Welcome)
