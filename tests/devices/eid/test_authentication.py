"""Whole authentications on the wire: what the visitor is asked, what is read, what happens when it goes wrong."""

from __future__ import annotations

import asyncio

import pytest

from devices.eid.simulated_card import VirtualCard
from devices.eid.simulated_faults import AtPrompt, NextFault, Trouble
from kiosk.device_events import EidAsksConsent, EidAsksSecret, EidFailed, EidRead, EidWaitsForCard, EidWorks
from kiosk.faults import Fault, FaultCode
from kiosk.identity import Attribute
from kiosk.parts import Secret
from tests.devices.eid.terminal import Terminal, digits


async def test_a_whole_authentication_reads_the_card(terminal: Terminal) -> None:
    consent = await terminal.consented()
    assert consent.attributes == (Attribute.GIVEN_NAMES, Attribute.FAMILY_NAME)
    assert (consent.recipient, consent.purpose.words) == ("Stadt Beispiel", "Anträge bei der Stadt")
    await terminal.visit.until(EidWaitsForCard)
    terminal.double.insert_card(VirtualCard())
    assert await terminal.asked() == EidAsksSecret(Secret.PIN, 3, wrong=False)
    terminal.app.enter(Secret.PIN, digits("123456"))
    await terminal.visit.until(EidWorks)
    read = await terminal.visit.until(EidRead)
    assert read.identity.reveal().family_name == "MUSTERMANN"
    await terminal.ended()
    assert terminal.fetched == ["https://eid.example/result?session=1"]
    assert terminal.server.asked == ["https://eid.example/tctoken"]
    assert terminal.server.delivered == [
        (frozenset({"FamilyName", "GivenNames"}), {"GivenNames": "ERIKA", "FamilyNames": "MUSTERMANN"})
    ]


async def test_a_card_that_lies_there_is_not_asked_for(terminal: Terminal) -> None:
    terminal.double.insert_card(VirtualCard())
    await terminal.consented()
    await terminal.asked()
    assert not terminal.visit.of(EidWaitsForCard)


async def test_optional_rights_that_nobody_wants_are_switched_off(terminal: Terminal) -> None:
    terminal.identify(frozenset({Attribute.FAMILY_NAME}))
    consent = await terminal.visit.until(EidAsksConsent)
    assert consent.attributes == (Attribute.FAMILY_NAME,)
    assert "SET_ACCESS_RIGHTS" in terminal.double.heard


async def test_a_service_that_requires_more_than_can_be_shown_is_refused(terminal: Terminal) -> None:
    terminal.server.required = ("FamilyName", "WriteAddress")
    terminal.identify()
    fault = await terminal.failed()
    assert fault.code is FaultCode.EID_SERVER
    assert "WriteAddress" in fault.detail
    assert "ACCEPT" not in terminal.double.heard


async def test_a_certificate_that_names_nobody_is_refused(terminal: Terminal) -> None:
    terminal.server.subject = " "
    terminal.identify()
    assert (await terminal.failed()).code is FaultCode.EID_SERVER


async def test_a_wrong_pin_costs_one_try_and_is_said(terminal: Terminal) -> None:
    card = VirtualCard()
    terminal.double.insert_card(card)
    await terminal.consented()
    await terminal.asked()
    terminal.app.enter(Secret.PIN, digits("000000"))
    assert await terminal.asked() == EidAsksSecret(Secret.PIN, 2, wrong=True)
    terminal.app.enter(Secret.PIN, digits("123456"))
    await terminal.visit.until(EidRead)
    assert (card.charged, card.tries) == (1, 3)


async def test_the_last_try_needs_the_can_first(terminal: Terminal) -> None:
    terminal.double.insert_card(VirtualCard(tries=2))
    await terminal.consented()
    await terminal.asked()
    terminal.app.enter(Secret.PIN, digits("000000"))
    assert await terminal.asked(Secret.CAN) == EidAsksSecret(Secret.CAN, 1, wrong=True)
    terminal.app.enter(Secret.CAN, digits("111111"))
    assert await terminal.asked(Secret.CAN) == EidAsksSecret(Secret.CAN, 1, wrong=True)
    terminal.app.enter(Secret.CAN, digits("500540"))
    assert await terminal.asked() == EidAsksSecret(Secret.PIN, 1, wrong=False)
    terminal.app.enter(Secret.PIN, digits("123456"))
    await terminal.visit.until(EidRead)


async def test_a_blocked_pin_is_unblocked_with_the_puk(terminal: Terminal) -> None:
    terminal.double.insert_card(VirtualCard(tries=0))
    await terminal.consented()
    assert await terminal.asked(Secret.PUK) == EidAsksSecret(Secret.PUK, 0, wrong=False)
    terminal.app.enter(Secret.PUK, digits("9876543210"))
    assert await terminal.asked() == EidAsksSecret(Secret.PIN, 3, wrong=False)


