"""What the core needs from the world. Devices and online services implement these protocols."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from kiosk.effects import Application, Call, Note, Obey, Refuse, TerminalUse
from kiosk.events import Event
from kiosk.faults import Fault
from kiosk.identity import Attribute
from kiosk.parts import Secret
from kiosk.place import Service
from kiosk.privacy import Private
from kiosk.text import Language
from kiosk.voice import Voice

if TYPE_CHECKING:
    from kiosk.coview import View
    from kiosk.documents import Document
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


class CardReader(Watched, Protocol):
    """Readers of chip cards: `watch` tells `CardInserted`, `CardRemoved` and `StaffCardShown` too."""


class DocumentPrinter(Watched, Protocol):
    """A printer of A4 pages."""

    async def print(self, document: Private[bytes], media_type: str, title: str) -> Fault | None:
        """Print a file and return None once the printer says that it came out, else the fault.

        `title` stands in the printer's own list of jobs, where others may read it: never visitor data.
        """


Typeset: TypeAlias = "Callable[[Document], Awaitable[Private[bytes]]]"
"""Sets a document as pages: a PDF, in memory only."""


class Eid(Watched, Protocol):
    """An eID client."""

    async def identify(self, attributes: frozenset[Attribute], tell: Tell) -> None:
        """Run one authentication: tell each `Eid…` event; return after `EidRead` or `EidFailed`.

        Cancelling the task ends the workflow at the card too.
        """

    async def change_pin(self, transport: bool, tell: Tell) -> None:
        """Run one PIN change: tell the prompts; return after `EidPinChanged` or `EidFailed`.

        With `transport` the five digits of the letter are replaced. A blocked PIN is freed on the way: then the PUK
        is asked for, and after it the PIN. Cancelling the task ends the workflow at the card too.
        """

    async def look(self, tell: Tell) -> None:
        """Look at a card, without any number: tell `EidWaitsForCard` unless one lies there already.

        Returns after `EidCardSeen` or `EidFailed`.
        """

    def accept(self) -> None:
        """The visitor agreed to what `EidAsksConsent` said."""

    def enter(self, secret: Secret, digits: Private[str]) -> None:
        """Answer `EidAsksSecret`. Ignored if it is not what is being asked for."""

    def cancel(self) -> None:
        """End what runs: `identify`, `change_pin` and `look` tell `EidFailed` with `eid.cancelled`."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words to be spoken for one part of a screen. `private`: only by a headset; `room`: only where there is none."""

    part: str
    words: Private[str]
    language: Language
    private: bool = False
    room: bool = False
    voice: Voice = Voice()


class Speaker(Watched, Protocol):
    """A voice."""

    async def speak(self, utterances: Sequence[Utterance], tell: Tell) -> None:
        """Speak all, telling `PartSpoken` as each begins, `WordSpoken` as words are heard, `SpeechEnded` at the end.

        Cancelling the task is silence too.
        """

    def stop(self) -> None:
        """Silence, at once."""


class SubmissionService(Watched, Protocol):
    """Where applications are handed in."""

    async def hand_in(self, application: Application, tell: Tell) -> None:
        """Tell `HandedIn`, `KeptForLater` (which may be followed by `HandedIn`) or `HandInFailed`."""


THE_TERMINAL = "terminal"
"""As what a fault of the terminal itself is reported."""
THE_PROFILE = "profile"
"""As what is reported that a new profile was taken back."""


class HelpDesk(Watched, Protocol):
    """The counter."""

    async def call(self, call: Call, tell: Tell) -> None:
        """Place or change the one call of this terminal and tell how it goes, until done or cancelled."""

    async def cancel(self) -> None:
        """Take the call back."""

    def report(self, device: str, fault: Fault | None) -> None:
        """Note how a device of this terminal, or `THE_TERMINAL` itself, is.

        The counter is told soon, and again after it was out of reach.
        """

    def used(self, use: TerminalUse) -> None:
        """Note what this terminal does; the counter is told in the same way."""

    def show(self, view: View) -> None:
        """Let the counter see this, soon and the latest only; a view without screens ends the co-view there."""

    def note(self, deed: Note) -> None:
        """Have it written into the audit log, with this moment; it is kept while the counter is out of reach."""


class OrderDesk(Protocol):
    """Passes orders from afar on: it posts `Ordered` where nobody is here, and hears what became of it."""

    def decided(self, decision: Obey | Refuse) -> None:
        """Carry out what is not on the screen, or try again when nobody is here."""


class StaffCode(Protocol):
    """Knows whether a code is the staff's."""

    async def check(self, code: Private[str]) -> int | None:
        """Return None if it is, else in how many seconds the next one is looked at (0: at once)."""


Clock: TypeAlias = Callable[[], datetime]
"""Gives the time as it is at this place."""


class Scanner(Watched, Protocol):
    """A reader of QR codes and bar codes: `watch` tells `Scanned` too. It never types into anything."""


class Presence(Watched, Protocol):
    """A sensor before the terminal: `watch` tells `PresenceSensed` too."""


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
    cards: CardReader | None = None
    documents: DocumentPrinter | None = None
    typeset: Typeset | None = None
    scanner: Scanner | None = None
    presence: Presence | None = None
    staff_code: StaffCode | None = None
    clock: Clock | None = None
    orders: OrderDesk | None = None
