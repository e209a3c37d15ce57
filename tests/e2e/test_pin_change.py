"""A PIN is changed at the window, the first one set from the letter, a block lifted; and no PIN is seen anywhere."""

from __future__ import annotations

import logging

import pytest

from devices.eid.simulated_card import VirtualCard
from online.simulators.authority_tokens import AuthorityKeys
from tests.e2e.foyer import Foyer, opened
from tests.e2e.people import ByKeys, ByTouch, Person

OLD, WEAK, NEW, OTHER = "271828", "123456", "907452", "907453"
LETTER, PUK = "13579", "9876543210"
TO_THE_HELP = ("Jetzt beginnen", "Ausweis und Pass", "Hilfe mit der Ausweis-PIN")


async def _to(person: Person, *names: str) -> None:
    for name in (*TO_THE_HELP, *names):
        await person.press(name)


async def _puts_in(person: Person, card: VirtualCard) -> None:
    await person.sees("Stecken Sie Ihren Ausweis ein")
    person.foyer.around.ausweisapp.insert_card(card)


async def _enters(person: Person, digits: str, onwards: str = "Weiter") -> None:
    for digit in digits:
        await person.press(digit)
    await person.press(onwards)


async def _strikes(person: ByKeys, digits: str) -> None:
    await person.strike(digits)
    await person.press("Weiter")


async def _takes_the_card(person: Person, result: str) -> None:
    await person.sees(result, "Ziehen Sie den Ausweis heraus.")
    person.foyer.around.ausweisapp.remove_card()
    await person.foyer.until(lambda: not person.eyes.sees("Ziehen Sie den Ausweis heraus."), lambda: "an empty reader")
    await person.press("Besuch beenden")
    await person.sees("Alles gelöscht")


def _nowhere(foyer: Foyer, caplog: pytest.LogCaptureFixture, *secrets: str) -> None:
    for digits in secrets:
        assert digits not in caplog.text
        assert digits not in repr(foyer.seen)


async def test_a_pin_is_changed_after_a_weak_one_and_a_slip(
    keys: AuthorityKeys, caplog: pytest.LogCaptureFixture
) -> None:
    for room in ("kiosk", "devices", "online", "ui"):
        caplog.set_level(logging.DEBUG, logger=room)
    async with opened(keys) as foyer:
        person, card = ByTouch(foyer), VirtualCard(pin=OLD)
        await _to(person, "PIN ändern", "PIN jetzt ändern")
        await _puts_in(person, card)
        await person.sees("Geben Sie Ihre bisherige PIN ein", "Sie haben 3 Versuche")
        await _enters(person, OLD)
        await person.sees("Wählen Sie Ihre neue PIN")
        await _enters(person, WEAK)
        await person.sees("Diese PIN errät man leicht")
        for _ in WEAK:
            await person.press("Löschen")
        await _enters(person, NEW)
        await person.sees("Neue PIN noch einmal eingeben")
        await _enters(person, OTHER)
        await person.sees("Die beiden PINs waren verschieden")
        assert card.pin == OLD
        await _enters(person, NEW)
        await person.sees("Neue PIN noch einmal eingeben")
        await _enters(person, NEW)
        await _takes_the_card(person, "Ihre neue PIN gilt")
        assert (card.pin, card.charged) == (NEW, 0)
        assert not foyer.around.printer.papers
        _nowhere(foyer, caplog, OLD, WEAK, NEW, OTHER)


async def test_the_first_pin_is_set_from_the_letter_on_a_keypad(keys: AuthorityKeys) -> None:
    async with opened(keys) as foyer:
        person, card = ByKeys(foyer), VirtualCard(pin=LETTER)
        await _to(person, "Erste eigene PIN setzen", "Erste PIN jetzt setzen")
        await _puts_in(person, card)
        await person.sees("Geben Sie die 5 Ziffern ein")
        await _strikes(person, LETTER)
        await person.sees("Wählen Sie Ihre neue PIN")
        await _strikes(person, NEW)
        await person.sees("Neue PIN noch einmal eingeben")
        await _strikes(person, NEW)
        await _takes_the_card(person, "Ihre erste eigene PIN gilt")
        assert card.pin == NEW


async def test_a_block_is_lifted_by_the_puk_and_nothing_else_is_asked_for(keys: AuthorityKeys) -> None:
    async with opened(keys) as foyer:
        person, card = ByTouch(foyer), VirtualCard(pin=OLD, tries=0)
        await _to(person, "PIN gesperrt (PUK)", "Mit der PUK entsperren", "Jetzt entsperren")
        await _puts_in(person, card)
        await person.sees("Geben Sie Ihre PUK ein")
        await _enters(person, PUK)
        await _takes_the_card(person, "Die Sperre ist aufgehoben")
        assert (card.pin, card.tries) == (OLD, 3)


async def test_a_card_that_is_not_activated_is_told_from_one_that_is(keys: AuthorityKeys) -> None:
    async with opened(keys) as foyer:
        person = ByTouch(foyer)
        await _to(person, "Ist mein Ausweis freigeschaltet?", "Ausweis ansehen")
        await _puts_in(person, VirtualCard(deactivated=True))
        await _takes_the_card(person, "Ihr Online-Ausweis ist ausgeschaltet")
        await person.press("Neuer Besuch")
        await _to(person, "Ist mein Ausweis freigeschaltet?", "Ausweis ansehen")
        await _puts_in(person, VirtualCard())
        await _takes_the_card(person, "Ihr Online-Ausweis ist freigeschaltet")


async def test_what_is_on_the_card_is_shown_and_gone_again(keys: AuthorityKeys) -> None:
    async with opened(keys) as foyer:
        person = ByTouch(foyer)
        await _to(person, "Was steht auf meinem Ausweis?", "Ausweis lesen", "Lesen erlauben")
        await _puts_in(person, VirtualCard())
        await person.sees("Geben Sie Ihre PIN ein")
        await _enters(person, "123456")
        await person.sees("Das steht auf Ihrem Ausweis", "MUSTERMANN", "12. August 1964")
        await person.press("Fertig, Angaben ausblenden")
        await person.sees("Nehmen Sie Ihren Ausweis mit")
        foyer.around.ausweisapp.remove_card()
        await person.sees("Hilfe mit der Ausweis-PIN")
        assert not person.eyes.sees("MUSTERMANN")
        assert foyer.terminal.visit.application is None