async def test_a_used_up_puk_says_that_the_card_is_done_for(terminal: Terminal) -> None:
    terminal.double.insert_card(VirtualCard(tries=0, unblocks=0))
    await terminal.consented()
    await terminal.asked(Secret.PUK)
    terminal.app.enter(Secret.PUK, digits("9876543210"))
    assert (await terminal.failed()).code is FaultCode.EID_CARD_INOPERATIVE


@pytest.mark.parametrize("number", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "12 456"])
async def test_a_number_of_the_wrong_form_never_leaves_the_terminal(terminal: Terminal, number: str) -> None:
    terminal.double.insert_card(VirtualCard())
    await terminal.consented()
    await terminal.asked()
    terminal.app.enter(Secret.PIN, digits(number))
    assert (await terminal.asked()).wrong is False
    assert "SET_PIN" not in terminal.double.heard


async def test_what_is_not_asked_for_is_ignored(terminal: Terminal) -> None:
    terminal.app.accept()
    terminal.app.enter(Secret.PIN, digits("123456"))
    terminal.app.cancel()
    terminal.double.insert_card(VirtualCard())
    await terminal.consented()
    await terminal.asked()
    terminal.app.enter(Secret.PUK, digits("9876543210"))
    terminal.app.accept()
    terminal.app.enter(Secret.PIN, digits("123456"))
    await terminal.visit.until(EidRead)
    assert [name for name in terminal.double.heard if name.startswith("SET_P")] == ["SET_PIN"]
    assert terminal.double.heard.count("ACCEPT") == 1


async def test_a_card_that_was_deactivated_is_named(terminal: Terminal) -> None:
    await terminal.consented()
    await terminal.visit.until(EidWaitsForCard)
    terminal.double.insert_card(VirtualCard(deactivated=True))
    assert (await terminal.failed()).code is FaultCode.EID_CARD_DEACTIVATED


async def test_a_deactivated_card_that_lies_there_already_is_named(terminal: Terminal) -> None:
    terminal.double.insert_card(VirtualCard(deactivated=True))
    await terminal.consented()
    assert (await terminal.failed()).code is FaultCode.EID_CARD_DEACTIVATED


async def test_a_pin_pad_of_the_reader_is_used(terminal: Terminal) -> None:
    terminal.double.attach_reader(keypad=True)
    terminal.double.insert_card(VirtualCard())
    await terminal.consented()
    assert await terminal.asked() == EidAsksSecret(Secret.PIN, 3, wrong=False, on_reader=True)
    await terminal.visit.until(EidRead)


async def test_a_card_pulled_out_while_it_is_read_is_lost(terminal: Terminal) -> None:
    terminal.double.insert_card(VirtualCard())
    terminal.double.next_fault = NextFault(Trouble.LOSE_CARD, "READ")
    await terminal.consented()
    await terminal.asked()
    terminal.app.enter(Secret.PIN, digits("123456"))
    assert (await terminal.failed()).code is FaultCode.EID_CARD_LOST
    assert not terminal.fetched


async def test_no_number_is_replayed_on_another_card(terminal: Terminal) -> None:
    mine, strangers = VirtualCard(), VirtualCard(pin="654321")
    terminal.double.insert_card(mine)
    terminal.double.next_fault = NextFault(Trouble.LOSE_CARD, "SET_PIN")
    await terminal.consented()
    await terminal.asked()
    terminal.app.enter(Secret.PIN, digits("123456"))
    assert (await terminal.failed()).code is FaultCode.EID_CARD_SWAPPED
    await terminal.double.hears("CANCEL")
    terminal.double.insert_card(strangers)
    await terminal.ended()
    assert (mine.charged, strangers.charged) == (0, 0)


async def test_a_card_may_be_taken_out_before_a_number_was_sent(terminal: Terminal) -> None:
    """To read the six digits on its front, say."""
    card = VirtualCard(tries=1)
    terminal.double.insert_card(card)
    await terminal.consented()
    await terminal.asked(Secret.CAN)
    terminal.double.remove_card()
    await terminal.visit.until(EidWaitsForCard)
    terminal.double.insert_card(card)
    await terminal.asked(Secret.CAN)
    assert not terminal.visit.of(EidFailed)


async def test_a_card_that_comes_back_is_asked_for_its_number_anew(terminal: Terminal) -> None:
    terminal.double.at_prompt = AtPrompt.STAY
    card = VirtualCard(tries=1)
    terminal.double.insert_card(card)
    await terminal.consented()
    await terminal.asked(Secret.CAN)
    terminal.double.remove_card()
    terminal.double.insert_card(card)
    assert await terminal.asked(Secret.CAN) == EidAsksSecret(Secret.CAN, 1, wrong=False)


async def test_another_card_at_the_prompt_ends_it(terminal: Terminal) -> None:
    terminal.double.at_prompt = AtPrompt.STAY
    other = VirtualCard(tries=2)
    terminal.double.insert_card(VirtualCard())
    await terminal.consented()
    await terminal.asked()
    terminal.double.remove_card()
    terminal.double.insert_card(other)
    assert (await terminal.failed()).code is FaultCode.EID_CARD_SWAPPED
    assert "SET_PIN" not in terminal.double.heard
    await terminal.ended()
    assert other.charged == 0


