"""Orders from afar never touch a visit, whatever a visitor is doing; where nobody is, they are obeyed."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.compose import compose
from kiosk.counter_events import Ordered
from kiosk.device_events import Device, DeviceChanged
from kiosk.effects import ForgetVisit, Obey, Refuse, SetTimer
from kiosk.events import EndConfirmed, Event, HelpAsked, Timer, TimerFired, Touched, WentBack, WentOn
from kiosk.faults import Fault, FaultCode
from kiosk.journeys.identify import FLASH_S, FLASHES, IdentifyPage
from kiosk.journeys.staff_out import OutOfService
from kiosk.journeys.welcome import Welcome, first_visit
from kiosk.offers import events_of
from kiosk.orders import (
    Identify,
    Order,
    PutInService,
    Restart,
    TakeOutOfService,
    TakePicture,
    TakeProfile,
    TellLog,
    TellReadiness,
)
from kiosk.step import step
from kiosk.text import GERMAN, local
from kiosk.visit import Visit, use_of
from tests.places import small_place

PLACE = small_place()  # two places are never the same
OUT = TakeOutOfService({GERMAN: "Wir bauen um."})
ORDERS: tuple[Order, ...] = (
    Restart(),
    OUT,
    TakeOutOfService({}),
    PutInService(),
    Identify("Terminal 1"),
    TellReadiness(),
    TellLog(5),
    TakePicture(),
    TakeProfile("city/foyer.tar"),
)


def after(*events: Event, visit: Visit | None = None) -> Visit:
    visit = visit or first_visit(PLACE)
    for event in events:
        visit, _ = step(visit, event)
    return visit


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_in_a_visit_every_order_is_refused_and_nothing_is_another(data: st.DataObject) -> None:
    visit = after(WentOn())
    for _ in range(data.draw(st.integers(0, 12))):
        visit = after(data.draw(st.sampled_from(list(events_of(compose(visit))))), visit=visit)
    order = data.draw(st.sampled_from(ORDERS))
    assert visit.begun  # the farewell is part of the visit
    assert step(visit, Ordered(7, order)) == (visit, (Refuse(7),))


@pytest.mark.parametrize("order", ORDERS)
def test_where_nobody_is_every_order_is_obeyed_after_what_it_shows(order: Order) -> None:
    for visit in (after(), after(Ordered(1, OUT)), after(Ordered(1, Identify("Terminal 1")))):
        then, effects = step(visit, Ordered(7, order))
        assert effects[-1] == Obey(7, order)
        assert not then.begun


def test_out_of_service_begins_anew_and_keeps_how_devices_are() -> None:
    gone = DeviceChanged(Device.PRINTER, Fault(FaultCode.PRINTER_OFF))
    visit, effects = step(after(gone), Ordered(1, OUT))
    assert ForgetVisit() in effects
    assert (visit.page, visit.devices.notice) == (OutOfService(), local("Wir bauen um."))
    assert visit.devices.fault(Device.PRINTER)
    assert use_of(visit) == "out-of-order"
    back = after(Ordered(2, PutInService()), visit=visit)
    assert (back.page, back.devices.notice, back.devices.out_of_service) == (Welcome(), None, False)


def test_help_can_still_be_called_where_it_is_out_of_service() -> None:
    visit = after(Ordered(1, OUT), HelpAsked())
    assert step(visit, Ordered(2, PutInService()))[1] == (Refuse(2),)
    assert after(EndConfirmed(), TimerFired(Timer.GOODBYE), visit=visit).page == OutOfService()


def test_it_flashes_for_a_while_less_than_once_a_second() -> None:
    visit, effects = step(after(), Ordered(1, Identify("Terminal 1")))
    assert SetTimer(Timer.FLASH, FLASH_S) in effects
    seen = []
    while isinstance(visit.page, IdentifyPage):
        seen.append(compose(visit).look.contrast)
        visit, effects = step(visit, TimerFired(Timer.FLASH))
    assert visit == after()
    assert effects == ()
    assert len(seen) == FLASHES
    assert all(one is not next_ for one, next_ in pairwise(seen))
    assert FLASH_S * 2 > 1  # one flash is bright and dark


@pytest.mark.parametrize("touch", [Touched(), WentBack(), WentOn(), HelpAsked()])
def test_any_touch_ends_the_flashing_and_is_what_it_would_be_without(touch: Event) -> None:
    flashing = after(Ordered(1, Identify("Terminal 1")))
    assert after(touch, visit=flashing) == after(touch)
    assert after(touch, TimerFired(Timer.FLASH), visit=flashing) == after(touch)


def test_a_second_order_to_identify_begins_anew() -> None:
    visit = after(Ordered(1, Identify("Terminal 1")), TimerFired(Timer.FLASH), Ordered(2, Identify("Terminal 1")))
    assert visit.path == (Welcome(), IdentifyPage("Terminal 1"))


def test_where_it_is_out_of_service_the_flashing_offers_no_beginning() -> None:
    visit = after(Ordered(1, OUT), Ordered(2, Identify("Terminal 1")))
    assert compose(visit).forward is None
    assert compose(replace(visit, devices=after().devices)).forward is not None
