"""The staff's pages: opened by card or code over a covered visit, never left open, each deed noted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.compose import compose
from kiosk.counter_events import ServiceSwitched, StaffAsked, StaffCardShown, StaffCodeAccepted, StaffCodeRefused
from kiosk.device_events import CardRemoved, Device, DeviceChanged, Printed
from kiosk.effects import CheckStaffCode, ForgetVisit, Note, Print, SpeakPart, StaffDeed, TerminalUse
from kiosk.events import (
    EndConfirmed,
    Event,
    HelpAsked,
    HelpShown,
    Opened,
    Timer,
    TimerFired,
    Touched,
    Typed,
    WentBack,
    WentHome,
    WentOn,
)
from kiosk.faults import Fault, FaultCode
from kiosk.journeys.goodbye import Goodbye
from kiosk.journeys.help import HelpPage
from kiosk.journeys.home import Home
from kiosk.journeys.slip import SlipPage
from kiosk.journeys.staff import StaffCodePage, StaffPage, StaffPaper, StaffTest
from kiosk.journeys.staff_out import OutOfService
from kiosk.journeys.welcome import Welcome, first_visit
from kiosk.offers import events_of
from kiosk.parts import Cards, Notice
from kiosk.privacy import Private
from kiosk.step import step
from kiosk.text import ENGLISH, GERMAN, Language, msg
from kiosk.visit import Visit, use_of
from tests.places import LIBRARY, small_place

CARD = StaffCardShown("Aylin Kaya")
CODE = Private("24681357")


def after(*events: Event, visit: Visit) -> Visit:
    for event in events:
        visit, _ = step(visit, event)
    return visit


@pytest.fixture
def at_home() -> Visit:
    return after(WentOn(), visit=first_visit(small_place()))


@pytest.fixture
def by_card(at_home: Visit) -> Visit:
    return after(CARD, visit=at_home)


def test_a_card_opens_the_page_over_the_visit_and_going_back_shows_it_again(at_home: Visit) -> None:
    visit, effects = step(at_home, CARD)
    assert visit.page == StaffPage("Aylin Kaya")
    assert Note(StaffDeed.OPENED, "Aylin Kaya") in effects
    assert after(WentBack(), visit=visit).page == Home()


def test_a_code_is_looked_at_and_opens_the_page(at_home: Visit) -> None:
    entering = after(StaffAsked(), Typed("staff-code", CODE), visit=at_home)
    visit, effects = step(entering, WentOn())
    assert CheckStaffCode(CODE) in effects
    assert visit.page == StaffCodePage(checking=True)
    visit, effects = step(visit, StaffCodeAccepted())
    assert visit.page == StaffPage()
    assert Note(StaffDeed.OPENED) in effects


def test_a_wrong_code_says_how_long_to_wait(at_home: Visit) -> None:
    entering = after(StaffAsked(), Typed("staff-code", CODE), WentOn(), visit=at_home)
    visit, effects = step(entering, StaffCodeRefused(30))
    assert visit.page == StaffCodePage(wait=30)
    assert Note(StaffDeed.REFUSED) in effects
    [wrong] = [part for part in compose(visit).parts if isinstance(part, Notice)]
    assert wrong.text == msg("staff.code.wait", count=30)


def test_an_answer_that_nobody_waits_for_opens_nothing(at_home: Visit) -> None:
    for visit in (at_home, after(StaffAsked(), visit=at_home)):
        assert not isinstance(after(StaffCodeAccepted(), visit=visit).page, StaffPage)


@pytest.mark.parametrize("on_top", [HelpAsked(), HelpShown(), WentHome(), TimerFired(Timer.IDLE)])
def test_nobody_comes_back_to_the_page_from_what_was_put_on_top(by_card: Visit, on_top: Event) -> None:
    visit = after(on_top, visit=by_card)
    assert not any(isinstance(page, StaffPage) for page in visit.path)


def test_on_hold_too_the_page_closes_by_itself(at_home: Visit) -> None:
    visit = after(HelpAsked(), CARD, TimerFired(Timer.IDLE), visit=at_home)
    assert isinstance(visit.page, HelpPage)


def test_it_is_german_or_english_whatever_the_visitor_reads(by_card: Visit) -> None:
    for tag, expected in (("uk", GERMAN), ("en", ENGLISH), ("de", GERMAN)):
        visit = replace(by_card, look=replace(by_card.look, language=Language(tag)))
        assert visit.page.compose(visit).look.language == expected


def test_helping_with_the_step_shows_it_again_and_is_noted(by_card: Visit) -> None:
    visit, effects = step(by_card, WentOn("help"))
    assert visit.page == Home()
    assert Note(StaffDeed.HELPED, "Aylin Kaya") in effects


def test_the_last_receipt_of_this_visit_is_printed_again(at_home: Visit) -> None:
    visit = after(Opened(SlipPage(LIBRARY)), CARD, visit=at_home)
    printing, effects = step(visit, WentOn("reprint"))
    assert [type(effect) for effect in effects if isinstance(effect, Print | Note)] == [Print, Note]
    assert "print.done" in str(compose(after(Printed(), visit=printing)).parts)


def test_without_a_receipt_or_a_printer_there_is_nothing_to_print_again(by_card: Visit) -> None:
    assert step(by_card, WentOn("reprint")) == (by_card, step(by_card, Touched())[1])
    [why] = [
        card.why_disabled
        for part in compose(by_card).parts
        if isinstance(part, Cards)
        for card in part.cards
        if card.id == "staff-reprint"
    ]
    assert why


def test_ending_the_visit_is_noted(by_card: Visit) -> None:
    visit, effects = step(by_card, EndConfirmed())
    assert isinstance(visit.page, Goodbye)
    assert Note(StaffDeed.ENDED_VISIT, "Aylin Kaya") in effects
    assert ForgetVisit() in effects


def test_changing_paper_is_noted_and_leads_back(by_card: Visit) -> None:
    visit, effects = step(after(Opened(StaffPaper("Aylin Kaya")), visit=by_card), WentOn())
    assert visit.page == StaffPage("Aylin Kaya")
    assert Note(StaffDeed.CHANGED_PAPER, "Aylin Kaya") in effects


def test_devices_are_tried_and_shown_as_they_are(by_card: Visit) -> None:
    away = DeviceChanged(Device.SUBMISSION, Fault(FaultCode.SUBMISSION_NETWORK))
    visit = after(away, Opened(StaffTest("Aylin Kaya")), visit=by_card)
    assert "Fault" not in str(compose(visit).parts)
    assert {"devices", "services"} <= {part.id for part in compose(visit).parts}
    visit, effects = step(visit, WentOn("print"))
    assert [type(each) for each in effects if isinstance(each, Print | Note)] == [Print, Note]
    assert SpeakPart("title") in step(visit, WentOn("speak"))[1]


def test_out_of_service_every_visit_begins_and_ends_with_the_calm_screen(by_card: Visit) -> None:
    visit, effects = step(by_card, ServiceSwitched(on=False))
    assert isinstance(visit.page, OutOfService)
    assert {Note(StaffDeed.OUT_OF_SERVICE, "Aylin Kaya"), ForgetVisit()} <= set(effects)
    assert use_of(visit) is TerminalUse.OUT_OF_ORDER
    for ways in (
        (HelpAsked(), EndConfirmed(), TimerFired(Timer.GOODBYE)),
        (WentHome(),),
        (Touched(), TimerFired(Timer.IDLE)),
    ):
        assert isinstance(after(*ways, visit=visit).page, OutOfService)


def test_staff_bring_it_back(by_card: Visit) -> None:
    out = after(ServiceSwitched(on=False), visit=by_card)
    visit, effects = step(after(CARD, visit=out), ServiceSwitched(on=True))
    assert isinstance(visit.page, Welcome)
    assert Note(StaffDeed.IN_SERVICE, "Aylin Kaya") in effects


def test_nobody_else_takes_it_out_of_service(at_home: Visit) -> None:
    assert after(ServiceSwitched(on=False), visit=at_home).page == Home()
    assert ServiceSwitched(on=False) not in list(events_of(compose(at_home)))


def test_taking_the_card_away_asks_nothing(by_card: Visit) -> None:
    assert after(CardRemoved(), visit=by_card).question is None
