"""The whole way on real parts: Lotse, the AusweisApp, pcscd, and a card that keeps to TR-03110.

The eID server is a double whose certificates nobody vouches for: this proves the terminal's flow and the chip,
not terminal authentication.
"""

from __future__ import annotations

from datetime import date

from devices.eid.npa.apdu import Step
from kiosk.device_events import EidCardSeen
from kiosk.faults import Fault, FaultCode
from kiosk.identity import Address, Attribute, Identity
from kiosk.parts import Secret
from tests.devices.npa.desk import NEW_PIN, PIN, WRONG_PIN, Desk, id_card


async def test_a_person_comes_from_the_card_to_the_terminal(desk: Desk) -> None:
    home = Address("HEIDESTRAẞE 17", "51147", "KÖLN", "D")
    person = await desk.identify(id_card())
    assert person == Identity("ERIKA", "MUSTERMANN", "GABLER", "", date(1964, 8, 12), "BERLIN", "D", home)
    assert desk.secrets() == [Secret.PIN]


async def test_only_what_is_wanted_leaves_the_card(desk: Desk) -> None:
    card = id_card()
    person = await desk.identify(card, frozenset({Attribute.FAMILY_NAME}))
    assert person == Identity(family_name="MUSTERMANN")
    assert card.read == {5}


async def test_a_pin_is_changed_and_the_new_one_is_right(desk: Desk) -> None:
    card = id_card()
    assert await desk.change_pin(card) is None
    assert card.numbers.pin == NEW_PIN
    assert await desk.change_pin(card, pin=(NEW_PIN,), new_pin=(PIN,)) is None
    assert (card.numbers.pin, card.numbers.charged) == (PIN, 0)


async def test_the_letters_pin_becomes_a_real_one(desk: Desk) -> None:
    card = id_card(pin="12345")
    assert await desk.change_pin(card, transport=True) is None
    assert card.numbers.pin == NEW_PIN
    assert desk.secrets() == [Secret.TRANSPORT_PIN, Secret.NEW_PIN]


async def test_two_wrong_pins_need_the_can_and_then_the_right_one(desk: Desk) -> None:
    card = id_card()
    person = await desk.identify(card, pin=(WRONG_PIN, WRONG_PIN, PIN))
    assert isinstance(person, Identity)
    assert desk.secrets() == [Secret.PIN, Secret.PIN, Secret.CAN, Secret.PIN]
    assert [event.tries for event in desk.asked] == [3, 2, 1, 1]
    assert [event.wrong for event in desk.asked] == [False, True, True, False]
    assert (card.numbers.tries, card.numbers.charged) == (3, 2)


async def test_a_wrong_can_costs_nothing(desk: Desk) -> None:
    card = id_card(tries=1)
    assert await desk.change_pin(card, can=("000000", "500540")) is None
    assert desk.secrets() == [Secret.CAN, Secret.CAN, Secret.PIN, Secret.NEW_PIN]
    assert (card.numbers.tries, card.numbers.charged) == (3, 0)


async def test_a_blocked_pin_is_freed_by_the_puk(desk: Desk) -> None:
    card = id_card(tries=0)
    assert await desk.change_pin(card, puk=("0000000000", "9876543210")) is None
    assert desk.secrets() == [Secret.PUK, Secret.PUK, Secret.PIN, Secret.NEW_PIN]
    assert (card.numbers.unblocks, card.numbers.tries, card.numbers.pin) == (9, 3, NEW_PIN)


async def test_three_wrong_pins_block_the_card_and_the_puk_frees_it(desk: Desk) -> None:
    card = id_card()
    person = await desk.identify(card, pin=(WRONG_PIN, WRONG_PIN, WRONG_PIN, PIN))
    assert isinstance(person, Identity)
    assert desk.secrets() == [Secret.PIN, Secret.PIN, Secret.CAN, Secret.PIN, Secret.PUK, Secret.PIN]
    assert (card.numbers.charged, card.numbers.unblocks) == (3, 9)


async def test_a_puk_without_uses_left_is_told(desk: Desk) -> None:
    fault = await desk.change_pin(id_card(tries=0, unblocks=0))
    assert fault is not None
    assert fault.code is FaultCode.EID_CARD_INOPERATIVE


async def test_a_card_whose_eid_is_switched_off_is_told(desk: Desk) -> None:
    card = id_card(deactivated=True)
    for outcome in (await desk.change_pin(card), await desk.identify(card)):
        assert isinstance(outcome, Fault)
        assert outcome.code is FaultCode.EID_CARD_DEACTIVATED
    assert desk.secrets() == []


async def test_a_card_is_looked_at_without_a_number_and_without_a_workflow(desk: Desk) -> None:
    for tries, deactivated, told in ((1, False, 1), (0, False, 0), (3, True, None)):
        card = id_card(tries=tries, deactivated=deactivated)
        seen = EidCardSeen(activated=not deactivated, usable=True, tries=told)
        assert await desk.look(card) == seen
        assert await desk.look(card) == seen, "of a card that lies there already"
        assert (desk.secrets(), card.numbers.charged) == ([], 0)
        assert Step.PACE_NONCE not in card.steps
        await desk.leave()
        desk = await desk.again()
