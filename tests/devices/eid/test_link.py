"""The connection: kept, made anew, and what is told of readers and cards."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import pytest

from devices.eid.client import AusweisApp
from devices.eid.simulated_card import VirtualCard
from devices.eid.simulated_faults import NextFault, Trouble
from devices.eid.simulated_server import LocalEidServer
from devices.eid.simulator import AusweisAppDouble
from kiosk.device_events import (
    CardInserted,
    CardRemoved,
    DeviceChanged,
    EidAsksConsent,
    EidAsksSecret,
    EidFailed,
    EidRead,
)
from kiosk.faults import Fault, FaultCode
from kiosk.identity import Identity
from kiosk.parts import Secret
from kiosk.privacy import Private
from tests.devices.eid.terminal import NAMES, QUICK, Terminal, Told, digits

QUICK_TO_GIVE_UP = replace(QUICK, connect=0.2)


async def nobody(url: str) -> Private[Identity] | Fault:
    return Fault(FaultCode.EID_SERVER)


async def told(terminal: Terminal, code: FaultCode | None) -> None:
    await terminal.device.until(DeviceChanged, lambda event: (event.fault.code if event.fault else None) is code)


async def test_cards_are_told_as_they_come_and_go(terminal: Terminal) -> None:
    terminal.double.insert_card(VirtualCard())
    await terminal.device.until(CardInserted)
    terminal.double.remove_card()
    await terminal.device.until(CardRemoved)


async def test_a_reader_that_is_unplugged_is_a_fault_until_it_is_back(terminal: Terminal) -> None:
    terminal.double.insert_card(VirtualCard())
    await terminal.device.until(CardInserted)
    terminal.double.detach_reader()
    await terminal.device.until(CardRemoved)
    await told(terminal, FaultCode.EID_NO_READER)
    terminal.double.attach_reader()
    await told(terminal, None)


async def test_without_a_reader_the_connection_is_made_anew_and_nothing_else_is_said(terminal: Terminal) -> None:
    terminal.double.detach_reader()
    await told(terminal, FaultCode.EID_NO_READER)
    before = len(terminal.device.events)
    greetings = terminal.double.heard.count("GET_READER_LIST")
    async with asyncio.timeout(3):
        while terminal.double.heard.count("GET_READER_LIST") < greetings + 3:
            await terminal.double.news()
    assert len(terminal.device.events) == before


async def test_a_client_that_goes_and_comes_back_is_found_again(terminal: Terminal) -> None:
    await terminal.double.stop()
    await told(terminal, FaultCode.EID_CLIENT_LOST)
    await terminal.double.start()
    await told(terminal, None)
    await terminal.consented()


async def test_a_client_that_goes_in_the_middle_ends_the_workflow(terminal: Terminal) -> None:
    terminal.double.insert_card(VirtualCard())
    await terminal.consented()
    await terminal.asked()
    await terminal.double.stop()
    assert (await terminal.failed()).code is FaultCode.EID_CLIENT_LOST


@pytest.mark.parametrize(("levels", "chosen"), [((1, 2), 2), ((1, 2, 3), 3), ((1,), 1), ((2, 3, 4), 3)])
async def test_the_api_level_is_always_set(levels: tuple[int, ...], chosen: int) -> None:
    async with AusweisAppDouble(levels=levels) as double:
        app, device = AusweisApp(double.url, "", nobody, QUICK), Told()
        watch = asyncio.get_running_loop().create_task(app.watch(device))
        await device.until(DeviceChanged, lambda event: event.fault is None)
        assert double.level == chosen
        assert "SET_API_LEVEL" in double.heard
        await ended(watch)


async def test_no_common_level_is_a_fault() -> None:
    async with AusweisAppDouble(levels=(7, 8)) as double:
        app, device = AusweisApp(double.url, "", nobody, QUICK), Told()
        watch = asyncio.get_running_loop().create_task(app.watch(device))
        changed = await device.until(DeviceChanged)
        assert changed.fault == Fault(FaultCode.EID_CLIENT_LOST, "NoCommonLevelError")
        await ended(watch)


async def test_a_second_terminal_is_refused_and_says_so(terminal: Terminal) -> None:
    app, device = AusweisApp(terminal.double.url, "", nobody, QUICK), Told()
    watch = asyncio.get_running_loop().create_task(app.watch(device))
    changed = await device.until(DeviceChanged)
    assert changed.fault == Fault(FaultCode.EID_CLIENT_LOST, "InvalidStatus")
    await ended(watch)


async def test_without_any_client_the_fault_is_told_once_and_a_workflow_fails() -> None:
    app, device, visit = AusweisApp("ws://127.0.0.1:9/eID-Kernel", "", nobody, QUICK_TO_GIVE_UP), Told(), Told()
    watch = asyncio.get_running_loop().create_task(app.watch(device))
    await app.identify(NAMES, visit)
    assert visit.events == [EidFailed(Fault(FaultCode.EID_CLIENT_LOST, "no connection"))]
    assert len(device.of(DeviceChanged)) == 1
    await ended(watch)


async def test_an_unknown_card_is_named_from_level_three_on() -> None:
    async with AusweisAppDouble(LocalEidServer(("FamilyName",)), levels=(3,)) as double:
        app, device, visit = AusweisApp(double.url, "", nobody, QUICK), Told(), Told()
        watch = asyncio.get_running_loop().create_task(app.watch(device))
        run = asyncio.get_running_loop().create_task(app.identify(NAMES, visit))
        await visit.until(EidAsksConsent)
        double.insert_card(VirtualCard(unknown=True))
        app.accept()
        assert (await visit.until(EidFailed)).fault.code is FaultCode.EID_CARD_UNKNOWN
        await run
        await ended(watch)


# Stopping


async def test_the_visitors_cancel_is_told_at_once_even_if_the_client_hangs(terminal: Terminal) -> None:
    terminal.double.insert_card(VirtualCard())
    terminal.double.next_fault = NextFault(Trouble.SILENCE, "ENTER_PIN")
    await terminal.consented()
    await terminal.double.hears("ACCEPT")
    terminal.app.cancel()
    assert (await terminal.failed()).code is FaultCode.EID_CANCELLED
    await terminal.ended()
    await terminal.consented()
    await terminal.asked()


async def test_a_cancelled_task_ends_the_workflow_at_the_card_and_tells_nothing(terminal: Terminal) -> None:
    terminal.double.insert_card(VirtualCard())
    await terminal.consented()
    await terminal.asked()
    assert terminal.run
    terminal.run.cancel()
    await asyncio.gather(terminal.run, return_exceptions=True)
    assert not terminal.double.running
    assert not terminal.visit.of(EidFailed)
    assert terminal.double.heard[-1] == "CANCEL"
    await terminal.consented()
    await terminal.asked()


async def test_the_next_visitor_begins_after_the_one_before_has_left_the_card(terminal: Terminal) -> None:
    terminal.double.insert_card(VirtualCard())
    await terminal.consented()
    await terminal.asked()
    first = terminal.run
    assert first
    first.cancel()
    other = Told()
    second = asyncio.get_running_loop().create_task(terminal.app.identify(NAMES, other))
    await other.until(EidAsksConsent)
    terminal.app.accept()
    await other.until(EidAsksSecret)
    terminal.app.enter(Secret.PIN, digits("123456"))
    await other.until(EidRead)
    await asyncio.gather(first, second, return_exceptions=True)
    assert not terminal.visit.of(EidRead)


async def test_a_cancel_while_the_result_is_fetched_drops_it(double: AusweisAppDouble) -> None:
    never, asked = asyncio.Event(), asyncio.Event()

    async def fetch(url: str) -> Private[Identity] | Fault:
        asked.set()
        await never.wait()
        return Private(Identity())

    app, device, visit = AusweisApp(double.url, "", fetch, QUICK), Told(), Told()
    watch = asyncio.get_running_loop().create_task(app.watch(device))
    run = asyncio.get_running_loop().create_task(app.identify(NAMES, visit))
    double.insert_card(VirtualCard())
    await visit.until(EidAsksConsent)
    app.accept()
    await visit.until(EidAsksSecret)
    app.enter(Secret.PIN, digits("123456"))
    await asked.wait()
    app.cancel()
    assert (await visit.until(EidFailed)).fault.code is FaultCode.EID_CANCELLED
    await run
    await ended(watch)


@pytest.mark.expects_log
async def test_a_fetch_that_breaks_is_a_fault_and_not_quoted(
    double: AusweisAppDouble, caplog: pytest.LogCaptureFixture
) -> None:
    async def fetch(url: str) -> Private[Identity] | Fault:
        raise KeyError("MUSTERMANN")

    app, device, visit = AusweisApp(double.url, "", fetch, QUICK), Told(), Told()
    watch = asyncio.get_running_loop().create_task(app.watch(device))
    run = asyncio.get_running_loop().create_task(app.identify(NAMES, visit))
    double.insert_card(VirtualCard())
    await visit.until(EidAsksConsent)
    app.accept()
    await visit.until(EidAsksSecret)
    app.enter(Secret.PIN, digits("123456"))
    assert (await visit.until(EidFailed)).fault == Fault(FaultCode.INTERNAL, "KeyError")
    await run
    assert "MUSTERMANN" not in caplog.text
    await ended(watch)


# Secrets


async def test_neither_number_nor_address_is_ever_logged(terminal: Terminal, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, logger="websockets.client"):
        terminal.double.insert_card(VirtualCard())
        await terminal.double.cut()
        await told(terminal, None)
        await terminal.consented()
        await terminal.asked()
        terminal.app.enter(Secret.PIN, digits("271829"))
        assert (await terminal.asked()).wrong
        terminal.app.enter(Secret.PIN, digits("123456"))
        await terminal.visit.until(EidRead)
    said = caplog.text + repr(terminal.visit.events)
    assert not any(secret in said for secret in ("271829", "123456", "session=1", "MUSTERMANN"))


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_nothing_is_left_running_when_the_watch_ends(double: AusweisAppDouble) -> None:
    app, device, visit = AusweisApp(double.url, "", nobody, QUICK), Told(), Told()
    watch = asyncio.get_running_loop().create_task(app.watch(device))
    run = asyncio.get_running_loop().create_task(app.identify(NAMES, visit))
    await visit.until(EidAsksConsent)
    await ended(watch)
    assert isinstance(visit.events[-1], EidFailed)
    await run
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "eid workflow"]
