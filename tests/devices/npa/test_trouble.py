"""Cards that misbehave, cards that others hold, and services that refuse."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import pytest

from devices.eid.npa.apdu import Step
from devices.eid.npa.card import IdCard
from devices.eid.npa.slot import Mishap, Trouble
from kiosk.device_events import CardInserted, EidAsksSecret, EidFailed, EidWaitsForCard
from kiosk.faults import Fault, FaultCode
from online.simulators.eid_server import EidServerFault
from tests.devices.eid.terminal import Told
from tests.devices.npa import hold_card
from tests.devices.npa.desk import NEW_PIN, Desk, id_card, until
from tests.devices.npa.services import READER


@pytest.mark.parametrize("at", [Step.PACE_NONCE, Step.PACE_TOKEN, Step.CHANGE_PIN])
async def test_a_card_that_answers_nonsense_is_no_success(desk: Desk, at: Step) -> None:
    card = id_card()
    desk.slot.plan(Mishap(Trouble.GARBAGE, at))
    fault = await desk.change_pin(card)
    assert isinstance(fault, Fault)
    # The card has its new PIN by then and could not say so: 2.3.1 tries the old one once more, by itself.
    assert card.numbers.charged <= (1 if at is Step.CHANGE_PIN else 0)
    assert len(desk.asked) <= 2


async def test_a_card_that_falls_silent_is_given_up(impatient: Desk) -> None:
    impatient.slot.plan(Mishap(Trouble.MUTE, Step.PACE_AGREE))
    fault = await impatient.change_pin(id_card())
    assert isinstance(fault, Fault)
    assert fault.code in (FaultCode.EID_TIMEOUT, FaultCode.EID_CARD_LOST)


async def test_a_card_that_is_no_id_card_gets_no_number(desk: Desk) -> None:
    """At API level 2 the AusweisApp says nothing of such a card at all: the visitor goes on being asked for one."""
    card = IdCard(eid=False)
    told = Told()
    run = asyncio.get_running_loop().create_task(desk.app.change_pin(False, told))
    await told.until(EidWaitsForCard)
    await desk.slot.insert(card)
    await until(lambda: Step.SELECT in card.steps)
    desk.app.cancel()
    await run
    assert told.events[-1] == EidFailed(Fault(FaultCode.EID_CANCELLED))
    assert not told.of(EidAsksSecret)


async def test_a_card_that_another_program_holds_is_no_success(impatient: Desk) -> None:
    desk, card = impatient, id_card()
    await desk.slot.insert(card)
    await desk.device.until(CardInserted)
    command = [sys.executable, hold_card.__file__, READER]
    environment = {**os.environ, **desk.service.environment}
    holder = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: ASYNC220
    try:
        assert holder.stdout is not None
        assert await asyncio.to_thread(holder.stdout.readline) == b"held\n"
        fault = await desk.change_pin(card)
    finally:
        holder.communicate(timeout=5)
    assert isinstance(fault, Fault)
    assert (card.numbers.pin == NEW_PIN, card.numbers.charged) == (False, 0)


@pytest.mark.parametrize("fault", [fault for fault in EidServerFault if fault is not EidServerFault.DROP])
async def test_a_service_that_fails_is_told_as_such(desk: Desk, fault: EidServerFault) -> None:
    desk.city.next_fault = fault
    outcome = await desk.identify(id_card())
    assert isinstance(outcome, Fault)
    assert outcome.code in (FaultCode.EID_SERVER, FaultCode.EID_REFUSED)
