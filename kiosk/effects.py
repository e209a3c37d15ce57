"""What a step wants done in the world: plain data, performed by `kiosk.terminal` alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from kiosk.device_events import Device
from kiosk.events import Timer
from kiosk.faults import Fault
from kiosk.identity import Attribute
from kiosk.orders import Order
from kiosk.parts import Secret
from kiosk.place import Destination, Service
from kiosk.privacy import EMPTY, Private
from kiosk.text import Language, Text

if TYPE_CHECKING:
    from kiosk.documents import Document
    from kiosk.receipt import Receipt


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Post `TimerFired(timer)` after `seconds`; replaces a running one."""

    timer: Timer
    seconds: float


@dataclass(frozen=True, slots=True)
class ClearTimer:
    """Forget the timer."""

    timer: Timer


@dataclass(frozen=True, slots=True)
class Speak:
    """Read the screen as it is after this step, from a part on; from its beginning if none is named or it is gone."""

    part: str = ""


@dataclass(frozen=True, slots=True)
class SpeakPart:
    """Read one part of the screen and no more; where that is none, `words`, and `aside` in a headset only."""

    part: str
    words: Private[str] = EMPTY
    aside: Private[str] = EMPTY


@dataclass(frozen=True, slots=True)
class SpeakPlace:
    """Say where the visitor is: the page, the step, the part that they are at, and what can be done here."""

    part: str = ""


@dataclass(frozen=True, slots=True)
class SpellPart:
    """Say a part of the page letter by letter: what the visitor told there, in a headset only; else its words."""

    part: str = ""


@dataclass(frozen=True, slots=True)
class Echo:
    """Say what was just typed into a part, in a headset only; to the room, and of secrets, how much there is."""

    part: str
    before: Private[str]
    after: Private[str]


@dataclass(frozen=True, slots=True)
class StopSpeaking:
    """Silence, now."""


@dataclass(frozen=True, slots=True)
class OpenForm:
    """Read a service's form → `FormOpened` or `FormFailed`."""

    service: Service


@dataclass(frozen=True, slots=True)
class StartEid:
    """Begin an eID authentication → `Eid…` events."""

    attributes: frozenset[Attribute]


@dataclass(frozen=True, slots=True)
class StartPinChange:
    """Begin to change the card's PIN, `transport` from the five digits of the letter → `EidPinChanged`, `EidFailed`."""

    transport: bool


@dataclass(frozen=True, slots=True)
class LookAtCard:
    """Look how a card is, without any number → `EidCardSeen` or `EidFailed`."""


@dataclass(frozen=True, slots=True)
class AcceptEid:
    """The visitor agrees to the reading."""


@dataclass(frozen=True, slots=True)
class EnterSecret:
    """What was typed into the PIN pad."""

    secret: Secret
    digits: Private[str]


@dataclass(frozen=True, slots=True)
class CancelEid:
    """Stop the authentication, the PIN change or the look."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an application."""

    filename: str
    media_type: str
    content: Private[bytes]
    description: str = ""


@dataclass(frozen=True, slots=True)
class Application:
    """What is handed in. `data` is the JSON content after the schema at `schema_uri`."""

    service_name: str
    destination: Destination
    schema_uri: str
    data: Private[Mapping[str, Any]]
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class HandIn:
    """Encrypt, keep and send → `HandedIn`, `KeptForLater` or `HandInFailed`."""

    application: Application


@dataclass(frozen=True, slots=True)
class Print:
    """Print a receipt → `Printed` or `PrintFailed`."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class PrintDocument:
    """Print pages of A4 → `DocumentPrinted` or `DocumentFailed`."""

    document: Document


@dataclass(frozen=True, slots=True)
class ReportDevice:
    """Tell the counter how a device is: its fault, a notice, or None when all is well."""

    device: Device
    fault: Fault | None


class TerminalUse(StrEnum):
    """What a terminal does, as the counter is told."""

    FREE = "free"
    IN_USE = "in-use"
    ON_HOLD = "on-hold"
    OUT_OF_ORDER = "out-of-order"


class HelpReason(StrEnum):
    """Why somebody calls for a person, as the counter is told."""

    UNDERSTAND = "understand"
    TECHNICAL = "technical"
    PAPERS = "papers"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Call:
    """What the counter gets to know: never an answer, never a name. `language` is the visitor's."""

    service: Text | None
    step: Text
    reason: HelpReason | None = None
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class CallPerson:
    """Call a person, or tell more about a call → `HelpQueued`, `HelpTaken`, `HelpDone`, `HelpFailed`."""

    call: Call


@dataclass(frozen=True, slots=True)
class CancelCall:
    """The person is not needed any more."""


@dataclass(frozen=True, slots=True)
class CheckStaffCode:
    """Look whether a code is the staff's → `StaffCodeAccepted` or `StaffCodeRefused`."""

    code: Private[str]


class StaffDeed(StrEnum):
    """What somebody of the staff did at a terminal, as the audit log has it."""

    OPENED = "staff-opened"
    REFUSED = "staff-refused"
    HELPED = "staff-helped"
    REPRINTED = "staff-reprinted"
    CHANGED_PAPER = "staff-changed-paper"
    TESTED = "staff-tested"
    OUT_OF_SERVICE = "staff-out-of-service"
    IN_SERVICE = "staff-in-service"
    ENDED_VISIT = "staff-ended-visit"


@dataclass(frozen=True, slots=True)
class Note:
    """Have it written into the audit log that `staff` did something; empty: who had the code."""

    deed: StaffDeed
    staff: str = ""


@dataclass(frozen=True, slots=True)
class Obey:
    """Nobody is here: carry out the rest of an order, what is on the screen being done."""

    number: int
    order: Order


@dataclass(frozen=True, slots=True)
class Refuse:
    """Somebody is here: nothing of the order was done."""

    number: int


@dataclass(frozen=True, slots=True)
class ForgetVisit:
    """The visit is over: stop what runs for it, drop its results."""


Effect: TypeAlias = (
    SetTimer
    | ClearTimer
    | Speak
    | SpeakPart
    | SpeakPlace
    | SpellPart
    | Echo
    | StopSpeaking
    | OpenForm
    | StartEid
    | StartPinChange
    | LookAtCard
    | AcceptEid
    | EnterSecret
    | CancelEid
    | HandIn
    | Print
    | PrintDocument
    | ReportDevice
    | CallPerson
    | CancelCall
    | CheckStaffCode
    | Note
    | Obey
    | Refuse
    | ForgetVisit
)
Effects: TypeAlias = tuple[Effect, ...]
