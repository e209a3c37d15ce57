"""What a service needs of the terminal: what is lacking is said, what can be done without goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.compose import compose
from kiosk.device_events import Device, DeviceChanged
from kiosk.effects import CallPerson, OpenForm
from kiosk.events import Event, HelpAsked, Opened, Typed, WentOn
from kiosk.faults import Fault, FaultCode
from kiosk.journeys.home import AllServices, Home, SearchPage, SituationPage
from kiosk.journeys.service import ServicePage
from kiosk.journeys.welcome import first_visit
from kiosk.parts import Card, Cards, Level, Notice
from kiosk.place import Place, ServiceKind, Weight
from kiosk.privacy import Private
from kiosk.requirements import blocked, lacks, requirements_of
from kiosk.speech import utterances
from kiosk.step import step
from kiosk.text import ENGLISH, GERMAN, translator
from kiosk.visit import Devices, Visit
from tests.places import CITY, LIBRARY, REGISTER, small_place

SMALL = small_place()
NO_PAPER = Fault(FaultCode.PRINTER_PAPER_OUT)
NO_KEY = Fault(FaultCode.SUBMISSION_CREDENTIALS)


def place_where_the_library_needs(**weights: str) -> Place:
    library = replace(SMALL.service(LIBRARY), requires={Device(name): Weight(word) for name, word in weights.items()})
    return replace(SMALL, services=(SMALL.service(REGISTER), library))


def visit_at(*events: Event, place: Place = SMALL) -> Visit:
    return after(first_visit(place), Opened(Home()), *events)


def after(visit: Visit, *events: Event) -> Visit:
    for event in events:
        visit, _ = step(visit, event)
    return visit


def cards(visit: Visit) -> dict[str, Card]:
    return {card.id: card for part in compose(visit).parts if isinstance(part, Cards) for card in part.cards}


def notices(visit: Visit) -> list[Notice]:
    return [part for part in compose(visit).parts if isinstance(part, Notice)]


def test_a_form_must_be_handed_in_and_is_better_with_card_and_printer() -> None:
    assert requirements_of(SMALL.service(REGISTER)) == {
        Device.SUBMISSION: Weight.MUST,
        Device.PRINTER: Weight.BETTER,
        Device.EID: Weight.BETTER,
    }


def test_information_that_can_be_printed_is_better_with_a_printer() -> None:
    assert requirements_of(SMALL.service(LIBRARY)) == {Device.PRINTER: Weight.BETTER}
    assert requirements_of(replace(SMALL.service(LIBRARY), ticket=False)) == {}


def test_the_profile_overrules_the_kind() -> None:
    place = place_where_the_library_needs(printer="must", eid="better")
    assert requirements_of(place.service(LIBRARY)) == {Device.PRINTER: Weight.MUST, Device.EID: Weight.BETTER}
    place = place_where_the_library_needs(printer="none")
    assert requirements_of(place.service(LIBRARY)) == {}


def test_every_kind_of_service_has_requirements_of_its_own() -> None:
    for kind in ServiceKind:
        assert isinstance(requirements_of(replace(SMALL.service(LIBRARY), kind=kind)), dict)


def test_what_blocks_comes_first() -> None:
    devices = Devices().changed(Device.PRINTER, NO_PAPER).changed(Device.SUBMISSION, NO_KEY)
    found = lacks(SMALL.service(REGISTER), devices)
    assert [(lack.device, lack.blocks) for lack in found] == [(Device.SUBMISSION, True), (Device.PRINTER, False)]


def test_a_network_that_is_away_blocks_nothing() -> None:
    devices = Devices().changed(Device.SUBMISSION, Fault(FaultCode.SUBMISSION_NETWORK))
    assert blocked(SMALL.service(REGISTER), devices) is None
    assert [lack.device for lack in lacks(SMALL.service(REGISTER), devices)] == [Device.SUBMISSION]


def test_a_device_that_there_never_was_is_told_from_one_that_is_broken() -> None:
    devices = Devices().changed(Device.SUBMISSION, Fault(FaultCode.SUBMISSION_ABSENT))
    lack = blocked(SMALL.service(REGISTER), devices)
    assert lack
    assert lack.lasting
    lack = blocked(SMALL.service(REGISTER), devices.changed(Device.SUBMISSION, NO_KEY))
    assert lack
    assert not lack.lasting


@pytest.mark.parametrize(
    "page",
    [Home(), AllServices(), SituationPage(SMALL.service(REGISTER).situation)],
    ids=lambda page: type(page).__name__,
)
def test_the_cards_say_why_and_only_where_it_is_so(page: Home | AllServices | SituationPage) -> None:
    say = translator(GERMAN).say
    visit = visit_at(Opened(page), DeviceChanged(Device.SUBMISSION, NO_KEY))
    card = cards(visit)[REGISTER]
    assert card.warned
    assert card.text
    assert say(card.text) == "Geht gerade nicht: Dieses Gerät darf gerade nichts absenden"
    assert [card.id for card in cards(visit).values() if card.warned] == [REGISTER]
    back = after(visit, DeviceChanged(Device.SUBMISSION, None))
    assert not cards(back)[REGISTER].warned


def test_the_search_says_why_too() -> None:
    visit = visit_at(Opened(SearchPage()), Typed("query", Private("wohnung")), DeviceChanged(Device.SUBMISSION, NO_KEY))
    assert cards(visit)[REGISTER].warned


def test_other_services_go_on() -> None:
    visit = visit_at(Opened(SituationPage(CITY)), DeviceChanged(Device.SUBMISSION, NO_KEY))
    assert not cards(visit)[LIBRARY].warned


def test_the_page_says_why_and_one_touch_calls_a_person() -> None:
    visit = visit_at(Opened(ServicePage(REGISTER)), DeviceChanged(Device.SUBMISSION, NO_KEY))
    screen = compose(visit)
    assert screen.parts[0] == notices(visit)[0]
    assert (notices(visit)[0].level, notices(visit)[0].title) == (Level.WARNING, NO_KEY.title)
    assert screen.forward
    assert screen.forward.event == HelpAsked()
    _, effects = step(visit, screen.forward.event)
    assert [effect for effect in effects if isinstance(effect, CallPerson)]


def test_without_a_counter_the_start_stays_and_says_that_it_is_not_possible() -> None:
    gone = DeviceChanged(Device.COUNTER, Fault(FaultCode.HELP_ABSENT))
    visit = visit_at(gone, Opened(ServicePage(REGISTER)), DeviceChanged(Device.SUBMISSION, NO_KEY))
    forward = compose(visit).forward
    assert forward
    assert forward.why_disabled
    assert notices(visit)


def test_when_the_device_is_back_so_is_the_service() -> None:
    place = place_where_the_library_needs(eid="must")
    visit = visit_at(Opened(ServicePage(LIBRARY)), place=place)
    untouched = compose(visit)
    broken = after(visit, DeviceChanged(Device.EID, Fault(FaultCode.EID_NO_READER)))
    assert compose(broken).forward != untouched.forward
    assert compose(after(broken, DeviceChanged(Device.EID, None))) == untouched


def test_a_blocked_form_is_not_begun_whatever_is_posted() -> None:
    visit = visit_at(Opened(ServicePage(REGISTER)), DeviceChanged(Device.SUBMISSION, NO_KEY))
    after_start, effects = step(visit, WentOn())
    assert after_start.page == visit.page
    assert not [effect for effect in effects if isinstance(effect, OpenForm)]


def test_what_can_be_done_without_is_said_calmly_and_the_way_on_stays() -> None:
    visit = visit_at(Opened(ServicePage(REGISTER)))
    broken = after(
        visit, DeviceChanged(Device.PRINTER, NO_PAPER), DeviceChanged(Device.EID, Fault(FaultCode.EID_NO_READER))
    )
    assert compose(broken).forward == compose(visit).forward
    assert {notice.level for notice in notices(broken)} == {Level.INFO}
    assert {notice.id for notice in notices(broken)} == {"lacks-printer", "lacks-eid"}


def test_a_printer_that_there_never_was_is_no_news() -> None:
    visit = visit_at(Opened(ServicePage(REGISTER)), DeviceChanged(Device.PRINTER, Fault(FaultCode.PRINTER_ABSENT)))
    assert notices(visit) == []


@pytest.mark.parametrize("device", list(Device))
@pytest.mark.parametrize("weight", ["must", "better"])
def test_every_lack_can_be_read_and_heard(device: Device, weight: str) -> None:
    place = place_where_the_library_needs(**{device: weight})
    visit = visit_at(Opened(ServicePage(LIBRARY)), DeviceChanged(device, NO_PAPER), place=place)
    assert notices(visit)
    for language in (GERMAN, ENGLISH):
        assert utterances(compose(visit), translator(language))
