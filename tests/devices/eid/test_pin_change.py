"""Changing the PIN: it has changed only if that is certain."""

from __future__ import annotations

import asyncio

import pytest

from devices.eid.simulated_card import VirtualCard
from devices.eid.simulated_faults import NextFault, Trouble
from kiosk.device_events import EidAsksSecret, EidFailed, EidPinChanged, EidWaitsForCard
from kiosk.faults import Fault, FaultCode
from kiosk.parts import Secret
from tests.devices.eid.terminal import Terminal, digits


def change(terminal: Terminal, *, transport: bool = False) -> asyncio.Task[Fault | None]:
    """Begin a PIN change; the task's result is its fault."""

    async def changed() -> Fault | None:
        await terminal.app.change_pin(transport, terminal.visit)
        ends = [event for event in terminal.visit.events if isinstance(event, EidPinChanged | EidFailed)]
        assert ends == terminal.visit.events[-1:], "a run has one end, and nothing comes after it"
        return ends[0].fault if isinstance(ends[0], EidFailed) else None

    return asyncio.get_running_loop().create_task(changed())


async def typed(terminal: Terminal, secret: Secret, number: str) -> None:
    await terminal.asked(secret)
    terminal.app.enter(secret, digits(number))


async def test_a_new_pin_replaces_the_old_one(terminal: Terminal) -> None:
    card = VirtualCard()
    terminal.double.insert_card(card)
    result = change(terminal)
    await typed(terminal, Secret.PIN, "123456")
    await typed(terminal, Secret.NEW_PIN, "271828")
    assert await result is None
    assert card.pin == "271828"


async def test_five_digits_of_the_letter_become_a_pin(terminal: Terminal) -> None:
    card = VirtualCard(pin="12345")
    result = change(terminal, transport=True)
    await terminal.visit.until(EidWaitsForCard)
    terminal.double.insert_card(card)
    await typed(terminal, Secret.TRANSPORT_PIN, "12345")
    await typed(terminal, Secret.NEW_PIN, "271828")
    assert await result is None
    assert card.pin == "271828"


async def test_a_new_pin_of_the_wrong_form_is_asked_for_again(terminal: Terminal) -> None:
    terminal.double.insert_card(VirtualCard())
    result = change(terminal)
    await typed(terminal, Secret.PIN, "123456")
    await typed(terminal, Secret.NEW_PIN, "27182")
    assert await terminal.asked(Secret.NEW_PIN) == EidAsksSecret(Secret.NEW_PIN, 3, wrong=False)
    terminal.app.cancel()
    assert (await result) == Fault(FaultCode.EID_CANCELLED)


@pytest.mark.parametrize("at", ["ENTER_PIN", "SET_PIN", "READ", "ENTER_NEW_PIN"])
async def test_a_false_success_is_not_believed(terminal: Terminal, at: str) -> None:
    card = VirtualCard()
    terminal.double.insert_card(card)
    terminal.double.next_fault = NextFault(Trouble.FALSE_SUCCESS, at)
    result = change(terminal)
    if at != "ENTER_PIN":
        await typed(terminal, Secret.PIN, "123456")
    fault = await result
    assert fault is not None
    assert fault.code is FaultCode.EID_CARD_LOST
    assert card.pin == "123456"


@pytest.mark.parametrize("at", ["READ", "ENTER_NEW_PIN", "WRITE"])
async def test_a_card_lost_before_it_was_written_has_its_old_pin_and_that_is_said(terminal: Terminal, at: str) -> None:
    card = VirtualCard()
    terminal.double.insert_card(card)
    terminal.double.next_fault = NextFault(Trouble.LOSE_CARD, at)
    result = change(terminal)
    await typed(terminal, Secret.PIN, "123456")
    if at == "WRITE":
        await typed(terminal, Secret.NEW_PIN, "271828")
    fault = await result
    assert fault is not None
    assert fault.code is FaultCode.EID_CARD_LOST
    assert card.pin == "123456"


async def test_a_deactivated_card_is_named_though_the_client_stalls(terminal: Terminal) -> None:
    terminal.double.insert_card(VirtualCard(deactivated=True))
    assert await change(terminal) == Fault(FaultCode.EID_CARD_DEACTIVATED)
