"""Cards that misbehave, cards that others hold, services that refuse, and an AusweisApp that dies."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from devices.eid.ausweisapp import Keeper, Patience, Program
from devices.eid.npa.apdu import Step
from devices.eid.npa.card import IdCard
from devices.eid.npa.slot import Mishap, Trouble
from kiosk.events import CardInserted, EidAsksSecret, EidWaitsForCard
from kiosk.faults import Fault, FaultCode
from online.simulators.eid_server import EidServerDouble, EidServerFault
from tests.devices.eid.terminal import Told
from tests.devices.npa import hold_card
from tests.devices.npa.desk import NEW_PIN, Desk, id_card, until
from tests.devices.npa.services import READER, free_port, listens

SOON = Patience(check=0.2, answer=0.3, start=10.0, end=1.0, again_first=0.05, again_most=0.2)


@pytest.mark.parametrize("at", [Step.PACE_NONCE, Step.PACE_TOKEN, Step.CHANGE_PIN])
async def test_a_card_that_answers_nonsense_is_no_success(desk: Desk, at: Step) -> None:
    card = id_card()
    desk.slot.plan(Mishap(Trouble.GARBAGE, at))
    fault = await desk.change_pin(card)
    assert isinstance(fault, Fault)
    assert card.numbers.charged == 0


async def test_a_card_that_falls_silent_is_given_up(desk: Desk) -> None:
    desk.slot.plan(Mishap(Trouble.MUTE, Step.PACE_AGREE))
    fault = await desk.change_pin(id_card())
    assert isinstance(fault, Fault)
    assert fault.code in (FaultCode.EID_TIMEOUT, FaultCode.EID_CARD_LOST)


async def test_a_card_that_is_no_id_card_gets_no_number(desk: Desk) -> None:
    """At API level 2 the AusweisApp says nothing of such a card at all: the visitor goes on being asked for one."""
    card = IdCard(eid=False)
    told = Told()
    run = asyncio.get_running_loop().create_task(desk.app.change_pin(told))
    await told.until(EidWaitsForCard)
    await desk.slot.insert(card)
    await until(lambda: Step.SELECT in card.steps)
    desk.app.cancel()
    fault = await run
    assert fault is not None
    assert fault.code is FaultCode.EID_CANCELLED
    assert not told.of(EidAsksSecret)


async def test_a_card_that_another_program_holds_is_no_success(desk: Desk) -> None:
    card = id_card()
    await desk.slot.insert(card)
    await desk.device.until(CardInserted)
    command = [sys.executable, hold_card.__file__, READER]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: ASYNC220 (a millisecond)
    try:
        assert holder.stdout is not None
        assert await asyncio.to_thread(holder.stdout.readline) == b"held\n"
        fault = await desk.change_pin(card)
    finally:
        holder.communicate(timeout=5)
    assert isinstance(fault, Fault)
    assert (card.numbers.pin == NEW_PIN, card.numbers.charged) == (False, 0)


@pytest.mark.parametrize("fault", [fault for fault in EidServerFault if fault is not EidServerFault.DROP])
async def test_a_service_that_fails_is_told_as_such(desk: Desk, city: EidServerDouble, fault: EidServerFault) -> None:
    city.next_fault = fault
    outcome = await desk.identify(id_card())
    assert isinstance(outcome, Fault)
    assert outcome.code in (FaultCode.EID_SERVER, FaultCode.EID_REFUSED)


async def test_an_ausweisapp_that_is_killed_comes_back(program: Program, tmp_path: Path) -> None:
    own = Program(free_port(), tmp_path)
    keeper = Keeper(own, SOON)
    keeping = asyncio.get_running_loop().create_task(keeper.keep())
    try:
        await until(lambda: listens(own.port))
        assert keeper.process is not None
        keeper.process.send_signal(signal.SIGKILL)
        await until(lambda: keeper.starts == 2)
        await until(lambda: listens(own.port))
        assert await keeper.answers()
        assert keeper.starts == 2
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
    assert keeper.process is not None
    assert keeper.process.returncode is not None
