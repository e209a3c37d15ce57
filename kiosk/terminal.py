"""The one place where effects are performed and events come together.

    event → `Terminal.post` → `step` → effects → ports → result, as an event → …

Everything runs on one asyncio loop. Nothing here knows a widget, a socket or a device.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from kiosk import effects as do
from kiosk.application_events import FormFailed, FormOpened, HandInFailed
from kiosk.compose import compose
from kiosk.counter_events import CounterHours, HelpFailed, StaffCodeAccepted, StaffCodeRefused
from kiosk.coview import View, view_of
from kiosk.device_events import (
    Device,
    DeviceChanged,
    DocumentFailed,
    DocumentPrinted,
    EidFailed,
    Printed,
    PrintFailed,
    SpeechEnded,
)
from kiosk.effects import Effect, Effects, TerminalUse
from kiosk.events import Event, TimerFired
from kiosk.faults import Fault, FaultCode
from kiosk.journeys.welcome import first_visit
from kiosk.place import Place, Service
from kiosk.ports import Clock, Ports, Tell, Watched
from kiosk.privacy import Private
from kiosk.screen import Screen
from kiosk.step import step
from kiosk.tasks import Tasks
from kiosk.text import speak_for
from kiosk.visit import ABSENT, Devices, Visit, use_of

if TYPE_CHECKING:
    from kiosk.documents import Document
    from kiosk.receipt import Receipt
    from kiosk.saying import Aloud

log = logging.getLogger(__name__)

Show = Callable[[Screen], None]
Observer = Callable[[Visit, Event, Effects, float], None]
"""Told after each step: the visit, the event, the effects, and the milliseconds that `step` and `compose` took."""

PDF = "application/pdf"
JOB_TITLE = "Lotse"
"""What a printer's list of jobs shows: no word about whose they are or what for."""
WATCH_AGAIN_S = 2.0
"""A watcher that crashed is started again after this time."""


