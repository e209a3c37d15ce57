"""The whole way on real wires: WebSocket to the AusweisApp, HTTP to the city's eID service."""

from __future__ import annotations

import asyncio
from datetime import date

from devices.eid.client import AusweisApp
from devices.eid.simulated_card import VirtualCard, sample_cards
from devices.eid.simulated_server import HttpEidServer
from devices.eid.simulator import AusweisAppDouble
from kiosk.device_events import EidAsksConsent, EidAsksSecret, EidFailed, EidRead
from kiosk.faults import FaultCode
from kiosk.identity import Address, Attribute, Identity
from kiosk.parts import Secret
from online.eid_service import EidService, EidServiceSettings
from online.simulators.eid_service import EidServiceDouble
from tests.devices.eid.terminal import QUICK, Told, digits

ALL = frozenset(Attribute)


async def read(card: VirtualCard, wanted: frozenset[Attribute], *, adds_result: bool = False) -> Identity:
    with EidServiceDouble() as city:
        async with AusweisAppDouble(HttpEidServer()) as double:
            double.adds_result = adds_result
            double.insert_card(card)
            app = AusweisApp(double.url, city.tc_token_url, EidService(EidServiceSettings(city.base)).fetch, QUICK)
            told = Told()
            watch = asyncio.get_running_loop().create_task(app.watch(Told()))
            run = asyncio.get_running_loop().create_task(app.identify(wanted, told))
            consent = await told.until(EidAsksConsent)
            assert consent.recipient == "Musterstadt"
            app.accept()
            await told.until(EidAsksSecret)
            app.enter(Secret.PIN, digits("123456"))
            event = await told.until(EidRead)
            await run
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
            return event.identity.reveal()


async def test_a_person_comes_from_the_card_to_the_terminal() -> None:
    home = Address("HEIDESTRAẞE 17", "51147", "KÖLN", "D")
    expected = Identity("ERIKA", "MUSTERMANN", "GABLER", "", date(1964, 8, 12), "BERLIN", "D", home)
    assert await read(VirtualCard(), ALL) == expected


async def test_names_keep_their_letters_and_half_a_birth_date_is_none() -> None:
    person = await read(sample_cards()[1], ALL, adds_result=True)
    assert (person.given_names, person.family_name) == ("ŠEJLA ŁUCJA", "ĐORĐEVIĆ-MÜẞIGGANG")
    assert person.birth_date is None


async def test_what_was_not_wanted_is_not_read() -> None:
    person = await read(VirtualCard(), frozenset({Attribute.FAMILY_NAME}))
    assert person == Identity(family_name="MUSTERMANN")


async def test_a_service_that_is_away_is_told() -> None:
    city = EidServiceDouble().start()
    address = city.tc_token_url
    fetch = EidService(EidServiceSettings(city.base)).fetch
    city.stop()
    async with AusweisAppDouble(HttpEidServer()) as double:
        app, told = AusweisApp(double.url, address, fetch, QUICK), Told()
        watch = asyncio.get_running_loop().create_task(app.watch(Told()))
        await app.identify(ALL, told)
        assert [event.fault.code for event in told.of(EidFailed)] == [FaultCode.EID_SERVER]
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
