"""The staff at the terminal: pages over a covered visit, opened by a card that proves itself or by a code.

They are in German or English, whatever the visitor reads. Anything else that comes on top closes them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from kiosk.counter_events import ServiceSwitched, StaffCodeAccepted, StaffCodeRefused
from kiosk.device_events import Device, Printed, PrintFailed
from kiosk.effects import CheckStaffCode, Note, Print, SpeakPart, StaffDeed
from kiosk.events import EndConfirmed, Event, Opened, Typed, WentBack, WentOn
from kiosk.journeys.slip import PrintState
from kiosk.journeys.staff_cover import closed, is_of_staff
from kiosk.journeys.staff_tests import device_facts, service_facts, trial_slip
from kiosk.look import Look
from kiosk.parts import (
    Action,
    ActionStyle,
    Card,
    Cards,
    CardStyle,
    Fact,
    Facts,
    FactStyle,
    Heading,
    Level,
    Notice,
    Paragraph,
    Part,
    PinPad,
    Secret,
)
from kiosk.privacy import EMPTY, Private
from kiosk.receipt import Receipt
from kiosk.screen import Screen
from kiosk.text import ENGLISH, GERMAN, Text, msg
from kiosk.visit import Step, Visit

CODE_DIGITS = 8
_BACK = Action("back", msg("back"), WentBack(), icon="arrow-left")


@dataclass(frozen=True, slots=True)
class StaffCodePage:
    """Asks for the code. `checking`: it is being looked at; `wait`: seconds, after a wrong one."""

    of_staff: ClassVar[bool] = True
    code: Private[str] = EMPTY
    checking: bool = False
    wait: int | None = None

    def compose(self, visit: Visit) -> Screen:
        """Say that this is for staff, and what is wrong."""
        missing = CODE_DIGITS - len(self.code.reveal())
        why = msg("staff.code.missing", count=missing) if missing else None
        why = msg("staff.code.checking") if self.checking else why
        # To a pad a code is as secret as a PIN.
        pad = PinPad("staff-code", msg("staff.code.label"), Secret.PIN, CODE_DIGITS, self.code)
        return Screen(
            "staff-code",
            msg("staff.code.title"),
            staff_look(visit),
            (*self._wrong(), pad),
            Action("back", msg("staff.close"), WentBack(), icon="arrow-left"),
            Action("forward", msg("staff.code.enter"), WentOn(), ActionStyle.PRIMARY, "key", why_disabled=why),
            lead=msg("staff.code.lead"),
        )

    def _wrong(self) -> tuple[Part, ...]:
        if self.wait is None:
            return ()
        text = msg("staff.code.wait", count=self.wait) if self.wait else msg("staff.code.again")
        return (Notice("wrong", Level.WARNING, msg("staff.code.wrong"), text),)

    def step(self, visit: Visit, event: Event) -> Step:
        """Take digits, have them looked at, and open the staff's page."""
        match event:
            case Typed("staff-code", value) if not self.checking:
                digits = "".join(sign for sign in value.reveal() if sign in "0123456789")[:CODE_DIGITS]
                return visit.turned_to(replace(self, code=Private(digits))), ()
            case WentOn() if not self.checking and len(self.code.reveal()) == CODE_DIGITS:
                return visit.turned_to(StaffCodePage(checking=True)), (CheckStaffCode(self.code),)
            case StaffCodeAccepted() if self.checking:
                return visit.turned_to(StaffPage()), (Note(StaffDeed.OPENED),)
            case StaffCodeRefused(wait) if self.checking:
                return visit.turned_to(StaffCodePage(wait=wait)), (Note(StaffDeed.REFUSED),)
        return visit, ()


