"""A clock that is wrong: an application bears its date, so none is handed in, and it is said why."""

from __future__ import annotations

import pytest

from kiosk.application_events import HandedIn, HandInFailed
from kiosk.device_events import DeviceChanged
from kiosk.faults import FaultCode
from online.simulators.authority import Authority
from tests.online.support import Make, Told, application, watching

HOUR, YEAR = 3600.0, 365 * 86_400.0


@pytest.mark.parametrize("ahead", [YEAR, -YEAR], ids=["fast", "slow"])
async def test_nothing_is_handed_in_with_a_wrong_date(make: Make, authority: Authority, ahead: float) -> None:
    authority.turn_clock(-ahead)
    told = Told()
    await make().hand_in(application(), told)
    [event] = told.events
    assert isinstance(event, HandInFailed)
    assert event.fault.code is FaultCode.SUBMISSION_CLOCK
    assert authority.arrived == []


async def test_it_is_said_while_it_is_so(make: Make, authority: Authority) -> None:
    async with watching(make()) as told:
        for ahead, code in ((0.0, None), (YEAR, FaultCode.SUBMISSION_CLOCK), (0.0, None)):
            authority.turn_clock(ahead)
            await told.wait(DeviceChanged, len(told.of(DeviceChanged)) + 1)
            event = told.of(DeviceChanged)[-1]
            assert isinstance(event, DeviceChanged)
            assert (event.fault and event.fault.code) == code


@pytest.mark.parametrize("ahead", [HOUR / 2, -HOUR / 2])
async def test_minutes_do_not_matter(make: Make, authority: Authority, ahead: float) -> None:
    authority.turn_clock(ahead)
    told = Told()
    await make().hand_in(application(), told)
    assert isinstance(told.events[0], HandedIn)
