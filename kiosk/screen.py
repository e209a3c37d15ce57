"""One screen, described once: what it tells and what it offers.

A `Screen` is plain data, made of `kiosk.parts`. Widgets, speech, accessible names, the counter's co-view, receipts and
plain text are renderings of it. Visitor data in it is `Private`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.look import Look
from kiosk.parts import Action, Part
from kiosk.text import Text

if TYPE_CHECKING:
    from kiosk.receipt import Receipt


@dataclass(frozen=True, slots=True)
class Progress:
    """Step `step` of `steps`, within `title`."""

    step: int
    steps: int
    title: Text


class HelpState(StrEnum):
    """What the help button says."""

    NONE = "none"
    CALLED = "called"
    COMING = "coming"


@dataclass(frozen=True, slots=True)
class Bar:
    """The row that is the same on every screen: help, read aloud, text size, contrast, language, end."""

    help: HelpState = HelpState.NONE
    reading: bool = False
    can_end: bool = True


@dataclass(frozen=True, slots=True)
class Dialog:
    """A question over the screen. Only it (and the bar) can be operated; `covers` masks answers below."""

    id: str
    title: Text
    parts: tuple[Part, ...]
    actions: tuple[Action, ...]
    covers: bool = False


@dataclass(frozen=True, slots=True)
class Screen:
    """What is on the screen now. `id` is the same as long as it is the same step of the visit.

    `back` and `forward` are where the visitor always finds them; `spoken` is the part being read.
    `success` puts the large tick beside the title. `lead` is one sentence under the title;
    `context` a small line above it (icon, words). `focus` names the field to be filled first.
    `extra` stands between back and forward: the way back to the normal height while all lies low; beside it
    `voice`, the way to speed and volume while reading is on. `word` is being heard now: where it begins and ends
    in the words of the part `spoken`. `slip` is the paper that comes out here: it is read after the lead
    (EN 301 549 V3.2.1, 5.1.3.16), since who does not see the screen does not see the paper either.
    `watched`: somebody at the counter sees this screen too, without answers; a frame says so all the time.
    """

    id: str
    title: Text
    look: Look
    parts: tuple[Part, ...] = ()
    back: Action | None = None
    forward: Action | None = None
    bar: Bar = Bar()
    lead: Text | None = None
    context: tuple[str, Text] | None = None
    progress: Progress | None = None
    success: bool = False
    dialog: Dialog | None = None
    focus: str = ""
    spoken: str = ""
    extra: Action | None = None
    voice: Action | None = None
    word: tuple[int, int] | None = None
    slip: Receipt | None = None
    watched: bool = False