@dataclass(frozen=True, slots=True)
class StaffPage:
    """What staff can do here. `staff` is the card's name; empty where the code was entered."""

    of_staff: ClassVar[bool] = True
    staff: str = ""
    state: PrintState | None = None

    def compose(self, visit: Visit) -> Screen:
        """Offer it."""
        out = visit.devices.out_of_service
        who = msg("staff.who", name=self.staff) if self.staff else msg("staff.who-code")
        return Screen(
            "staff",
            msg("staff.title"),
            staff_look(visit),
            (
                *(self.state.parts(visit) if self.state else ()),
                *(() if out else self._of_visit(visit)),
                Heading("terminal", msg("staff.terminal")),
                Cards("of-terminal", self._of_terminal(out=out), CardStyle.ROW),
                Paragraph("noted", msg("staff.noted"), muted=True, icon="info"),
            ),
            Action("back", msg("staff.close"), WentBack(), icon="arrow-left"),
            lead=who,
        )

    def _of_visit(self, visit: Visit) -> tuple[Part, ...]:
        cards = (
            _card("help", WentOn("help"), "person"),
            _card("reprint", WentOn("reprint"), "printer", why=_no_reprint(visit)),
            _card("end", EndConfirmed(), "exit"),
        )
        return Heading("visit", msg("staff.visit")), Cards("of-visit", cards, CardStyle.ROW)

    def _of_terminal(self, *, out: bool) -> tuple[Card, ...]:
        return (
            _card("paper", Opened(StaffPaper(self.staff)), "document"),
            _card("test", Opened(StaffTest(self.staff)), "check"),
            _card("in" if out else "out", ServiceSwitched(on=out), "refresh" if out else "pause"),
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Go back to the visitor's step, or print the last receipt once more."""
        match event:
            case WentOn("help"):
                return closed(visit), (Note(StaffDeed.HELPED, self.staff),)
            case WentOn("reprint") if (receipt := last_receipt(visit)) and _no_reprint(visit) is None:
                printing = visit.turned_to(replace(self, state=PrintState()))
                return printing, (Print(receipt), Note(StaffDeed.REPRINTED, self.staff))
            case Printed() | PrintFailed() if self.state:
                return visit.turned_to(replace(self, state=self.state.after(event))), ()
        return visit, ()


@dataclass(frozen=True, slots=True)
class StaffPaper:
    """How paper is changed, and what the printer says meanwhile."""

    of_staff: ClassVar[bool] = True
    staff: str = ""

    def compose(self, visit: Visit) -> Screen:
        """Say the steps."""
        steps = tuple(
            Fact("", msg(f"staff.paper.{step}"), msg(f"staff.paper.{step}-text")) for step in ("open", "put", "close")
        )
        done = Action("forward", msg("staff.paper.done"), WentOn(), ActionStyle.PRIMARY, "check")
        parts = (Facts("steps", steps, FactStyle.STEP), _printer(visit))
        return Screen("staff-paper", msg("staff.paper"), staff_look(visit), parts, _BACK, done)

    def step(self, visit: Visit, event: Event) -> Step:
        """Have it written down when it is done."""
        if not isinstance(event, WentOn):
            return visit, ()
        return visit.back(), (Note(StaffDeed.CHANGED_PAPER, self.staff),)


@dataclass(frozen=True, slots=True)
class StaffTest:
    """How each device is, what that means for the services, and two trials."""

    of_staff: ClassVar[bool] = True
    staff: str = ""
    state: PrintState | None = None

    def compose(self, visit: Visit) -> Screen:
        """Show what the terminal knows now."""
        printer, voice = visit.devices.fault(Device.PRINTER), visit.devices.fault(Device.SPEECH)
        trials = (
            _card("test-print", WentOn("print"), "printer", why=printer.title if printer else None),
            _card("test-voice", WentOn("speak"), "speaker", why=voice.title if voice else None),
        )
        return Screen(
            "staff-test",
            msg("staff.test"),
            staff_look(visit),
            (
                *(self.state.parts(visit) if self.state else ()),
                Cards("trials", trials, CardStyle.ROW),
                Heading("devices-title", msg("staff.test.devices")),
                device_facts(visit),
                *service_facts(visit),
            ),
            _BACK,
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Print a slip, say a sentence."""
        tested = Note(StaffDeed.TESTED, self.staff)
        match event:
            case WentOn("print"):
                slip = trial_slip(staff_look(visit).language)
                return visit.turned_to(replace(self, state=PrintState())), (Print(slip), tested)
            case WentOn("speak"):
                return visit, (SpeakPart("title"), tested)
            case Printed() | PrintFailed() if self.state:
                return visit.turned_to(replace(self, state=self.state.after(event))), ()
        return visit, ()


def staff_look(visit: Visit) -> Look:
    """Return the visitor's look, in a language that the staff reads."""
    look = visit.look
    return look if look.language in (GERMAN, ENGLISH) else replace(look, language=GERMAN)


def last_receipt(visit: Visit) -> Receipt | None:
    """Return the last slip of this visit."""
    slips = (page.compose(visit).slip for page in reversed(visit.path) if not is_of_staff(page))
    return next((slip for slip in slips if slip is not None), None)


def _no_reprint(visit: Visit) -> Text | None:
    if last_receipt(visit) is None:
        return msg("staff.reprint.none")
    fault = visit.devices.fault(Device.PRINTER)
    return fault.title if fault else None


def _card(name: str, event: Event, icon: str, why: Text | None = None) -> Card:
    return Card(f"staff-{name}", msg(f"staff.do.{name}"), event, icon, msg(f"staff.do.{name}-text"), why_disabled=why)


def _printer(visit: Visit) -> Part:
    fault = visit.devices.fault(Device.PRINTER)
    if fault is None:
        return Notice("printer", Level.SUCCESS, msg("staff.printer.ready"))
    return Notice("printer", Level.WARNING, fault.title)
