"""Everything that can happen to a visit: plain data, posted to `Terminal.post`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.cards import CardKind
from kiosk.faults import Fault
from kiosk.identity import Attribute, Identity
from kiosk.orders import Order
from kiosk.privacy import EMPTY, Private
from kiosk.screen import Contrast, Secret
from kiosk.text import Language, Text, Verbatim

if TYPE_CHECKING:
    from kiosk.forms.schema import Form
    from kiosk.visit import Page


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""


# What the visitor does. Each restarts the idle timer and stops the reading.


@dataclass(frozen=True, slots=True)
class Heartbeat(Event):
    """Changes nothing: that it comes back out of the core shows that the core takes events."""


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
class LookAsked(VisitorEvent):
    """How the screen looks and is touched is to be chosen."""


@dataclass(frozen=True, slots=True)
class ContrastChosen(VisitorEvent):
    """Another contrast, on any screen."""

    contrast: Contrast


@dataclass(frozen=True, slots=True)
class SteadyToggled(VisitorEvent):
    """Touches of a hand that trembles: a second one counts later; or as usual again."""


@dataclass(frozen=True, slots=True)
class ReachToggled(VisitorEvent):
    """Parts moved low, for use while sitting; or back."""


@dataclass(frozen=True, slots=True)
class HandSwapped(VisitorEvent):
    """Operated with the other hand."""


@dataclass(frozen=True, slots=True)
class ReadingToggled(VisitorEvent):
    """Reading aloud switched on or off."""


@dataclass(frozen=True, slots=True)
class VoiceAsked(VisitorEvent):
    """The visitor wants to see how fast and how loud is read."""


@dataclass(frozen=True, slots=True)
class FasterAsked(VisitorEvent):
    """Read faster by one step."""


@dataclass(frozen=True, slots=True)
class SlowerAsked(VisitorEvent):
    """Read slower by one step."""


@dataclass(frozen=True, slots=True)
class LouderAsked(VisitorEvent):
    """Read louder by one step."""


@dataclass(frozen=True, slots=True)
class QuieterAsked(VisitorEvent):
    """Read quieter by one step."""


@dataclass(frozen=True, slots=True)
class RepeatAsked(VisitorEvent):
    """Read this part again; the screen, if its reading is over. Switches reading on."""


@dataclass(frozen=True, slots=True)
class WhereAsked(VisitorEvent):
    """Where am I, and what can be done here? Switches reading on."""


@dataclass(frozen=True, slots=True)
class OpenlyToggled(VisitorEvent):
    """What I told may be read aloud without a headset too; or not any more."""


@dataclass(frozen=True, slots=True)
class SpellAsked(VisitorEvent):
    """Letter by letter, what I was at last. Switches reading on."""


@dataclass(frozen=True, slots=True)
class SlipAsked(VisitorEvent):
    """What stands on the paper? Said whether reading is on or not."""


@dataclass(frozen=True, slots=True)
class HeadsetPlugged(VisitorEvent):
    """A headset was plugged in: it is read to."""


@dataclass(frozen=True, slots=True)
class HeadsetFound(Event):
    """A headset was there when the terminal began to watch: whoever comes first is read to."""


@dataclass(frozen=True, slots=True)
class HeadsetPulled(VisitorEvent):
    """The headset was pulled: nothing of it may go on in the room."""


@dataclass(frozen=True, slots=True)
class Scanned(VisitorEvent):
    """A code was held before the scanner."""

    code: Private[str]


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
    AWAY = "away"
    GOODBYE = "goodbye"
    PROMPT = "prompt"
    FLASH = "flash"


@dataclass(frozen=True, slots=True)
class TimerFired(Event):
    """A timer ran out."""

    timer: Timer


class Device(StrEnum):
    """Parts of the terminal, and of what stands behind the network, that can fail by themselves."""

    PRINTER = "printer"
    DOCUMENTS = "documents"
    EID = "eid"
    READER = "reader"
    SPEECH = "speech"
    SUBMISSION = "submission"
    COUNTER = "counter"
    SCANNER = "scanner"
    PRESENCE = "presence"


@dataclass(frozen=True, slots=True)
class DeviceChanged(Event):
    """A device works (`fault` is None) or does not. `notice`: it works, but somebody should look after it soon."""

    device: Device
    fault: Fault | None
    notice: Fault | None = None


@dataclass(frozen=True, slots=True)
class CardInserted(Event):
    """A card lies in the reader.

    With `looking` it has just come and is still being looked at: it is told once more, with its `kind` and, where
    that kind is known to bear one, the `number` read from it. Neither is proof of who holds the card.
    """

    kind: CardKind = CardKind.UNKNOWN
    number: Private[str] | None = None
    looking: bool = False


@dataclass(frozen=True, slots=True)
class CardRemoved(Event):
    """The reader is empty again; of several, the last one that was not."""


@dataclass(frozen=True, slots=True)
class StaffCardShown(Event):
    """A card of the staff has proven itself with its key; `staff` is the name in its certificate."""

    staff: str


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
class EidPinChanged(Event):
    """The card surely has its new PIN."""


@dataclass(frozen=True, slots=True)
class EidCardSeen(Event):
    """How an ID card is, looked at without any number.

    `activated`: its online function is switched on. `usable`: the chip has not given up for good. `tries`: how many are
    left for the PIN, where the card says so: 3 all, 1 the CAN is needed first, 0 the PUK.
    """

    activated: bool
    usable: bool
    tries: int | None


@dataclass(frozen=True, slots=True)
class EidFailed(Event):
    """The card was not read, its PIN not changed, or it could not be looked at."""

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
class DocumentPrinted(Event):
    """The pages came out (the printer says so)."""


@dataclass(frozen=True, slots=True)
class DocumentFailed(Event):
    """The pages did not come out, or nobody knows."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class PresenceSensed(Event):
    """Somebody stands before the terminal, or nobody does, as far as a sensor can tell: no sign of life."""

    present: bool


