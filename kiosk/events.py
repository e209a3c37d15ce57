"""What can happen to a visit: plain data, posted to `Terminal.post`. Here what the visitor does, and time.

The rest is in `kiosk.device_events`, `kiosk.counter_events` and `kiosk.application_events`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.look import Contrast
from kiosk.privacy import Private
from kiosk.text import Language

if TYPE_CHECKING:
    from kiosk.visit import Page


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""


@dataclass(frozen=True, slots=True)
class Heartbeat(Event):
    """Changes nothing: that it comes back out of the core shows that the core takes events."""


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


# What time does.


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
