"""The parts of a screen, in reading order: what it tells, asks and offers.

Plain data like the `Screen` that they make up. `id` is unique on a screen and stable. Visitor data is `Private`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from kiosk.captions import Caption
from kiosk.privacy import EMPTY, Private
from kiosk.text import Text

if TYPE_CHECKING:
    from kiosk.events import Event


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of second rank."""

    id: str
    text: Text
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `muted` for secondary remarks."""

    id: str
    text: Text
    muted: bool = False
    icon: str = ""


class Level(StrEnum):
    """What a notice is: shown by colour and icon and words."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Notice:
    """A framed remark. `tries` draws that many of three circles as left (PIN tries)."""

    id: str
    level: Level
    title: Text
    text: Text | None = None
    tries: int | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of `Facts`: an icon, a label, a value; or a title and its explanation."""

    icon: str
    label: Text
    value: Text


class FactStyle(StrEnum):
    """`KEY`: small label above a bold value, two columns. `ITEM`: bold label, explanation under it."""

    KEY = "key"
    ITEM = "item"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Facts:
    """Costs, duration, what is needed; what happens next; numbered steps (`STEP`)."""

    id: str
    facts: tuple[Fact, ...]
    style: FactStyle = FactStyle.KEY


class CardStyle(StrEnum):
    """`TILE`: icon tile, title, examples (two columns). `ROW`: one line with an arrow."""

    TILE = "tile"
    ROW = "row"
    BUTTON = "button"
    """A plain labelled button (languages, easier ways in): three columns."""


@dataclass(frozen=True, slots=True)
class Card:
    """One thing to touch in the content. `warned`: `text` says what does not work of it now.

    `chosen` is None for what leads somewhere; what switches something on says whether it is.
    """

    id: str
    title: Text
    event: Event
    icon: str = ""
    text: Text | None = None
    chosen: bool | None = None
    why_disabled: Text | None = None
    warned: bool = False


@dataclass(frozen=True, slots=True)
class Cards:
    """A grid of cards."""

    id: str
    cards: tuple[Card, ...]
    style: CardStyle = CardStyle.TILE


class Input(StrEnum):
    """What is typed into a field: which keyboard opens."""

    TEXT = "text"
    NUMBER = "number"
    DECIMAL = "decimal"
    DATE = "date"
    EMAIL = "email"
    PHONE = "phone"
    SEARCH = "search"
    MULTILINE = "multiline"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an answer, and how to put it right."""

    text: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class Field:
    """A box to type into. The UI answers each change with `Typed(id, value)`.

    `verified` is a remark shown with a tick beside the box (a town found for a postcode).
    `width` is the usual length of an answer in characters; 0 takes the full width.
    """

    id: str
    label: Text
    value: Private[str] = EMPTY
    hint: Text | None = None
    input: Input = Input.TEXT
    problem: Problem | None = None
    optional: bool = False
    verified: Text | None = None
    width: int = 0
    max_length: int | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a `Choice`."""

    id: str
    label: Text
    text: Text | None = None
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Options to choose from, one or (`several`) any number. The UI emits `Chosen(id, option)`.

    With `several` each touch toggles. The visitor's choice is visitor data.
    """

    id: str
    label: Text
    options: tuple[Option, ...]
    chosen: Private[frozenset[str]]
    several: bool = False
    hint: Text | None = None
    problem: Problem | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer on the review screen, with the way to change it."""

    id: str
    label: Text
    value: Text
    change: Event | None = None
    source: Text | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """A group of answers under a heading."""

    id: str
    title: Text
    answers: tuple[Answer, ...]
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """A check box with its own words, and a button to read more. The UI emits `Chosen(id, "yes")`."""

    id: str
    title: Text
    text: Text
    given: bool
    more: Action | None = None


class Secret(StrEnum):
    """What a PIN pad asks for."""

    PIN = "pin"
    TRANSPORT_PIN = "transport-pin"
    NEW_PIN = "new-pin"
    CAN = "can"
    PUK = "puk"


@dataclass(frozen=True, slots=True)
class PinPad:
    """Digits behind dots. The UI emits `Typed(id, digits)`; digits are never spoken.

    `remarks` stand beside the pad (cover the keys, …), `action` below them.
    """

    id: str
    label: Text
    secret: Secret
    length: int
    value: Private[str] = EMPTY
    remarks: tuple[Text, ...] = ()
    action: Action | None = None


class Drawing(StrEnum):
    """Drawings that the UI can make."""

    SKYLINE = "skyline"
    INSERT_CARD = "insert-card"
    REMOVE_CARD = "remove-card"
    PRINTER = "printer"
    PRINTER_EMPTY = "printer-empty"
    COVERED = "covered"
    APPLYING = "applying"
    ASKING = "asking"
    CHECKING = "checking"
    SENDING = "sending"
    ANSWERING = "answering"


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing, with words for those who do not see it. `title`, `text` stand beside it."""

    id: str
    drawing: Drawing
    words: Text
    title: Text | None = None
    text: Text | None = None
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A number to copy (large, in groups) and the same in a QR code, if `code` is given."""

    id: str
    label: Text
    number: Private[str]
    code: Private[str] | None = None
    hint: Text | None = None


@dataclass(frozen=True, slots=True)
class Busy:
    """Something takes a while; never without a way on."""

    id: str
    text: Text
    detail: Text | None = None
    icon: str = "hourglass"
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who is coming to help (on the help yellow)."""

    id: str
    name: Text
    text: Text
    aside: Text | None = None
    number: Text | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A remark with one button at its side ("Lieber persönlich?" … "Nummer ziehen")."""

    id: str
    icon: str
    title: Text
    text: Text | None
    action: Action


@dataclass(frozen=True, slots=True)
class Countdown:
    """A ring that empties: `left` of `total` seconds."""

    id: str
    left: int
    total: int
    unit: Text


@dataclass(frozen=True, slots=True)
class Video:
    """A film with captions below it, drawn by us; paused until the visitor plays it.

    `play`, `pause` (in its place while it plays) and `again` are its buttons; what they do is the player's.
    """

    id: str
    title: Text
    file: Path
    captions: tuple[Caption, ...]
    play: Action
    pause: Action
    again: Action


Part: TypeAlias = (
    Heading
    | Paragraph
    | Notice
    | Facts
    | Cards
    | Field
    | Choice
    | Answers
    | Consent
    | PinPad
    | Picture
    | Number
    | Busy
    | Person
    | Offer
    | Countdown
    | Video
)


class ActionStyle(StrEnum):
    """One filled (`PRIMARY`) button a screen at most."""

    PRIMARY = "primary"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Action:
    """A button. Pressing it posts `event`. `why_disabled` are the words shown while it cannot be."""

    id: str
    label: Text
    event: Event
    style: ActionStyle = ActionStyle.PLAIN
    icon: str = ""
    icon_after: bool = False
    why_disabled: Text | None = None
