"""The card leaves, or another one comes, at every message there is: no false success, and no try lost."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from devices.eid.npa.apdu import Step
from devices.eid.npa.card import IdCard
from devices.eid.npa.slot import Mishap, Trouble
from kiosk.faults import Fault, FaultCode
from kiosk.identity import Identity
from tests.devices.npa.desk import NEW_PIN, Desk, id_card, shared

OUT = frozenset({FaultCode.EID_CARD_LOST, FaultCode.EID_CARD_SWAPPED})
"""What a visitor may be told when a card did not stay."""

UNREAD = OUT | {FaultCode.EID_CARD_UNKNOWN}
"""And from API level 3 on, where it did not even stay until it was recognised."""

OTHER_PIN = "777777"

AFTER_THE_PIN = (Step.PACE_NONCE, Step.PACE_MAP, Step.PACE_AGREE, Step.PACE_TOKEN)


async def one_pin_change_pulled(desk: Desk, number: int) -> None:
    card = desk.next_card = id_card()
    desk.slot.plan(Mishap(Trouble.PULL, number))
    fault = await desk.change_pin(card)
    assert desk.slot.pulled.is_set(), number
    assert (fault is None) == (card.numbers.pin == NEW_PIN), f"told {fault} at message {number}"
    assert fault is None or fault.code in UNREAD, (number, fault)
    assert card.numbers.charged == 0, number


@pytest.mark.timeout(180)
async def test_a_pin_change_whose_card_is_pulled_at_any_message_never_lies(desks: Sequence[Desk]) -> None:
    assert await desks[0].change_pin(id_card()) is None
    messages = desks[0].slot.messages
    await desks[0].leave()
    assert messages > 15
    await shared(desks, range(1, messages + 1), one_pin_change_pulled)


async def one_authentication_pulled(desk: Desk, number: int) -> None:
    card, finished = id_card(), desk.city.finished
    desk.next_card = card
    desk.slot.plan(Mishap(Trouble.PULL, number))
    outcome = await desk.identify(card)
    assert desk.slot.pulled.is_set(), number
    assert isinstance(outcome, Identity) == (desk.city.finished > finished), f"told {outcome!r} at message {number}"
    assert isinstance(outcome, Identity) or outcome.code in UNREAD, (number, outcome)
    assert card.numbers.charged == 0, number


@pytest.mark.timeout(180)
async def test_an_authentication_whose_card_is_pulled_at_any_message_never_lies(desks: Sequence[Desk]) -> None:
    assert isinstance(await desks[0].identify(id_card()), Identity)
    messages = desks[0].slot.messages
    await desks[0].leave()
    assert messages > 30
    await shared(desks, range(1, messages + 1), one_authentication_pulled)


@pytest.mark.parametrize("at", AFTER_THE_PIN)
async def test_another_card_after_a_pin_was_sent_loses_no_try(desk: Desk, at: Step) -> None:
    other = desk.next_card = id_card(pin=OTHER_PIN)
    desk.slot.plan(Mishap(Trouble.PULL, at))
    fault = await desk.change_pin(id_card())
    assert isinstance(fault, Fault)
    assert fault.code in OUT
    assert (other.numbers.charged, other.numbers.tries, other.numbers.pin) == (0, 3, OTHER_PIN)


async def test_another_card_while_the_visitor_types_is_noticed(desk: Desk) -> None:
    desk.slot.plan(Mishap(Trouble.PULL, Step.PACE_TOKEN))
    other: IdCard = id_card(pin=OTHER_PIN)
    desk.next_card = other
    outcome = await desk.identify(id_card())
    assert isinstance(outcome, Fault)
    assert other.numbers.charged == 0
