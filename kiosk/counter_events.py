"""What the counter, its staff and IT do, and what the visitor answers to a co-view: see `kiosk.events`."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.events import Event, VisitorEvent
from kiosk.faults import Fault
from kiosk.orders import Order
from kiosk.text import Text


@dataclass(frozen=True, slots=True)
class StaffCardShown(Event):
    """A card of the staff has proven itself with its key; `staff` is the name in its certificate."""

    staff: str


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