async def test_a_card_pulled_out_at_the_prompt_can_end_it(terminal: Terminal) -> None:
    terminal.double.at_prompt = AtPrompt.ABORT
    terminal.double.insert_card(VirtualCard())
    await terminal.consented()
    await terminal.asked()
    terminal.double.remove_card()
    assert (await terminal.failed()).code is FaultCode.EID_CARD_LOST


MESSAGES = ["AUTH", "ACCESS_RIGHTS", "CERTIFICATE", "ACCEPT", "INSERT_CARD", "ENTER_PIN", "SET_PIN", "READ"]


@pytest.mark.parametrize("at", [at for at in MESSAGES if at not in ("SET_PIN", "READ")])
async def test_a_success_that_comes_too_early_is_not_believed(terminal: Terminal, at: str) -> None:
    if at != "INSERT_CARD":
        terminal.double.insert_card(VirtualCard())
    terminal.double.next_fault = NextFault(Trouble.FALSE_SUCCESS, at)
    terminal.identify()
    fault = await _consenting(terminal)
    assert fault.code is FaultCode.EID_SERVER
    assert not terminal.fetched
    assert not terminal.visit.of(EidRead)


@pytest.mark.parametrize("at", MESSAGES)
@pytest.mark.parametrize(
    ("trouble", "codes"),
    [
        (Trouble.DROP, {FaultCode.EID_CLIENT_LOST}),
        (Trouble.BAD_STATE, {FaultCode.EID_CLIENT_LOST}),
        (Trouble.REFUSAL, {FaultCode.EID_REFUSED}),
    ],
)
async def test_trouble_at_each_message_is_told_and_overcome(
    terminal: Terminal, at: str, trouble: Trouble, codes: set[FaultCode]
) -> None:
    if at != "INSERT_CARD":
        terminal.double.insert_card(VirtualCard())
    terminal.double.next_fault = NextFault(trouble, at)
    terminal.identify()
    fault = await _consenting(terminal)
    assert fault.code in codes
    await terminal.ended()
    assert len(terminal.visit.of(EidFailed)) == 1
    if terminal.double.card is None:
        terminal.double.insert_card(VirtualCard())
    await terminal.consented()
    await terminal.asked()
    terminal.app.enter(Secret.PIN, digits("123456"))
    await terminal.visit.until(EidRead)


@pytest.mark.parametrize("at", MESSAGES)
async def test_a_card_lost_at_each_message_never_yields_a_success_without_a_card(terminal: Terminal, at: str) -> None:
    if at != "INSERT_CARD":
        terminal.double.insert_card(VirtualCard())
    terminal.double.next_fault = NextFault(Trouble.LOSE_CARD, at)
    terminal.identify()
    await _consenting(terminal, to_the_end=False)
    assert not terminal.visit.of(EidRead)
    assert not terminal.server.delivered


@pytest.mark.parametrize("at", MESSAGES)
async def test_nonsense_at_each_message_is_passed_over(terminal: Terminal, at: str) -> None:
    if at != "INSERT_CARD":
        terminal.double.insert_card(VirtualCard())
    terminal.double.next_fault = NextFault(Trouble.GARBAGE, at)
    await terminal.consented()
    if at == "INSERT_CARD":
        await terminal.visit.until(EidWaitsForCard)
        terminal.double.insert_card(VirtualCard())
    await terminal.asked()
    terminal.app.enter(Secret.PIN, digits("123456"))
    await terminal.visit.until(EidRead)


async def _consenting(terminal: Terminal, *, to_the_end: bool = True) -> Fault:
    """Agree and type as far as it goes; return how it failed."""
    async with asyncio.timeout(5):
        while True:
            for event in terminal.visit.events[terminal.visit.read :]:
                terminal.visit.read += 1
                match event:
                    case EidAsksConsent():
                        terminal.app.accept()
                    case EidAsksSecret(secret=secret):
                        terminal.app.enter(secret, digits("123456"))
                    case EidFailed(fault):
                        return fault
                    case EidWaitsForCard() if not to_the_end:
                        terminal.app.cancel()
            terminal.visit.news.clear()
            await terminal.visit.news.wait()


async def test_silence_is_not_waited_for_without_end(terminal: Terminal) -> None:
    terminal.double.next_fault = NextFault(Trouble.SILENCE, "ACCESS_RIGHTS")
    terminal.identify()
    assert (await terminal.failed()).code is FaultCode.EID_TIMEOUT
    await terminal.ended()
    terminal.identify()
    await terminal.visit.until(EidAsksConsent)


async def test_a_service_that_is_away_is_said(terminal: Terminal) -> None:
    terminal.server.away = True
    terminal.identify()
    assert (await terminal.failed()).code is FaultCode.EID_SERVER
