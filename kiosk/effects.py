"""What a step wants done in the world: plain data, performed by `kiosk.terminal` alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from kiosk.events import Timer
from kiosk.identity import Attribute
from kiosk.place import Destination, Service
from kiosk.privacy import Private
from kiosk.screen import Secret
from kiosk.text import Text

if TYPE_CHECKING:
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
    """Read the screen as it is after this step, from its beginning."""


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
class AcceptEid:
    """The visitor agrees to the reading."""


@dataclass(frozen=True, slots=True)
class EnterSecret:
    """What was typed into the PIN pad."""

    secret: Secret
    digits: Private[str]


@dataclass(frozen=True, slots=True)
class CancelEid:
    """Stop the authentication."""


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
class Call:
    """What the counter gets to know: never an answer, never a name."""

    service: Text | None
    step: Text
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class CallPerson:
    """Call a person, or tell more about a call → `HelpQueued`, `HelpTaken`, `HelpDone`, `HelpFailed`."""

    call: Call


@dataclass(frozen=True, slots=True)
class CancelCall:
    """The person is not needed any more."""


@dataclass(frozen=True, slots=True)
class ForgetVisit:
    """The visit is over: stop what runs for it, drop its results."""


Effect: TypeAlias = (
    SetTimer
    | ClearTimer
    | Speak
    | StopSpeaking
    | OpenForm
    | StartEid
    | AcceptEid
    | EnterSecret
    | CancelEid
    | HandIn
    | Print
    | CallPerson
    | CancelCall
    | ForgetVisit
)
Effects: TypeAlias = tuple[Effect, ...]
