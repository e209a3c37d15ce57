"""What a place is: its name and look, its services, its times. Profiles are read into this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import NewType

from kiosk.captions import Caption
from kiosk.device_events import Device
from kiosk.identity import Attribute
from kiosk.text import ENGLISH, GERMAN, Catalogue, Language, Local, Text

ServiceId = NewType("ServiceId", str)
SituationId = NewType("SituationId", str)


class ServiceKind(StrEnum):
    """How a service is rendered at the terminal: which journey it starts."""

    FORM = "form"
    INFORMATION = "information"
    ID_CARD_HELP = "id-card-help"
    """Setting and freeing the PIN of an ID card, and looking at the card."""


class Weight(StrEnum):
    """How much a service needs a device: not without it; better with it; not at all."""

    MUST = "must"
    BETTER = "better"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a visitor needs for a service."""

    icon: str
    title: Text
    text: Text


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an application goes (FIT-Connect).

    Either `destination_id` is fixed, or it is found by routing with `ars` (12 digits).
    `leika` is the service's key, 14 digits.
    """

    leika: str
    destination_id: str = ""
    ars: str = ""


@dataclass(frozen=True, slots=True)
class FormSource:
    """A service's form: an XDatenfelder 3 file of the profile and what the profile adds to it.

    `texts` translates the form: element id (`F…`, `G…`, or `F…#code` for an option) → text.
    `prefill` names which answer (path of element ids, joined by `.`) takes which attribute of a card;
    without an entry the federal building blocks' ids are recognised. `catalogues` translates the schema's own
    words: language → German wording → words.
    """

    schema: Path
    texts: Mapping[str, Text] = field(default_factory=dict)
    hints: Mapping[str, Text] = field(default_factory=dict)
    prefill: Mapping[str, str] = field(default_factory=dict)
    catalogues: Mapping[Language, Catalogue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Service:
    """One service that the place offers."""

    id: ServiceId
    kind: ServiceKind
    situation: SituationId
    title: Text
    summary: Text
    icon: str
    costs: Text
    duration: Text
    responsible: Text
    for_whom: Text | None = None
    needs: tuple[Need, ...] = ()
    body: tuple[Text, ...] = ()
    keywords: tuple[Text, ...] = ()
    """Other words that people search for; a text may hold several, parted by commas."""
    afterwards: tuple[Need, ...] = ()
    form: FormSource | None = None
    start: Text | None = None
    destination: Destination | None = None
    card: frozenset[Attribute] = frozenset()
    """The attributes that may be taken from an eID card; empty offers no card."""
    ticket: bool = False
    """Whether a slip with this information can be printed."""
    requires: Mapping[Device, Weight] = field(default_factory=dict)
    """What it needs of the terminal, where that is not what its kind needs: see `kiosk.requirements`."""


@dataclass(frozen=True, slots=True)
class LifeSituation:
    """A situation of life under which services are found."""

    id: SituationId
    title: Text
    examples: Text
    icon: str


MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class OpenTime:
    """When a counter is open: on these days (0 is Monday), from one minute of the day until before another."""

    days: frozenset[int]
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Counter:
    """How a person can be reached at this place. `hours` are words for people.

    `counters` is None where there is none to go to. `open_times` say the same to the terminal; without any, somebody
    can be called at all times. On the days in `closed` nobody is there. `after_hours` says what is offered then.
    """

    name: Text
    hours: Text
    phone: str = ""
    counters: Text | None = None
    open_times: tuple[OpenTime, ...] = ()
    after_hours: Text | None = None
    closed: frozenset[date] = frozenset()

    @property
    def icon(self) -> str:
        """What a person is reached at here."""
        return "counter" if self.counters or not self.phone else "phone"

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody is there at a moment, as the clock at the place shows it."""
        if moment.date() in self.closed:
            return False
        day, minute = moment.weekday(), moment.hour * 60 + moment.minute
        times = self.open_times
        return not times or any(day in time.days and time.opens <= minute < time.closes for time in times)


USUAL_BOTTOM_MM = 800.0
"""Height of a screen's lower edge over the floor, where the place does not say it."""


class CodeKind(StrEnum):
    """What a code that can be scanned stands for."""

    APPOINTMENT = "appointment"
    LIBRARY_CARD = "library-card"


@dataclass(frozen=True, slots=True)
class CodePattern:
    """A code that people bring along: `pattern` is a regular expression for the whole of it.

    `text` says what to do with it at this place, where that is not what is done everywhere.
    """

    pattern: str
    kind: CodeKind
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class Timers:
    """Seconds. `idle`: silence until the question; `countdown`: from the question to the end.

    `away`: nobody before the sensor until the question.
    """

    idle: int = 120
    countdown: int = 45
    cover: int = 20
    goodbye: int = 20
    away: int = 30


@dataclass(frozen=True, slots=True)
class Colours:
    """A city's own colours, `#rrggbb`, for soft and light; None keeps Lotse's."""

    action: str | None = None
    action_tint: str | None = None


class FilmKind(StrEnum):
    """What a video is for."""

    SIGN_LANGUAGE = "sign-language"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Film:
    """A video of the place. `screen`: the id of the screen that offers it; `language`: that of its captions."""

    kind: FilmKind
    screen: str
    title: Text
    file: Path
    captions: tuple[Caption, ...]
    language: Language = GERMAN


@dataclass(frozen=True, slots=True)
class Explained:
    """A word of the place's own glossary, with its explanation; `forms`: how else it is written, parted by "|"."""

    word: Text
    text: Text
    forms: Text | None = None


@dataclass(frozen=True, slots=True)
class CodeList:
    """An external code list that the profile supplies: code → label."""

    uri: str
    entries: Mapping[str, Text]


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A place and all that it offers. Two places are the same only if they are one object."""

    id: str
    name: Text
    site: Text
    situations: tuple[LifeSituation, ...]
    services: tuple[Service, ...]
    counter: Counter
    often: tuple[ServiceId, ...] = ()
    languages: tuple[Language, ...] = (GERMAN, ENGLISH)
    timers: Timers = Timers()
    colours: Colours = Colours()
    logo: Path | None = None
    code_lists: Mapping[str, CodeList] = field(default_factory=dict)
    number_prefix: str = ""
    screen_inches: float = 21.5
    screen_bottom_mm: float = USUAL_BOTTOM_MM
    codes: tuple[CodePattern, ...] = ()
    glossary: tuple[Explained, ...] = ()
    videos: tuple[Film, ...] = ()
    words: Mapping[str, Local] = field(default_factory=dict)
    """Messages that Lotse says in other words at this place, by key."""

    def service(self, service: ServiceId) -> Service:
        """Return a service; `KeyError` if the place has none of that id."""
        for candidate in self.services:
            if candidate.id == service:
                return candidate
        raise KeyError(service)

    def situation(self, situation: SituationId) -> LifeSituation:
        """Return a life situation; `KeyError` if the place has none of that id."""
        for candidate in self.situations:
            if candidate.id == situation:
                return candidate
        raise KeyError(situation)

    def services_of(self, situation: SituationId) -> tuple[Service, ...]:
        """Return the services of a life situation, in the profile's order."""
        return tuple(service for service in self.services if service.situation == situation)
