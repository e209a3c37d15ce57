"""Cards that come and go in a real pcscd: nothing lost or doubled, in time, and told for what they are."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from devices.cards.arbiter import Arbiter
from devices.cards.reader import PcscCardReader
from devices.cards.simulator import PIV, ChipCard, certificate, copy_of, staff_card
from devices.cards.staff import StaffCertificates
from devices.cards.watch import Delays
from devices.eid.npa.apdu import Step
from devices.eid.npa.card import IdCard
from devices.eid.npa.slot import Slot
from kiosk.cards import CardKind, CardRule
from kiosk.counter_events import StaffCardShown
from kiosk.device_events import CardInserted, CardRemoved
from kiosk.effects import Effects
from kiosk.events import Event
from kiosk.ports import Ports
from kiosk.privacy import Private
from kiosk.terminal import Terminal
from kiosk.visit import Visit
from tests.devices.cards.conftest import Watching
from tests.devices.cards.service import ReaderService
from tests.devices.eid.terminal import Told
from tests.devices.npa import hold_card
from tests.devices.npa.services import READER
from tests.places import small_place

LIBRARY_AID = bytes.fromhex("D2760000850101")
READ = bytes.fromhex("00B0000010")
LIBRARY = CardRule(CardKind.LIBRARY, aid=LIBRARY_AID, read=(READ,), pattern="[0-9]{10}")
STAFF = CardRule(CardKind.STAFF, aid=PIV)
MOST_MS = 100
SLOTS, ROUNDS = 2, 25


class NoForms:
    async def open(self, service: object) -> object:
        raise NotImplementedError


class Desk:
    """A terminal at real readers, and when it had taken each event, in milliseconds after PC/SC told it."""

    def __init__(self) -> None:
        self.driver = PcscCardReader()
        self.told = Told()
        self.took: list[float] = []
        ports = Ports(NoForms(), cards=self.driver)  # type: ignore[arg-type]
        self.terminal = Terminal(small_place(), ports, lambda _: None, self.stepped)

    def stepped(self, visit: Visit, event: Event, effects: Effects, took: float) -> None:
        if isinstance(event, CardInserted) and event.looking:
            self.took.append((time.monotonic() - self.driver.seen_at) * 1000)
        self.told(event)


async def drawing() -> None:
    """Keep the loop as busy as a window does that is drawn anew all the time."""
    while True:
        end = time.perf_counter() + 0.03
        while time.perf_counter() < end:
            pass
        await asyncio.sleep(0)


async def of_kind(told: Told, kind: CardKind) -> CardInserted:
    return await told.until(CardInserted, lambda event: event.kind is kind and not event.looking)


async def test_fifty_cards_come_and_go_and_are_told_once_and_in_time(
    service: ReaderService, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two slots at once: a virtual reader is looked at every 0.4 s only."""
    service.start()
    desk = Desk()
    desk.terminal.start()
    busy: asyncio.Task[None] | None = None
    async with Slot(service.port, unseen=0.0) as one, Slot(service.port + 1, unseen=0.0) as other:
        slots = (one, other)
        for number in range(ROUNDS):
            if number == ROUNDS // 2:
                busy = asyncio.get_running_loop().create_task(drawing())
            await asyncio.gather(*(slot.insert(ChipCard()) for slot in slots))
            for _ in slots:
                await of_kind(desk.told, CardKind.UNKNOWN)
            await asyncio.gather(*(slot.remove() for slot in slots))
            await desk.told.until(CardRemoved)
    assert busy
    busy.cancel()
    await desk.terminal.close()
    _told_once(desk.told)
    quiet, drawn = desk.took[: ROUNDS // 2 * SLOTS], desk.took[ROUNDS // 2 * SLOTS :]
    p95 = max(quantiles(took, n=20)[-1] for took in (quiet, drawn))
    with capsys.disabled():
        sys.stdout.write(
            f"\ncard inserted → Terminal.post: median {median(quiet):.1f} ms, while drawing {median(drawn):.1f} ms, "
            f"p95 {p95:.1f} ms, at most {max(desk.took):.1f} ms ({len(desk.took)} cards)\n"
        )
    assert p95 <= MOST_MS


def _told_once(told: Told) -> None:
    coming = [event for event in told.events if isinstance(event, CardInserted) and event.looking]
    looked_at = [event for event in told.events if isinstance(event, CardInserted) and not event.looking]
    assert (len(coming), len(looked_at), len(told.of(CardRemoved))) == (SLOTS * ROUNDS, SLOTS * ROUNDS, ROUNDS)
    lying = 0
    for event in told.events:
        if isinstance(event, CardInserted) and event.looking:
            lying += 1
        elif isinstance(event, CardRemoved):
            assert lying == SLOTS
            lying = 0


async def test_kinds_of_cards_are_told_apart(
    service: ReaderService, watching: Watching, staff: Callable[..., StaffCertificates]
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    service.start()
    async with watching([LIBRARY, STAFF], staff(key)) as told, Slot(service.port) as slot:
        id_card = IdCard()
        await slot.insert(id_card)
        assert (await of_kind(told, CardKind.ID_CARD)).number is None
        assert set(id_card.steps) == {Step.SELECT}
        await slot.insert(ChipCard({LIBRARY_AID: {READ: b"\x01\x020012345678"}}))
        assert (await of_kind(told, CardKind.LIBRARY)).number == Private("0012345678")
        await slot.insert(staff_card(key))
        await of_kind(told, CardKind.STAFF)
        assert (await told.until(StaffCardShown)).staff == "Aylin Kaya"


async def test_a_copied_staff_card_is_not_accepted(
    service: ReaderService, watching: Watching, staff: Callable[..., StaffCertificates]
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    service.start()
    async with watching([STAFF], staff(key)) as told, Slot(service.port) as slot:
        copy = copy_of(staff_card(key), ec.generate_private_key(ec.SECP256R1()))
        await slot.insert(copy)
        await of_kind(told, CardKind.UNKNOWN)
        assert copy.commands
        await slot.remove()
        await told.until(CardRemoved)
        assert not told.of(StaffCardShown)


async def test_while_eid_works_no_card_is_touched_and_afterwards_it_is(
    service: ReaderService, watching: Watching
) -> None:
    arbiter = Arbiter()
    card = ChipCard({LIBRARY_AID: {READ: b"0012345678"}})
    service.start()
    async with watching([LIBRARY], arbiter=arbiter) as told, Slot(service.port) as slot:
        with arbiter.held_by_eid():
            await slot.insert(card)
            inserted = await told.until(CardInserted)
            assert not inserted.looking
            assert inserted.kind is CardKind.UNKNOWN
            await slot.remove()
            await told.until(CardRemoved)
            await slot.insert(card)
            await told.until(CardInserted)
            assert not card.commands
        await of_kind(told, CardKind.LIBRARY)


async def test_a_card_that_another_program_holds_hangs_nothing(service: ReaderService, watching: Watching) -> None:
    service.start()
    async with Slot(service.port) as slot:
        await slot.insert(ChipCard())
        async with watching() as told:
            await of_kind(told, CardKind.UNKNOWN)
        command = [sys.executable, hold_card.__file__, READER]
        holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: ASYNC220 (a millisecond)
        try:
            assert holder.stdout
            assert await asyncio.to_thread(holder.stdout.readline) == b"held\n"
            async with watching(delays=Delays(look=0.5)) as told:
                assert (await told.until(CardInserted)).looking
                await of_kind(told, CardKind.UNKNOWN)
                await slot.remove()
                await told.until(CardRemoved)
        finally:
            await asyncio.to_thread(holder.communicate, timeout=5)


@pytest.fixture
def staff(tmp_path: Path) -> Callable[..., StaffCertificates]:
    def file(key: ec.EllipticCurvePrivateKey) -> StaffCertificates:
        path = tmp_path / "staff.pem"
        path.write_bytes(certificate(key, "Aylin Kaya").public_bytes(serialization.Encoding.PEM))
        return StaffCertificates(path)

    return file