class Terminal:
    """A terminal at work. `show` draws a screen; `observe` is told of each step."""

    def __init__(self, place: Place, ports: Ports, show: Show, observe: Observer | None = None) -> None:
        speak_for(place.words)
        self._ports = ports
        self._show = show
        self._observe = observe
        self._visit = first_visit(place, Devices(tuple(sorted(_absent(ports).items()))))
        self._screen = compose(self._visit)
        self._serial = 0
        self._use: TerminalUse | None = None
        self._view: View | None = None
        self._waiting: deque[Event] = deque()
        self._stepping = False
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._tasks = Tasks()
        self._closed = False

    @property
    def visit(self) -> Visit:
        """The visit as it is now."""
        return self._visit

    @property
    def screen(self) -> Screen:
        """What is on the screen now."""
        return self._screen

    def start(self) -> None:
        """Show the first screen and begin to watch the devices. Needs a running loop."""
        self._show(self._screen)
        self._tell_use()
        for device, port in _watched(self._ports).items():
            self._tasks.keep(f"watch-{device}", self._watch(device, port))
        if self._ports.clock:
            self._tasks.keep("hours", self._keep_hours(self._ports.clock))

    async def close(self) -> None:
        """Stop everything: what is being handed in is in the outbox by then, or was never promised."""
        self._closed = True
        for handle in self._timers.values():
            handle.cancel()
        await self._tasks.close()

    def post(self, event: Event) -> None:
        """Take an event. Events that come while one is handled wait their turn."""
        self._waiting.append(event)
        if self._stepping or self._closed:
            return
        self._stepping = True
        try:
            while self._waiting:
                self._take(self._waiting.popleft())
        finally:
            self._stepping = False

    def _take(self, event: Event) -> None:
        began = time.perf_counter()
        visit, effects = step(self._visit, event)
        screen = compose(visit)
        took = (time.perf_counter() - began) * 1000
        self._visit = visit
        if screen != self._screen:
            self._screen = screen
            self._show(screen)
        for effect in effects:
            self._perform(effect)
        self._tell_use()
        self._show_counter()
        if self._observe:
            self._observe(visit, event, effects, took)

    def _tell_use(self) -> None:
        """Let the counter know whether somebody is here."""
        use = use_of(self._visit)
        if self._ports.desk and use is not self._use:
            self._ports.desk.used(use)
        self._use = use

    def _show_counter(self) -> None:
        """Let the counter see what the visitor sees, masked, while the visitor agrees; and tell when that is over."""
        view, before = view_of(self._visit, self._screen), self._view
        self._view = view
        if self._ports.desk is None or view == before:
            return
        if before and (view is None or view.session != before.session):
            self._ports.desk.show(View(before.session, None))
        if view and view.screens:
            self._ports.desk.show(view)

    async def _keep_hours(self, clock: Clock) -> None:
        """Say when the counter's opening hours begin and end."""
        known = True
        while True:
            now = clock()
            is_open = self._visit.place.counter.is_open(now)
            if is_open is not known:
                self.post(CounterHours(is_open))
                known = is_open
            await asyncio.sleep(60 - now.second)

    def _teller(self) -> Tell:
        """Return a way to post that is deaf as soon as the visit is over: two visitors never mix."""
        serial = self._serial

        def tell(event: Event) -> None:
            if serial == self._serial:
                self.post(event)

        return tell

    # Effects

    def _perform(self, effect: Effect) -> None:
        match effect:
            case do.SetTimer() | do.ClearTimer():
                self._time(effect)
            case do.ForgetVisit():
                self._forget()
            case do.Speak() | do.SpeakPart() | do.SpeakPlace() | do.SpellPart() | do.Echo() | do.StopSpeaking():
                self._speak(effect)
            case do.StartEid() | do.StartPinChange() | do.LookAtCard():
                self._at_card(effect)
            case do.AcceptEid() | do.EnterSecret() | do.CancelEid():
                self._identify(effect)
            case do.CallPerson() | do.CancelCall() | do.ReportDevice() | do.Note():
                self._at_counter(effect)
            case do.CheckStaffCode() | do.Obey() | do.Refuse():
                self._of_staff(effect)
            case do.OpenForm() | do.HandIn() | do.Print() | do.PrintDocument():
                self._with_papers(effect)

    def _with_papers(self, effect: do.OpenForm | do.HandIn | do.Print | do.PrintDocument) -> None:
        match effect:
            case do.OpenForm(service):
                self._open(service)
            case do.HandIn(application):
                self._hand_in(application)
            case do.Print(receipt):
                self._print(receipt)
            case do.PrintDocument(document):
                self._print_document(document)

    def _of_staff(self, effect: do.CheckStaffCode | do.Obey | do.Refuse) -> None:
        if isinstance(effect, do.CheckStaffCode):
            self._check_staff(effect.code)
        elif self._ports.orders:
            self._ports.orders.decided(effect)

    def _at_counter(self, effect: do.CallPerson | do.CancelCall | do.ReportDevice | do.Note) -> None:
        desk = self._ports.desk
        match effect:
            case do.CallPerson() | do.CancelCall():
                self._call(effect)
            case do.ReportDevice(device, fault) if desk:
                desk.report(device, fault)
            case do.Note() if desk:
                desk.note(effect)

    def _check_staff(self, code: Private[str]) -> None:
        known, tell = self._ports.staff_code, self._teller()

        async def checking() -> None:
            wait = await known.check(code) if known else 0
            tell(StaffCodeAccepted() if wait is None else StaffCodeRefused(wait))

        self._tasks.keep("staff", checking(), lambda _: tell(StaffCodeRefused(0)))

    def _time(self, effect: do.SetTimer | do.ClearTimer) -> None:
        if handle := self._timers.pop(effect.timer, None):
            handle.cancel()
        if isinstance(effect, do.SetTimer):
            tell, fired = self._teller(), TimerFired(effect.timer)
            loop = asyncio.get_running_loop()
            self._timers[effect.timer] = loop.call_later(effect.seconds, tell, fired)

    def _forget(self) -> None:
        self._serial += 1
        for name in ("form", "eid", "speech", "call", "staff"):
            self._tasks.drop(name)

    def _speak(self, effect: Aloud | do.StopSpeaking) -> None:
        speaker = self._ports.speaker
        if speaker is None:
            return
        self._tasks.drop("speech")
        speaker.stop()
        if not isinstance(effect, do.StopSpeaking):
            from kiosk.saying import said

            words = said(effect, self._screen, self._visit.voice)
            tell = self._teller()
            self._tasks.keep("speech", speaker.speak(words, tell), lambda _: tell(SpeechEnded()))

    def _at_card(self, effect: do.StartEid | do.StartPinChange | do.LookAtCard) -> None:
        eid, tell = self._ports.eid, self._teller()
        if eid is None:
            tell(EidFailed(Fault(FaultCode.EID_ABSENT)))
            return
        match effect:
            case do.StartEid(attributes):
                work = eid.identify(attributes, tell)
            case do.StartPinChange(transport):
                work = eid.change_pin(transport, tell)
            case do.LookAtCard():
                work = eid.look(tell)
        self._tasks.keep("eid", work, lambda fault: tell(EidFailed(fault)))

    def _identify(self, effect: do.AcceptEid | do.EnterSecret | do.CancelEid) -> None:
        eid = self._ports.eid
        if eid is None:
            return
        match effect:
            case do.AcceptEid():
                eid.accept()
            case do.EnterSecret(secret, digits):
                eid.enter(secret, digits)
            case do.CancelEid():
                self._tasks.drop("eid")

    def _call(self, effect: do.CallPerson | do.CancelCall) -> None:
        desk, tell = self._ports.desk, self._teller()
        self._tasks.drop("call")
        if desk is None:
            if isinstance(effect, do.CallPerson):
                tell(HelpFailed(Fault(FaultCode.HELP_ABSENT)))
        elif isinstance(effect, do.CallPerson):
            self._tasks.keep("call", desk.call(effect.call, tell), lambda fault: tell(HelpFailed(fault)))
        else:
            self._tasks.last(desk.cancel())

    def _open(self, service: Service) -> None:
        tell = self._teller()

        async def opening() -> None:
            form = await self._ports.forms.open(service)
            tell(FormFailed(form) if isinstance(form, Fault) else FormOpened(form))

        self._tasks.keep("form", opening(), lambda fault: tell(FormFailed(fault)))

    def _hand_in(self, application: do.Application) -> None:
        submissions, tell = self._ports.submissions, self._teller()
        if submissions is None:
            tell(HandInFailed(Fault(FaultCode.SUBMISSION_ABSENT)))
            return
        self._tasks.last(submissions.hand_in(application, tell), lambda fault: tell(HandInFailed(fault)))

    def _print(self, receipt: Receipt) -> None:
        printer, tell = self._ports.printer, self._teller()

        async def printing() -> None:
            fault = await printer.print(receipt) if printer else Fault(FaultCode.PRINTER_ABSENT)
            tell(PrintFailed(fault) if fault else Printed())

        self._tasks.last(printing(), lambda fault: tell(PrintFailed(fault)))

    def _print_document(self, document: Document) -> None:
        printer, typeset, tell = self._ports.documents, self._ports.typeset, self._teller()

        async def printing() -> None:
            if printer is None or typeset is None:
                tell(DocumentFailed(Fault(FaultCode.DOCUMENTS_ABSENT)))
                return
            fault = await printer.print(await typeset(document), PDF, JOB_TITLE)
            tell(DocumentFailed(fault) if fault else DocumentPrinted())

        self._tasks.last(printing(), lambda fault: tell(DocumentFailed(fault)))

    async def _watch(self, device: Device, port: Watched) -> None:
        while True:
            try:
                await port.watch(self.post)
            except Exception as error:
                log.error("watching %s broke: %s", device, type(error).__name__)
                self.post(DeviceChanged(device, Fault(FaultCode.INTERNAL, type(error).__name__)))
            await asyncio.sleep(WATCH_AGAIN_S)


def _watched(ports: Ports) -> Mapping[Device, Watched]:
    named: dict[Device, Watched | None] = {
        Device.PRINTER: ports.printer,
        Device.DOCUMENTS: ports.documents,
        Device.EID: ports.eid,
        Device.READER: ports.cards,
        Device.SPEECH: ports.speaker,
        Device.SUBMISSION: ports.submissions,
        Device.COUNTER: ports.desk,
        Device.SCANNER: ports.scanner,
        Device.PRESENCE: ports.presence,
    }
    return {device: port for device, port in named.items() if port is not None}


def _absent(ports: Ports) -> Mapping[Device, Fault]:
    there = _watched(ports)
    return {device: Fault(code) for device, code in ABSENT.items() if device not in there}
