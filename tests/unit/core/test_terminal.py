"""The one place where effects are performed: results come back, late ones are dropped, nothing is lost or mixed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from kiosk.application_events import FormFailed
from kiosk.counter_events import HelpQueued
from kiosk.coview import View
from kiosk.device_events import Device, DeviceChanged
from kiosk.effects import Application, Call, Note, TerminalUse
from kiosk.events import EndConfirmed, Event, HelpAsked, Opened, ReadingToggled, WentOn
from kiosk.faults import Fault, FaultCode
from kiosk.forms.schema import Form
from kiosk.journeys.goodbye import Goodbye
from kiosk.journeys.service import Opening, ServicePage
from kiosk.journeys.slip import Printing, SlipPage
from kiosk.journeys.welcome import Welcome
from kiosk.place import Place, Service, Timers
from kiosk.ports import Ports, Tell, Utterance
from kiosk.receipt import Receipt
from kiosk.screen import HelpState, Screen
from kiosk.terminal import Terminal
from tests.places import LIBRARY, REGISTER, small_form, small_place


class Idle:
    async def watch(self, tell: Tell) -> None:
        await asyncio.Event().wait()


@dataclass
class Library:
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    answer: Form | Fault | Exception = field(default_factory=small_form)

    async def open(self, service: Service) -> Form | Fault:
        await self.gate.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Printer(Idle):
    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.printed: list[Receipt] = []
        self.fault: Fault | None = None

    async def print(self, receipt: Receipt) -> Fault | None:
        await self.gate.wait()
        self.printed.append(receipt)
        return self.fault


class Voice(Idle):
    def __init__(self) -> None:
        self.said: list[str] = []
        self.stops = 0

    async def speak(self, utterances: Sequence[Utterance], tell: Tell) -> None:
        self.said += [utterance.part for utterance in utterances]

    def stop(self) -> None:
        self.stops += 1


class Desk(Idle):
    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.cancelled = 0
        self.tells: list[Tell] = []
        self.reports: list[tuple[str, Fault | None]] = []
        self.uses: list[TerminalUse] = []
        self.views: list[View] = []
        self.notes: list[Note] = []

    async def call(self, call: Call, tell: Tell) -> None:
        self.calls.append(call)
        self.tells.append(tell)
        tell(HelpQueued())
        await asyncio.Event().wait()

    async def cancel(self) -> None:
        self.cancelled += 1

    def show(self, view: View) -> None:
        self.views.append(view)

    def note(self, deed: Note) -> None:
        self.notes.append(deed)

    def used(self, use: TerminalUse) -> None:
        self.uses.append(use)

    def report(self, device: str, fault: Fault | None) -> None:
        self.reports.append((device, fault))


class Broken(Idle):
    async def watch(self, tell: Tell) -> None:
        raise RuntimeError("Geheim")

    async def hand_in(self, application: Application, tell: Tell) -> None:
        raise RuntimeError("Geheim")


class Deaf(Idle):
    """As a library that takes a cancellation for the end of its own deadline."""

    def __init__(self) -> None:
        self.asked = 0

    async def watch(self, tell: Tell) -> None:
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.asked += 1
                if self.asked > 1:
                    raise

    async def hand_in(self, application: Application, tell: Tell) -> None:
        raise NotImplementedError


class Stage:
    """A terminal with fakes, and the screens it has shown."""

    def __init__(self, place: Place | None = None) -> None:
        self.forms, self.printer, self.voice, self.desk = Library(), Printer(), Voice(), Desk()
        self.screens: list[Screen] = []
        self.changed = asyncio.Event()
        ports = Ports(self.forms, self.printer, None, self.voice, None, self.desk)
        self.terminal = Terminal(place or small_place(), ports, self.show, self.stepped)
        self.terminal.start()

    def show(self, screen: Screen) -> None:
        self.screens.append(screen)

    def stepped(self, *step: object) -> None:
        self.changed.set()

    def post(self, *events: Event) -> None:
        for event in events:
            self.terminal.post(event)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not holds():
                self.changed.clear()
                await self.changed.wait()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    yield stage
    await stage.terminal.close()


async def test_what_is_missing_is_a_fault_from_the_start(stage: Stage) -> None:
    faults = dict(stage.terminal.visit.devices.faults)
    assert faults[Device.EID].code is FaultCode.EID_ABSENT
    assert faults[Device.SUBMISSION].code is FaultCode.SUBMISSION_ABSENT
    assert Device.PRINTER not in faults


async def test_a_form_is_opened_and_begun(stage: Stage) -> None:
    stage.post(DeviceChanged(Device.SUBMISSION, None), WentOn(), Opened(ServicePage(REGISTER)), WentOn())
    assert isinstance(stage.terminal.visit.page, Opening)
    stage.forms.gate.set()
    await stage.until(lambda: stage.terminal.visit.application is not None)


async def test_a_form_of_a_visit_that_is_over_is_dropped(stage: Stage) -> None:
    stage.post(DeviceChanged(Device.SUBMISSION, None), WentOn(), Opened(ServicePage(REGISTER)), WentOn())
    stage.post(EndConfirmed(), WentOn(), WentOn(), Opened(ServicePage(REGISTER)))
    stage.forms.gate.set()
    for _ in range(5):
        await asyncio.sleep(0)
    assert stage.terminal.visit.application is None


@pytest.mark.expects_log
async def test_work_that_breaks_is_a_fault_and_its_text_stays_out_of_the_log(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.forms.answer = RuntimeError("Geheim")
    stage.post(DeviceChanged(Device.SUBMISSION, None), WentOn(), Opened(ServicePage(REGISTER)), WentOn())
    stage.forms.gate.set()
    await stage.until(lambda: getattr(stage.terminal.visit.page, "fault", None) is not None)
    assert "RuntimeError" in caplog.text
    assert "Geheim" not in caplog.text


async def test_a_print_is_a_success_only_when_the_printer_says_so(stage: Stage) -> None:
    stage.post(WentOn(), Opened(ServicePage(LIBRARY)), WentOn("slip"))
    page = stage.terminal.visit.page
    assert isinstance(page, SlipPage)
    assert page.state.printing is Printing.RUNNING
    stage.printer.gate.set()
    await stage.until(lambda: _printing(stage) is not Printing.RUNNING)
    assert _printing(stage) is Printing.DONE


async def test_a_print_goes_on_after_the_visit_and_tells_the_next_one_nothing(stage: Stage) -> None:
    stage.post(WentOn(), Opened(ServicePage(LIBRARY)), WentOn("slip"), EndConfirmed())
    stage.printer.fault = Fault(FaultCode.PRINTER_PAPER_OUT)
    stage.printer.gate.set()
    for _ in range(5):
        await asyncio.sleep(0)
    assert len(stage.printer.printed) == 1
    assert isinstance(stage.terminal.visit.page, Goodbye)


async def test_the_screen_is_read_and_silenced(stage: Stage) -> None:
    stage.post(ReadingToggled())
    for _ in range(3):
        await asyncio.sleep(0)
    assert stage.voice.said[0] == "title"
    stage.post(EndConfirmed())
    assert stage.voice.stops >= 2


async def test_a_call_ends_with_the_visit_and_its_news_with_it(stage: Stage) -> None:
    stage.post(WentOn(), HelpAsked())
    await stage.until(lambda: bool(stage.desk.calls))
    stage.post(EndConfirmed())
    for _ in range(3):
        await asyncio.sleep(0)
    assert stage.desk.cancelled == 1
    stage.desk.tells[0](HelpQueued())
    assert stage.terminal.visit.help.state is HelpState.NONE


async def test_silence_ends_a_visit_and_welcomes_the_next() -> None:
    place = small_place()
    stage = Stage(_with(place, Timers(idle=0, countdown=1, cover=1, goodbye=0)))
    stage.post(WentOn())
    await stage.until(lambda: isinstance(stage.terminal.visit.page, Goodbye))
    await stage.until(lambda: isinstance(stage.terminal.visit.page, Welcome))
    assert not stage.terminal.visit.begun
    await stage.terminal.close()


@pytest.mark.expects_log
async def test_a_broken_watcher_is_a_fault_and_not_the_end() -> None:
    broken = Broken()
    stepped = asyncio.Event()
    ports = Ports(Library(), submissions=broken)
    terminal = Terminal(small_place(), ports, lambda _: None, lambda *_: stepped.set())
    terminal.start()
    await asyncio.wait_for(stepped.wait(), 5)
    fault = terminal.visit.devices.fault(Device.SUBMISSION)
    assert fault
    assert fault.code is FaultCode.INTERNAL
    await terminal.close()


async def test_it_closes_although_a_task_missed_that_it_was_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.tasks.CANCELLED_S", 0.01)
    deaf = Deaf()
    terminal = Terminal(small_place(), Ports(Library(), submissions=deaf), lambda _: None)
    terminal.start()
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await terminal.close()
    assert deaf.asked == 2


def test_events_posted_while_one_is_handled_wait_their_turn() -> None:
    order: list[str] = []

    def show(screen: Screen) -> None:
        order.append(screen.id)
        if screen.id == "home" and len(order) == 1:
            terminal.post(FormFailed(Fault(FaultCode.INTERNAL)))
            terminal.post(Opened(ServicePage(LIBRARY)))
            order.append("posted")

    async def scene() -> None:
        terminal.post(WentOn())
        await terminal.close()

    terminal = Terminal(small_place(), Ports(Library.__new__(Library)), show)
    asyncio.run(scene())
    assert order == ["home", "posted", f"service-{LIBRARY}"]


def _printing(stage: Stage) -> Printing | None:
    page = stage.terminal.visit.page
    return page.state.printing if isinstance(page, SlipPage) else None


def _with(place: Place, timers: Timers) -> Place:
    return replace(place, timers=timers)
