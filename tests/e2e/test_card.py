"""Name and address come from the eID card; a wrong PIN is told; a card that is pulled out is asked about."""

from __future__ import annotations

import logging

import pytest

from devices.eid.simulated_card import VirtualCard
from online.simulators.authority_tokens import AuthorityKeys
from tests.e2e.foyer import Foyer, opened
from tests.e2e.people import ByKeys, ByTouch, Person
from tests.e2e.traces import screens_as_text

PIN, WRONG = "123456", "654321"
TO_THE_CARD = ("Jetzt beginnen", "Meldebescheinigung", "Antrag beginnen", "Ausweis benutzen", "Lesen erlauben")


async def _to_the_pin(person: Person) -> VirtualCard:
    for name in TO_THE_CARD:
        await person.press(name)
    await person.sees("Stecken Sie Ihren Ausweis ein")
    card = VirtualCard()
    person.foyer.around.ausweisapp.insert_card(card)
    await person.sees("Geben Sie Ihre PIN ein")
    return card


async def _enter(person: Person, digits: str) -> None:
    for digit in digits:
        await person.press(digit)
    await person.press("Weiter")


async def _taken_over(person: Person) -> None:
    await person.sees("Nehmen Sie Ihren Ausweis mit")
    person.foyer.around.ausweisapp.remove_card()
    await person.sees("Wer sind Sie?")
    assert person.written("Vornamen") == "ERIKA"
    assert person.written("Familienname") == "MUSTERMANN"
    assert person.written("Geburtsdatum") == "12.08.1964"


async def test_a_wrong_pin_costs_a_try_and_the_right_one_fills_the_form(
    keys: AuthorityKeys, caplog: pytest.LogCaptureFixture
) -> None:
    for room in ("kiosk", "devices", "online", "ui"):
        caplog.set_level(logging.DEBUG, logger=room)
    async with opened(keys) as foyer:
        person = ByTouch(foyer)
        card = await _to_the_pin(person)
        await _enter(person, WRONG)
        await person.sees("Sie haben noch 2 Versuche")
        assert card.tries == 2
        await _enter(person, PIN)
        await _taken_over(person)
        _no_pin_anywhere(foyer, caplog)


def _no_pin_anywhere(foyer: Foyer, caplog: pytest.LogCaptureFixture) -> None:
    for words in (PIN, WRONG):
        assert words not in caplog.text
        assert words not in repr(foyer.seen)


async def test_the_pin_is_typed_on_a_keypad_and_never_read_by_assistive_technology(keys: AuthorityKeys) -> None:
    async with opened(keys) as foyer:
        person = ByKeys(foyer)
        await _to_the_pin(person)
        read: list[str] = []
        foyer.watchers.append(lambda: read.append(person.eyes.words()))
        await person.strike(PIN)
        await person.press("Weiter")
        foyer.watchers.clear()
        assert read
        assert not any("12345" in words for words in read)
        await _taken_over(person)


async def test_a_card_that_is_pulled_out_in_the_middle_is_asked_about(keys: AuthorityKeys) -> None:
    async with opened(keys) as foyer:
        person = ByTouch(foyer)
        await _to_the_pin(person)
        await _enter(person, PIN)
        await _taken_over(person)
        foyer.around.ausweisapp.insert_card(VirtualCard())
        await foyer.until(lambda: foyer.terminal.visit.card_inserted, lambda: "a card in the reader")
        foyer.around.ausweisapp.remove_card()
        await person.sees("Sie haben Ihre Karte herausgenommen")
        await person.press("Weitermachen")
        assert person.written("Familienname") == "MUSTERMANN"
        foyer.around.ausweisapp.insert_card(VirtualCard())
        await foyer.until(lambda: foyer.terminal.visit.card_inserted, lambda: "a card in the reader")
        foyer.around.ausweisapp.remove_card()
        await person.sees("Sie haben Ihre Karte herausgenommen")
        await person.press("Besuch beenden")
        await person.sees("Alles gelöscht")
        assert not any("MUSTERMANN" in words for words in screens_as_text(foyer.seen[-1:]))
