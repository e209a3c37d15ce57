"""The state of one visit, and the protocol of its pages. All of it is plain, frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeAlias

from kiosk.cards import CardKind
from kiosk.device_events import Device
from kiosk.effects import Effects, Print, TerminalUse
from kiosk.events import Event
from kiosk.faults import Fault, FaultCode
from kiosk.look import Look
from kiosk.place import Place
from kiosk.privacy import Private
from kiosk.screen import HelpState, Screen
from kiosk.text import Text
from kiosk.voice import Voice

if TYPE_CHECKING:
    from kiosk.forms.application import FormApplication


class Page(Protocol):
    """One place in a visit where the visitor stands: a frozen dataclass.

    `compose` describes its screen; `step` says what an event changes. Both are pure.
    An event that a page does not know leaves everything as it is.
    """

    def compose(self, visit: Visit) -> Screen:
        """Return the screen. The bar, the help state and dialogs are added by `kiosk.step.compose`."""

    def step(self, visit: Visit, event: Event) -> Step:
        """Return the visit after `event` (the very same if it is nothing to this page), and what is to be done."""


Step: TypeAlias = "tuple[Visit, Effects]"


@dataclass(frozen=True, slots=True)
class Help:
    """How the call for a person stands: `arrived` when the counter says so; `minutes` and names come from there."""

    state: HelpState = HelpState.NONE
    name: str = ""
    counter: str = ""
    minutes: int | None = None
    reason: str = ""
    arrived: bool = False
    fault: Fault | None = None
    place: int | None = None
    """Where the call stands among those that wait, from 1."""
    usual: int | None = None
    """How many minutes calls usually wait."""
    on_the_way: bool = True
    """False while the person helps from the counter."""


@dataclass(frozen=True, slots=True)
class Coview:
    """Somebody at the counter wants to see the screen too, or does (`agreed`).

    `pointed` is the part that they point at, `line` what they said last.
    """

    session: str
    name: str
    counter: str
    agreed: bool = False
    pointed: str = ""
    line: Text | None = None


class Question(StrEnum):
    """A dialog that is open over the page."""

    LANGUAGE = "language"
    LOOK = "look"
    END = "end"
    STILL_THERE = "still-there"
    CARD_REMOVED = "card-removed"
    CODE_NOT_NEEDED = "code-not-needed"
    VOICE = "voice"


_NO_CARD_SEEN = (FaultCode.READER_SERVICE_DOWN, FaultCode.READER_NONE)


@dataclass(frozen=True, slots=True)
class Devices:
    """What does not work now, by device, and whether a card is in the reader. A device that is not named works.

    It outlasts visits, as does that the counter is open at this hour, and that staff took the terminal out of service,
    or IT, whose `notice` says why.
    """

    faults: tuple[tuple[Device, Fault], ...] = ()
    card_inserted: bool = False
    card_kind: CardKind = CardKind.UNKNOWN
    counter_open: bool = True
    out_of_service: bool = False
    headset_waits: bool = False
    """Whether a headset was there before anybody came: the first visit is read to."""
    notice: Text | None = None

    def fault(self, device: Device) -> Fault | None:
        """Return why a device cannot be used, or None. What the card readers lack, the eID lacks."""
        faults = dict(self.faults)
        own, reader = faults.get(device), faults.get(Device.READER)
        unsaid = own is None or own.code is FaultCode.EID_NO_READER
        return reader if device is Device.EID and unsaid and reader and reader.code in _NO_CARD_SEEN else own

    def changed(self, device: Device, fault: Fault | None) -> Devices:
        """Return the devices with one of them changed."""
        others = {key: value for key, value in self.faults if key is not device}
        if fault is not None:
            others[device] = fault
        return replace(self, faults=tuple(sorted(others.items())))


ABSENT = {
    Device.PRINTER: FaultCode.PRINTER_ABSENT,
    Device.DOCUMENTS: FaultCode.DOCUMENTS_ABSENT,
    Device.EID: FaultCode.EID_ABSENT,
    Device.READER: FaultCode.READER_ABSENT,
    Device.SPEECH: FaultCode.SPEECH_ABSENT,
    Device.SUBMISSION: FaultCode.SUBMISSION_ABSENT,
    Device.COUNTER: FaultCode.HELP_ABSENT,
    Device.SCANNER: FaultCode.SCANNER_ABSENT,
    Device.PRESENCE: FaultCode.PRESENCE_ABSENT,
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit from the first touch to the end. The last page of `path` is where the visitor stands."""

    place: Place
    path: tuple[Page, ...]
    look: Look = field(default_factory=Look)
    begun: bool = False
    reading: bool = False
    spoken: str = ""
    word: tuple[int, int] | None = None
    heard: str = ""
    """The part that the visitor was at last, by ear: what is spelled, or said again after a silence."""
    prompted: bool = False
    """Whether it was said again, and nothing was done since."""
    unprinted: tuple[Print, ...] = ()
    """Slips that are read before they are printed."""
    voice: Voice = Voice()
    question: Question | None = None
    countdown: int = 0
    patience: int = 1
    help: Help = field(default_factory=Help)
    coview: Coview | None = None
    devices: Devices = field(default_factory=Devices)
    application: FormApplication | None = None
    told: Private[Mapping[str, str]] | None = None
    """What was told about the visitor in forms that were left, by meaning."""

    @property
    def page(self) -> Page:
        """Where the visitor stands."""
        return self.path[-1]

    def works(self, device: Device) -> bool:
        """Whether a device can be used now."""
        return self.devices.fault(device) is None

    @property
    def card_inserted(self) -> bool:
        """Whether a card lies in the reader."""
        return self.devices.card_inserted

    def has(self, device: Device) -> bool:
        """Whether there is such a device at all, working now or not."""
        fault = self.devices.fault(device)
        return fault is None or fault.code is not ABSENT[device]

    def at(self, page: Page) -> Visit:
        """Return the visit one page further."""
        return replace(self, path=(*self.path, page))

    def turned_to(self, page: Page) -> Visit:
        """Return the visit with its last page replaced."""
        return replace(self, path=(*self.path[:-1], page))

    def back(self) -> Visit:
        """Return the visit one page back; the first page stays."""
        return replace(self, path=self.path[:-1]) if len(self.path) > 1 else self

    def with_application(self, application: FormApplication | None) -> Visit:
        """Return the visit with another state of its form."""
        return replace(self, application=application)


def use_of(visit: Visit) -> TerminalUse:
    """Return what the counter is told about whether somebody is here."""
    if visit.help.state is not HelpState.NONE:
        return TerminalUse.ON_HOLD
    if visit.devices.out_of_service:
        return TerminalUse.OUT_OF_ORDER
    return TerminalUse.IN_USE if visit.begun else TerminalUse.FREE
