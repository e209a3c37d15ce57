"""The card leaves, or another one comes, at every message there is: no false success, and no try lost."""

from __future__ import annotations

import pytest

from devices.eid.npa.apdu import Step
from devices.eid.npa.card import IdCard
from devices.eid.npa.slot import Mishap, Trouble
from kiosk.faults import Fault, FaultCode
from kiosk.identity import Identity
from online.simulators.eid_server import EidServerDouble
from tests.devices.npa.desk import NEW_PIN, Desk, id_card

OUT = frozenset({FaultCode.EID_CARD_LOST, FaultCode.EID_CARD_SWAPPED})
"""What a visitor may be told when a card did not stay."""

OTHER_PIN = "777777"

AFTER_THE_PIN = (
    Step.PACE_NONCE,
    Step.PACE_MAP,
    Step.PACE_AGREE,
    Step.PACE_TOKEN,
)

OF_AUTHENTICATION = (
    Step.TA_CHALLENGE,
    Step.TA_DST,
    Step.TA_CERTIFICATE,
    Step.TA_SET,
    Step.TA_SIGNATURE,
    Step.CA_SET,
    Step.CA_AGREE,
)
READING = (26, 34, 35)
"""The numbers of some of the messages by which an authentication reads, the last of them, and the one after."""


@pytest.mark.timeout(120)
async def test_a_pin_change_whose_card_is_pulled_at_any_message_never_lies(desk: Desk) -> None:
    desk.slot.plan(None)
    assert await desk.change_pin(id_card()) is None
    messages = desk.slot.messages
    assert messages > 15
    await desk.clear()
    for number in range(1, messages + 1):
        card = desk.next_card = id_card()
        desk.slot.plan(Mishap(Trouble.PULL, number))
        fault = await desk.change_pin(card)
        assert desk.slot.pulled.is_set(), number
        assert (fault is None) == (card.numbers.pin == NEW_PIN), f"told {fault} at message {number}"
        assert fault is None or fault.code in OUT, (number, fault)
        assert card.numbers.charged == 0, number
        await desk.clear()


@pytest.mark.parametrize("at", [*AFTER_THE_PIN, *OF_AUTHENTICATION, *READING])
async def test_an_authentication_whose_card_is_pulled_never_lies(
    desk: Desk, city: EidServerDouble, at: Step | int
) -> None:
    card, finished = id_card(), city.finished
    desk.slot.plan(Mishap(Trouble.PULL, at))
    outcome = await desk.identify(card)
    assert desk.slot.pulled.is_set()
    assert isinstance(outcome, Identity) == (city.finished > finished), f"told {outcome!r}"
    assert isinstance(outcome, Identity) or outcome.code in OUT, outcome
    assert card.numbers.charged == 0


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
