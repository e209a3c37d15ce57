"""What the terminal's devices tell: plain data, posted to `Terminal.post` like all of `kiosk.events`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.cards import CardKind
from kiosk.events import Event, VisitorEvent
from kiosk.faults import Fault
from kiosk.identity import Attribute, Identity
from kiosk.parts import Secret
from kiosk.privacy import EMPTY, Private
from kiosk.text import Verbatim


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
