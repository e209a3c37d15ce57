"""Looking at a card: how it is, without a number and without a workflow."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from devices.eid.client import AusweisApp
from devices.eid.simulated_card import VirtualCard
from devices.eid.simulated_server import LocalEidServer
from devices.eid.simulator import AusweisAppDouble
from kiosk.device_events import DeviceChanged, EidAsksConsent, EidCardSeen, EidFailed, EidWaitsForCard
from kiosk.faults import Fault, FaultCode
from tests.devices.eid.terminal import NAMES, QUICK, Terminal, Told
from tests.devices.eid.test_link import ended, nobody

GOOD = EidCardSeen(activated=True, usable=True, tries=3)


def look(terminal: Terminal) -> asyncio.Task[None]:
    terminal.run = asyncio.get_running_loop().create_task(terminal.app.look(terminal.visit))
    return terminal.run


@pytest.mark.parametrize(
    ("card", "seen"),
    [
        (VirtualCard(), GOOD),
        (VirtualCard(tries=1), EidCardSeen(activated=True, usable=True, tries=1)),
        (VirtualCard(tries=0), EidCardSeen(activated=True, usable=True, tries=0)),
        (VirtualCard(deactivated=True), EidCardSeen(activated=False, usable=True, tries=None)),
        (VirtualCard(tries=0, inoperative=True), EidCardSeen(activated=True, usable=False, tries=0)),
    ],
)
async def test_a_card_that_lies_there_is_told_at_once(terminal: Terminal, card: VirtualCard, seen: EidCardSeen) -> None:
    terminal.double.insert_card(card)
    await look(terminal)
    assert terminal.visit.events == [seen]
    assert "RUN_CHANGE_PIN" not in terminal.double.heard
    assert "RUN_AUTH" not in terminal.double.heard


async def test_a_card_is_asked_for_where_none_lies(terminal: Terminal) -> None:
    looking = look(terminal)
    await terminal.visit.until(EidWaitsForCard)
    terminal.double.insert_card(VirtualCard())
    await looking
    assert terminal.visit.events == [EidWaitsForCard(), GOOD]


async def test_the_visitors_cancel_ends_the_look_and_nothing_is_cancelled_at_the_client(terminal: Terminal) -> None:
    looking = look(terminal)
    await terminal.visit.until(EidWaitsForCard)
    terminal.app.cancel()
    await looking
    assert terminal.visit.events[-1] == EidFailed(Fault(FaultCode.EID_CANCELLED))
    assert "CANCEL" not in terminal.double.heard


async def test_a_visitor_who_brings_no_card_is_not_waited_for_forever(double: AusweisAppDouble) -> None:
    app, device, visit = AusweisApp(double.url, "", nobody, replace(QUICK, visitor=0.05)), Told(), Told()
    watch = asyncio.get_running_loop().create_task(app.watch(device))
    await app.look(visit)
    assert visit.events == [EidWaitsForCard(), EidFailed(Fault(FaultCode.EID_TIMEOUT, "in stage card"))]
    await ended(watch)


async def test_a_client_that_goes_ends_the_look(terminal: Terminal) -> None:
    look(terminal)
    await terminal.visit.until(EidWaitsForCard)
    await terminal.double.stop()
    assert (await terminal.failed()).code is FaultCode.EID_CLIENT_LOST


async def test_a_card_that_is_none_of_its_kind_is_named_from_level_three_on() -> None:
    async with AusweisAppDouble(LocalEidServer(), levels=(3,)) as double:
        app, device, visit = AusweisApp(double.url, "", nobody, QUICK), Told(), Told()
        watch = asyncio.get_running_loop().create_task(app.watch(device))
        await device.until(DeviceChanged)
        double.insert_card(VirtualCard(unknown=True))
        await app.look(visit)
        assert visit.events[-1] == EidFailed(Fault(FaultCode.EID_CARD_UNKNOWN))
        await ended(watch)


async def test_the_next_thing_can_begin_as_soon_as_the_card_was_seen(terminal: Terminal) -> None:
    terminal.double.insert_card(VirtualCard())
    await look(terminal)
    terminal.identify(NAMES)
    await terminal.visit.until(EidAsksConsent)


async def test_a_visit_that_ends_ends_its_look(terminal: Terminal) -> None:
    looking = look(terminal)
    await terminal.visit.until(EidWaitsForCard)
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    assert terminal.visit.events == [EidWaitsForCard()]