@dataclass(frozen=True, slots=True)
class Focused(Event):
    """Keypad or switches came to something: to `part` of the screen, or to an element that is no part of its own.

    Such an element is said by its `words`, and by `aside` in a headset only: whether it is chosen, or which key of the
    keyboard it is. It is no sign of life: automatic scanning moves by itself.
    """

    part: str
    words: Private[str] = EMPTY
    aside: Private[str] = EMPTY


@dataclass(frozen=True, slots=True)
class PartSpoken(Event):
    """A part of the screen is being read now."""

    part: str


@dataclass(frozen=True, slots=True)
class WordSpoken(Event):
    """A word of the part is heard now: characters `start` to `end` of `kiosk.speech.words_of(part)`."""

    part: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SpeechEnded(Event):
    """The reading came to its end."""


@dataclass(frozen=True, slots=True)
class HelpQueued(Event):
    """The counter has the call: it is the `place`-th that waits there, and calls usually wait `minutes`.

    None where the counter does not say.
    """

    place: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class HelpTaken(Event):
    """A person takes the call: who, from where, in about how many minutes.

    `on_the_way` is False while they help from the counter.
    """

    name: str
    counter: str
    minutes: int | None = None
    on_the_way: bool = True


@dataclass(frozen=True, slots=True)
class HelpDone(Event):
    """The counter closed the call."""


@dataclass(frozen=True, slots=True)
class CounterHours(Event):
    """The counter's opening hours began, or are over."""

    open: bool


@dataclass(frozen=True, slots=True)
class CoviewAsked(Event):
    """A member of staff asks to see the screen too. `session` tells this co-view from others."""

    session: str
    name: str
    counter: str


@dataclass(frozen=True, slots=True)
class CoviewAgreed(VisitorEvent):
    """The visitor lets them see the screen, without any answer."""


@dataclass(frozen=True, slots=True)
class CoviewStopped(VisitorEvent):
    """The visitor does not want it, or not any more."""


@dataclass(frozen=True, slots=True)
class CoviewEnded(Event):
    """The counter does not look on any more, or cannot."""

    session: str


@dataclass(frozen=True, slots=True)
class CoviewPointed(Event):
    """Who looks on points at a part of the screen."""

    session: str
    part: str


@dataclass(frozen=True, slots=True)
class CoviewLine(Event):
    """Who looks on says something: a prepared sentence (a message), or words of their own."""

    session: str
    line: Text


@dataclass(frozen=True, slots=True)
class Ordered(Event):
    """IT wants something done (`kiosk.orders`); `number` is the command's, 0 for what holds since before a restart."""

    number: int
    order: Order


@dataclass(frozen=True, slots=True)
class StaffAsked(VisitorEvent):
    """The hidden gesture: somebody of the staff wants to enter their code."""


@dataclass(frozen=True, slots=True)
class ServiceSwitched(VisitorEvent):
    """Somebody of the staff takes the terminal out of service, or (`on`) back into it; from their page only."""

    on: bool


@dataclass(frozen=True, slots=True)
class StaffCodeAccepted(Event):
    """The code was right."""


@dataclass(frozen=True, slots=True)
class StaffCodeRefused(Event):
    """The code was wrong, or comes too soon after wrong ones; the next one is looked at in `wait` seconds."""

    wait: int


@dataclass(frozen=True, slots=True)
class HelpFailed(Event):
    """The call did not reach the counter; it is kept and repeated."""

    fault: Fault
