"""Everything that can happen to a visit: plain data, posted to `Terminal.post`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.faults import Fault
from kiosk.identity import Attribute, Identity
from kiosk.privacy import Private
from kiosk.screen import Secret
from kiosk.text import Language, Verbatim

if TYPE_CHECKING:
    from kiosk.forms.schema import Form
    from kiosk.visit import Page


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""


# What the visitor does. Each restarts the idle timer and stops the reading.


@dataclass(frozen=True, slots=True)
class VisitorEvent(Event):
    """Something that the visitor did."""


@dataclass(frozen=True, slots=True)
class Touched(VisitorEvent):
    """A touch or key that hits nothing in particular."""


@dataclass(frozen=True, slots=True)
class Opened(VisitorEvent):
    """The visitor goes to a page."""

    page: Page


@dataclass(frozen=True, slots=True)
class WentBack(VisitorEvent):
    """One page back."""


@dataclass(frozen=True, slots=True)
class WentOn(VisitorEvent):
    """The page's own way forward; `choice` where it has several."""

    choice: str = ""


@dataclass(frozen=True, slots=True)
class WentHome(VisitorEvent):
    """To the services, keeping the visit."""


@dataclass(frozen=True, slots=True)
class Typed(VisitorEvent):
    """A field's whole new content."""

    field: str
    value: Private[str]


@dataclass(frozen=True, slots=True)
class Chosen(VisitorEvent):
    """An option touched: chosen, or toggled where several can be."""

    field: str
    option: Private[str]


@dataclass(frozen=True, slots=True)
class LanguageAsked(VisitorEvent):
    """The visitor wants to see the languages."""


@dataclass(frozen=True, slots=True)
class LanguageChosen(VisitorEvent):
    """Another language, on any screen."""

    language: Language


@dataclass(frozen=True, slots=True)
class SizeCycled(VisitorEvent):
    """The next larger text size; after the largest comes the smallest."""


@dataclass(frozen=True, slots=True)
class LargeTextChosen(VisitorEvent):
    """Text size L, from the welcome."""


@dataclass(frozen=True, slots=True)
class ContrastCycled(VisitorEvent):
    """The next contrast."""


@dataclass(frozen=True, slots=True)
class ReachToggled(VisitorEvent):
    """Parts moved low, for use while sitting; or back."""


@dataclass(frozen=True, slots=True)
class ReadingToggled(VisitorEvent):
    """Reading aloud switched on or off."""


@dataclass(frozen=True, slots=True)
class HelpAsked(VisitorEvent):
    """A person, please."""


@dataclass(frozen=True, slots=True)
class HelpReasonGiven(VisitorEvent):
    """What the help is needed for."""

    reason: str


@dataclass(frozen=True, slots=True)
class HelpCancelled(VisitorEvent):
    """No person, thank you."""


@dataclass(frozen=True, slots=True)
class HelpShown(VisitorEvent):
    """The visitor wants to see how the help stands (the bar's button while called)."""


@dataclass(frozen=True, slots=True)
class Resumed(VisitorEvent):
    """The visitor goes on: closes a dialog, comes back from hold, answers "still there"."""


@dataclass(frozen=True, slots=True)
class MoreTimeTaken(VisitorEvent):
    """The visitor asks for much more time."""


@dataclass(frozen=True, slots=True)
class EndAsked(VisitorEvent):
    """The visitor touches "Beenden"."""


@dataclass(frozen=True, slots=True)
class EndConfirmed(VisitorEvent):
    """The visitor confirms the end."""


# What the world does.


class Timer(StrEnum):
    """Timers that `step` sets and clears; one of each at a time."""

    IDLE = "idle"
    COUNTDOWN = "countdown"
    COVER = "cover"
    GOODBYE = "goodbye"


@dataclass(frozen=True, slots=True)
class TimerFired(Event):
    """A timer ran out."""

    timer: Timer


class Device(StrEnum):
    """Parts of the terminal, and of what stands behind the network, that can fail by themselves."""

    PRINTER = "printer"
    EID = "eid"
    SPEECH = "speech"
    SUBMISSION = "submission"
    COUNTER = "counter"


@dataclass(frozen=True, slots=True)
class DeviceChanged(Event):
    """A device works (`fault` is None) or does not."""

    device: Device
    fault: Fault | None


@dataclass(frozen=True, slots=True)
class CardInserted(Event):
    """A card lies in the reader."""


@dataclass(frozen=True, slots=True)
class CardRemoved(Event):
    """The reader is empty again."""


@dataclass(frozen=True, slots=True)
class FormOpened(Event):
    """A service's form was read."""

    form: Form


@dataclass(frozen=True, slots=True)
class FormFailed(Event):
    """A service's form could not be read."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class EidAsksConsent(Event):
    """Who wants to read what from the card (certificate and access rights)."""

    attributes: tuple[Attribute, ...]
    recipient: str
    purpose: Verbatim


@dataclass(frozen=True, slots=True)
class EidWaitsForCard(Event):
    """The card is to be put in."""


@dataclass(frozen=True, slots=True)
class EidAsksSecret(Event):
    """PIN, CAN or PUK is to be entered; `tries` left for the PIN, if known; `wrong` after a wrong one.

    `on_reader`: it is typed at a reader with keys of its own, not at the screen.
    """

    secret: Secret
    tries: int | None
    wrong: bool
    on_reader: bool = False


@dataclass(frozen=True, slots=True)
class EidWorks(Event):
    """The card is being read."""


@dataclass(frozen=True, slots=True)
class EidRead(Event):
    """The card was read."""

    identity: Private[Identity]


@dataclass(frozen=True, slots=True)
class EidFailed(Event):
    """The card was not read."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class HandedIn(Event):
    """The server has the application. `submission_id` is FIT-Connect's."""

    submission_id: Private[str]


@dataclass(frozen=True, slots=True)
class KeptForLater(Event):
    """The application lies encrypted in the outbox, the server does not have it yet."""

    reference: Private[str]
    fault: Fault


@dataclass(frozen=True, slots=True)
class HandInFailed(Event):
    """The application could not be handed in, and is not kept."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class Printed(Event):
    """The receipt came out (completion proven)."""


@dataclass(frozen=True, slots=True)
class PrintFailed(Event):
    """The receipt did not come out, or nobody knows."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class PartSpoken(Event):
    """A part of the screen is being read now."""

    part: str


@dataclass(frozen=True, slots=True)
class SpeechEnded(Event):
    """The reading came to its end."""


@dataclass(frozen=True, slots=True)
class HelpQueued(Event):
    """The counter has the call."""


@dataclass(frozen=True, slots=True)
class HelpTaken(Event):
    """A person takes the call: who, from where, in about how many minutes."""

    name: str
    counter: str
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class HelpDone(Event):
    """The counter closed the call."""


@dataclass(frozen=True, slots=True)
class HelpFailed(Event):
    """The call did not reach the counter; it is kept and repeated."""

    fault: Fault
