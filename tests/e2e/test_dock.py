"""What the dock plays by hand: other cards than ID cards, their service, and the clock."""

from __future__ import annotations

import pytest

from demo.cards import COPY, HOLDER, ID_CARDS, STAFF
from kiosk.device_events import Device
from kiosk.faults import FaultCode
from online.simulators.authority_tokens import AuthorityKeys
from tests.e2e.people import ByTouch
from tests.e2e.test_less import has_fault, with_dock


async def test_a_card_of_the_staff_opens_their_page_and_its_copy_does_not(keys: AuthorityKeys) -> None:
    async with with_dock(keys, chip_cards=True) as (foyer, hands):
        await foyer.until_works(Device.READER)
        hands.press("card", COPY)
        await foyer.until(lambda: foyer.terminal.visit.card_inserted, lambda: "the copy was not seen")
        hands.press("card", "Karte herausziehen")
        await foyer.until(lambda: not foyer.terminal.visit.card_inserted, lambda: "the copy did not go")
        assert not any(screen.id.startswith("staff") for screen in foyer.seen)
        hands.press("card", STAFF)
        await foyer.until(lambda: foyer.terminal.screen.id.startswith("staff"), lambda: "no page for the staff")
        await ByTouch(foyer).sees(HOLDER)


@pytest.mark.parametrize(
    ("ends", "returns", "code"),
    [
        ("Leser abziehen", "Leser anstecken", FaultCode.READER_NONE),
        ("Kartendienst beenden", "Kartendienst starten", FaultCode.READER_SERVICE_DOWN),
    ],
)
async def test_the_screen_that_asks_for_a_card_follows_a_reader_that_goes_and_comes_back(
    keys: AuthorityKeys, ends: str, returns: str, code: FaultCode
) -> None:
    async with with_dock(keys, chip_cards=True) as (foyer, hands):
        person = ByTouch(foyer)
        await foyer.until_works(Device.EID)
        for name in ("Jetzt beginnen", "Ausweis und Pass", "Hilfe mit der Ausweis-PIN"):
            await person.press(name)
        await person.press("Ist mein Ausweis freigeschaltet?")
        await person.press("Ausweis ansehen")
        await foyer.until(lambda: foyer.terminal.screen.id.endswith("-insert"), lambda: foyer.terminal.screen.id)
        asks = foyer.terminal.screen
        hands.press("card", ends)
        await has_fault(foyer, Device.READER, code)
        assert foyer.terminal.screen.id.endswith("-failed")
        hands.press("card", returns)
        await foyer.until(lambda: foyer.terminal.screen.id == asks.id, lambda: foyer.terminal.screen.id)
        hands.press("card", ID_CARDS[0])
        await foyer.until(lambda: foyer.terminal.screen.id == "rescue-ready", lambda: foyer.terminal.screen.id)


@pytest.mark.parametrize("wrong", ["1 Jahr vor", "1 Jahr nach"])
async def test_with_a_clock_a_year_wrong_nothing_is_handed_in_and_the_services_say_why(
    keys: AuthorityKeys, wrong: str
) -> None:
    async with with_dock(keys) as (foyer, hands):
        person = ByTouch(foyer)
        await foyer.until_works(Device.SUBMISSION)
        await person.press("Jetzt beginnen")
        hands.press("clock", wrong)
        await has_fault(foyer, Device.SUBMISSION, FaultCode.SUBMISSION_CLOCK)
        await person.sees("Geht gerade nicht: Die Uhr dieses Geräts geht falsch")
        hands.press("clock", "Geht richtig")
        await foyer.until_works(Device.SUBMISSION)
        assert not person.eyes.sees("Die Uhr dieses Geräts")
