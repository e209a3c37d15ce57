"""Whole visits on real parts: Lotse's own loop and core, an AusweisApp that it started itself, pcscd, a card."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias, TypeVar

import psutil
import pytest
from PySide6.QtWidgets import QApplication

from composition.equipment import equip
from devices.eid.ausweisapp import Keeper, Program
from devices.eid.client import AusweisApp
from devices.eid.npa.apdu import Step
from devices.eid.npa.card import IdCard
from devices.eid.npa.slot import Mishap, Slot, Trouble
from kiosk.application_events import FormOpened
from kiosk.device_events import (
    CardRemoved,
    Device,
    DeviceChanged,
    EidAsksConsent,
    EidAsksSecret,
    EidCardSeen,
    EidFailed,
    EidPinChanged,
    EidRead,
    EidWaitsForCard,
)
from kiosk.effects import Application, Effects
from kiosk.events import Event, Opened, Typed, WentOn
from kiosk.faults import Fault, FaultCode
from kiosk.forms.schema import Form
from kiosk.journeys.rescue import Way, ways
from kiosk.journeys.service import ServicePage
from kiosk.parts import Secret
from kiosk.place import Place, Service
from kiosk.ports import Ports, Tell
from kiosk.privacy import Private
from kiosk.terminal import Terminal
from kiosk.visit import Visit
from online.eid_service import EidService, EidServiceSettings
from online.simulators.eid_server import EidServerDouble
from profiles.loading import SHIPPED
from profiles.settings import AusweisApp as ManagedAusweisApp
from profiles.settings import Settings
from tests.devices.npa.desk import DELAYS, PIN, RIGHT, WRONG_PIN, id_card
from tests.devices.npa.services import ReaderService, configure, program_at, reader_service
from tests.places import REGISTER, small_form, small_place
from ui.loop import WindowLoop

NEW_PIN = "718294"
E = TypeVar("E", bound=Event)


class SomeServer:
    """A server that takes applications, so that they can be begun."""

    async def watch(self, tell: Tell) -> None:
        tell(DeviceChanged(Device.SUBMISSION, None))
        await asyncio.Event().wait()

    async def hand_in(self, application: Application, tell: Tell) -> None:
        raise AssertionError("nothing is handed in here")


class SmallLibrary:
    """The form of the one service."""

    async def open(self, service: Service) -> Form | Fault:
        return small_form()


class TestProgram(Program):
    """The AusweisApp, told not to look for the authority of made-up certificates."""

    __test__ = False

    def start(self, home: Path) -> subprocess.Popen[bytes]:
        configure(home)
        return Program.start(self, home)


@dataclass
class Foyer:
    """A terminal and the visitor in front of it, who gives the numbers that they know, each in turn."""

    slot: Slot
    keeper: Keeper
    card: IdCard
    numbers: Mapping[Secret, tuple[str, ...]]
    terminal: Terminal = field(init=False)
    events: list[Event] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def observe(self, visit: Visit, event: Event, effects: Effects, took: float) -> None:
        self.events.append(event)
        self.news.set()

    async def walk(self, *kinds: type[Event]) -> Event:
        """Answer what is asked, until one of these has happened."""
        done = 0
        async with asyncio.timeout(30):
            while True:
                while done < len(self.events):
                    event = self.events[done]
                    done += 1
                    if isinstance(event, kinds):
                        return event
                    await self.answer(event)
                self.news.clear()
                await self.news.wait()

    async def answer(self, event: Event) -> None:
        match event:
            case EidAsksConsent():
                self.terminal.post(WentOn())
            case EidWaitsForCard() if self.slot.card is None:
                await self.slot.insert(self.card)
            case EidAsksSecret(secret):
                before = [each for each in self.events if isinstance(each, EidAsksSecret) and each.secret is secret]
                given = self.numbers[secret]
                self.type(secret, given[min(len(before), len(given)) - 1])

    def type(self, secret: Secret, digits: str) -> None:
        for _ in range(2 if secret is Secret.NEW_PIN else 1):
            self.terminal.post(Typed(secret, Private(digits)))
            self.terminal.post(WentOn())

    async def until(self, happened: Callable[[Event], bool]) -> None:
        async with asyncio.timeout(15):
            while not any(happened(event) for event in self.events):
                self.news.clear()
                await self.news.wait()


def place() -> Place:
    whole = small_place()
    register = whole.service(REGISTER)
    assert register.form
    form = replace(register.form, prefill={"G1.F1": "family_name", "G1.F2": "birth_date"})
    others = tuple(service for service in whole.services if service.id != REGISTER)
    return replace(whole, services=(replace(register, form=form), *others))


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ReaderService]:
    with reader_service(tmp_path) as service:
        yield service


@pytest.fixture
def city() -> Iterator[EidServerDouble]:
    with EidServerDouble() as server:
        yield server


Work: TypeAlias = Callable[[Foyer], Awaitable[None]]
Visiting: TypeAlias = Callable[..., None]


@pytest.fixture
def visiting(qapp: QApplication, service: ReaderService, city: EidServerDouble) -> Visiting:
    """Return a way to open a terminal, let somebody visit, and close it."""
    program = program_at(service)

    async def opened(
        work: Callable[[Foyer], Awaitable[None]], card: IdCard, numbers: Mapping[str, tuple[str, ...]]
    ) -> None:
        assert isinstance(asyncio.get_running_loop(), WindowLoop)
        keeper = Keeper(TestProgram(program.path, program.extra))
        fetch = EidService(EidServiceSettings(city.base, city.ca_file)).fetch
        known = RIGHT | {Secret.NEW_PIN: (NEW_PIN,)} | {Secret(name): given for name, given in numbers.items()}
        foyer = Foyer(Slot(service.port), keeper, card, known)
        ports = Ports(
            SmallLibrary(), eid=AusweisApp(keeper, city.tc_token_url, fetch, DELAYS), submissions=SomeServer()
        )
        foyer.terminal = Terminal(place(), ports, lambda screen: None, foyer.observe)
        foyer.terminal.start()
        await foyer.until(ready)
        await work(foyer)
        await foyer.slot.remove()
        await foyer.terminal.close()
        assert keeper.process
        assert keeper.process.returncode is not None, "the AusweisApp ends with the terminal"

    def visit(work: Work, card: IdCard, **numbers: tuple[str, ...]) -> None:
        with asyncio.Runner(loop_factory=lambda: WindowLoop(qapp)) as runner:
            runner.run(opened(work, card, numbers))

    return visit


def ready(event: Event) -> bool:
    return event == DeviceChanged(Device.EID, None)


def lost(event: Event) -> bool:
    fault = event.fault if isinstance(event, DeviceChanged) and event.device is Device.EID else None
    return fault is not None and fault.code is FaultCode.EID_CLIENT_LOST


async def with_the_card(foyer: Foyer) -> Event:
    """Begin the form with the card; return how that ends."""
    foyer.terminal.post(Opened(ServicePage(REGISTER)))
    foyer.terminal.post(WentOn())
    await foyer.until(lambda event: isinstance(event, FormOpened))
    foyer.terminal.post(WentOn())
    return await foyer.walk(EidRead, EidFailed)


async def at_the_rescue(foyer: Foyer, way: Way) -> Event:
    """Do one of the things that are about the card itself; return how that ends."""
    cards = ways(foyer.terminal.visit, REGISTER).cards
    foyer.terminal.post(next(card.event for card in cards if card.id == way))
    foyer.terminal.post(WentOn())
    return await foyer.walk(EidPinChanged, EidCardSeen, EidFailed)


def answers(terminal: Terminal) -> set[str]:
    application = terminal.visit.application
    return {answer.reveal() for answer in application.answers.values()} if application else set()


def test_what_the_card_says_stands_in_the_form(visiting: Visiting) -> None:
    card = id_card()

    async def visit(foyer: Foyer) -> None:
        assert isinstance(await with_the_card(foyer), EidRead)
        assert {"MUSTERMANN", "12.08.1964"} <= answers(foyer.terminal)
        await foyer.slot.remove()
        await foyer.until(lambda event: isinstance(event, CardRemoved))

    visiting(visit, card, pin=(WRONG_PIN, WRONG_PIN, PIN))
    assert (card.numbers.tries, card.numbers.charged) == (3, 2)
    assert card.read == {5, 8}


def test_a_card_that_is_pulled_leaves_the_form_empty(visiting: Visiting) -> None:
    async def visit(foyer: Foyer) -> None:
        foyer.slot.plan(Mishap(Trouble.PULL, Step.CA_AGREE))
        ended = await with_the_card(foyer)
        assert isinstance(ended, EidFailed)
        assert ended.fault.code is FaultCode.EID_CARD_LOST
        assert not answers(foyer.terminal)

    visiting(visit, id_card())


@pytest.mark.parametrize(("way", "pin"), [(Way.CHANGE, PIN), (Way.FIRST, "12345")])
def test_a_new_pin_is_set_by_the_visitor(visiting: Visiting, way: Way, pin: str) -> None:
    card = id_card(pin=pin)

    async def visit(foyer: Foyer) -> None:
        assert isinstance(await at_the_rescue(foyer, way), EidPinChanged)

    visiting(visit, card)
    assert (card.numbers.pin, card.numbers.charged) == (NEW_PIN, 0)


def test_a_card_is_looked_at(visiting: Visiting) -> None:
    async def visit(foyer: Foyer) -> None:
        assert await at_the_rescue(foyer, Way.LOOK) == EidCardSeen(activated=False, usable=True, tries=None)

    visiting(visit, id_card(deactivated=True))


def test_the_terminal_goes_on_when_its_ausweisapp_dies(visiting: Visiting) -> None:
    async def visit(foyer: Foyer) -> None:
        assert foyer.keeper.process
        foyer.keeper.process.send_signal(signal.SIGKILL)
        await foyer.until(lost)
        foyer.events.clear()
        await foyer.until(ready)
        assert isinstance(await with_the_card(foyer), EidRead)

    visiting(visit, id_card())


def test_a_terminal_whose_settings_say_so_starts_its_ausweisapp_and_ends_it(
    qapp: QApplication, service: ReaderService
) -> None:
    program_at(service)
    before = ausweisapps()
    settings = Settings(SHIPPED, eid=ManagedAusweisApp("", "https://eid.example/tc", "https://eid.example"))

    async def opened() -> None:
        equipment = equip(settings, place(), lambda name: None)
        connected = asyncio.Event()

        def observe(visit: Visit, event: Event, effects: Effects, took: float) -> None:
            if isinstance(event, DeviceChanged) and event.device is Device.EID and not lost(event):
                connected.set()

        terminal = Terminal(place(), equipment.ports, lambda screen: None, observe)
        terminal.start()
        async with asyncio.timeout(15):
            await connected.wait()
        assert len(ausweisapps() - before) == 1
        await terminal.close()
        await equipment.close()
        assert ausweisapps() == before

    with asyncio.Runner(loop_factory=lambda: WindowLoop(qapp)) as runner:
        runner.run(opened())


def ausweisapps() -> set[int]:
    """Return those that we have started and that live."""
    return {child.pid for child in psutil.Process().children() if child.name().startswith("AusweisApp")}
