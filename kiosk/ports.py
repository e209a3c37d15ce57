"""What the core needs from the world. Devices and online services implement these protocols."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from kiosk.effects import Application, Call
from kiosk.events import Event
from kiosk.faults import Fault
from kiosk.identity import Attribute
from kiosk.place import Service
from kiosk.privacy import Private
from kiosk.screen import Secret
from kiosk.text import Language

if TYPE_CHECKING:
    from kiosk.forms.schema import Form
    from kiosk.receipt import Receipt

Tell: TypeAlias = Callable[[Event], None]
"""Posts an event. Called on the loop's thread; never blocks; a late event of an old visit is dropped."""


class Watched(Protocol):
    """A device that says by itself how it is."""

    async def watch(self, tell: Tell) -> None:
        """Tell `DeviceChanged` now and at each change (and card events), until cancelled."""


class ReceiptPrinter(Watched, Protocol):
    """A printer of receipts."""

    async def print(self, receipt: Receipt) -> Fault | None:
        """Print and return None once it is proven that the paper came out, else the fault."""


class Eid(Watched, Protocol):
    """An eID client."""

    async def identify(self, attributes: frozenset[Attribute], tell: Tell) -> None:
        """Run one authentication: tell each `Eid…` event; return after `EidRead` or `EidFailed`.

        Cancelling the task ends the workflow at the card too.
        """

    def accept(self) -> None:
        """The visitor agreed to what `EidAsksConsent` said."""

    def enter(self, secret: Secret, digits: Private[str]) -> None:
        """Answer `EidAsksSecret`. Ignored if it is not what is being asked for."""

    def cancel(self) -> None:
        """End the workflow: `identify` tells `EidFailed` with `eid.cancelled`."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words to be spoken for one part of a screen. `private`: only by a headset."""

    part: str
    words: Private[str]
    language: Language
    private: bool = False


class Speaker(Watched, Protocol):
    """A voice."""

    async def speak(self, utterances: Sequence[Utterance], tell: Tell) -> None:
        """Speak all, telling `PartSpoken` as each begins and `SpeechEnded` at the end.

        Cancelling the task is silence too.
        """

    def stop(self) -> None:
        """Silence, at once."""


class SubmissionService(Watched, Protocol):
    """Where applications are handed in."""

    async def hand_in(self, application: Application, tell: Tell) -> None:
        """Tell `HandedIn`, `KeptForLater` (which may be followed by `HandedIn`) or `HandInFailed`."""


class HelpDesk(Watched, Protocol):
    """The counter."""

    async def call(self, call: Call, tell: Tell) -> None:
        """Place or change the one call of this terminal and tell how it goes, until done or cancelled."""

    async def cancel(self) -> None:
        """Take the call back."""


class FormLibrary(Protocol):
    """Reads the forms of services."""

    async def open(self, service: Service) -> Form | Fault:
        """Return the service's form."""


@dataclass(frozen=True, slots=True)
class Ports:
    """All that a terminal has; None where it has none."""

    forms: FormLibrary
    printer: ReceiptPrinter | None = None
    eid: Eid | None = None
    speaker: Speaker | None = None
    submissions: SubmissionService | None = None
    desk: HelpDesk | None = None
