"""The driver on the double of PC/SC: as at a real pcscd, without one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from devices.cards.reader import PcscCardReader
from devices.cards.simulator import PIV, ChipCard, certificate, copy_of, staff_card
from devices.cards.staff import StaffCertificates
from devices.cards.virtual_service import CardTrouble, VirtualService
from devices.cards.watch import Delays
from kiosk.cards import CardKind, CardRule
from kiosk.counter_events import StaffCardShown
from kiosk.device_events import CardInserted, CardRemoved, DeviceChanged
from kiosk.faults import FaultCode
from tests.devices.eid.terminal import Told

QUICK = Delays(wait=0.2, again_first=0.01, again_most=0.05, look=1.0)
STUDENT = CardRule(CardKind.STUDENT, aid=b"\xd2\x76\x01")


@asynccontextmanager
async def watched(service: VirtualService, *rules: CardRule, staff: Path | None = None) -> AsyncIterator[Told]:
    told = Told()
    proof = StaffCertificates(staff) if staff else None
    driver = PcscCardReader(("*",), rules, proof, delays=QUICK, connect=service.connect)
    task = asyncio.get_running_loop().create_task(driver.watch(told))
    try:
        yield told
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def is_now(told: Told, code: FaultCode | None) -> None:
    await told.until(DeviceChanged, lambda event: (event.fault.code if event.fault else None) is code)


def student_card() -> ChipCard:
    return ChipCard({STUDENT.aid: {}})


async def test_a_card_is_told_for_what_it_is_and_that_it_went() -> None:
    service = VirtualService()
    async with watched(service, STUDENT) as told:
        await is_now(told, None)
        service.insert(student_card())
        assert (await told.until(CardInserted)).looking
        assert (await told.until(CardInserted)).kind is CardKind.STUDENT
        service.remove()
        await told.until(CardRemoved)


async def test_a_card_put_in_place_of_another_is_another() -> None:
    service = VirtualService()
    async with watched(service, STUDENT) as told:
        for card in (student_card(), ChipCard()):
            service.insert(card)
            await told.until(CardInserted, lambda event: not event.looking)
        kinds = [event.kind for event in told.of(CardInserted) if not event.looking]
        assert kinds == [CardKind.STUDENT, CardKind.UNKNOWN]


async def test_a_card_of_the_staff_proves_itself_and_a_copy_does_not(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "staff.pem").write_bytes(certificate(key, "Aylin Kaya").public_bytes(serialization.Encoding.PEM))
    service, card = VirtualService(), staff_card(key)
    async with watched(service, CardRule(CardKind.STAFF, aid=PIV), staff=tmp_path / "staff.pem") as told:
        service.insert(copy_of(card))
        await told.until(CardInserted, lambda event: not event.looking)
        assert told.of(StaffCardShown) == []
        service.insert(card)
        assert (await told.until(StaffCardShown)).staff == "Aylin Kaya"


async def test_a_reader_that_is_pulled_takes_its_card_along_and_comes_back_empty() -> None:
    service = VirtualService()
    async with watched(service) as told:
        service.insert(ChipCard())
        await told.until(CardInserted)
        service.attach(attached=False)
        await told.until(CardRemoved)
        service.attach(attached=True)
        await is_now(told, None)
        codes = [event.fault and event.fault.code for event in told.of(DeviceChanged)]
        assert codes == [None, FaultCode.READER_NONE, None]


async def test_a_service_that_ends_is_said_and_its_return_too() -> None:
    service = VirtualService()
    async with watched(service) as told:
        await is_now(told, None)
        service.run(running=False)
        await is_now(told, FaultCode.READER_SERVICE_DOWN)
        service.run(running=True)
        await is_now(told, None)


@pytest.mark.parametrize("trouble", [CardTrouble.MUTE, CardTrouble.SILENT, CardTrouble.GARBAGE])
async def test_a_card_that_does_something_wrong_is_a_card_of_no_kind(trouble: CardTrouble) -> None:
    service = VirtualService()
    service.cause(trouble)
    async with watched(service, STUDENT) as told:
        service.insert(student_card())
        assert (await told.until(CardInserted, lambda event: not event.looking)).kind is CardKind.UNKNOWN
        service.remove()
        await told.until(CardRemoved)


def test_it_exists_only_in_the_demo_and_in_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOTSE_SIMULATORS")
    with pytest.raises(RuntimeError, match="LOTSE_SIMULATORS"):
        VirtualService()
