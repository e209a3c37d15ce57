"""What the screens of a form are made of: questions, words, documents, gathered into steps. Plain, frozen data.

Answers are keyed by path: element ids joined by `.`, with `[n]` (from 1) where an element may repeat:
`G01.G02[2].F03`. Two kinds of answers shape the walk itself: `path?` says whether an optional group is
filled in (`true`, `false`; in a choice group `path.?` says which one), `path#` how many boxes a repeating
field shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from kiosk.forms.meaning import Meaning
from kiosk.forms.schema import Field
from kiosk.place import CodeList
from kiosk.privacy import Private
from kiosk.text import Text

FEW_OPTIONS = 7
"""A longer list is searched instead of shown."""
MOST_ITEMS = 30
"""How often anything can be repeated at a terminal."""

Answers: TypeAlias = Mapping[str, Private[str]]
CodeLists: TypeAlias = Mapping[str, CodeList]


@dataclass(frozen=True, slots=True)
class Choosable:
    """One option of a question."""

    code: str
    label: Text
    help: Text | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One thing asked. `path` keys its answer; `parts` are the keys of day, month, year of a partial date.

    Of `several` options `least` to `most` may be chosen; their codes stand one a line. An `array` answer
    is handed in as a list. A `gate` shapes the walk and is not handed in. `ids` are the element ids on the way.
    """

    path: str
    field: Field
    label: Text
    review: Text
    hint: Text | None = None
    required: bool = True
    options: tuple[Choosable, ...] = ()
    meaning: Meaning | None = None
    several: bool = False
    least: int = 1
    most: int | None = 1
    array: bool = False
    gate: bool = False
    parts: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()

    @property
    def searched(self) -> bool:
        """Whether its options are too many to be shown."""
        return len(self.options) > FEW_OPTIONS


@dataclass(frozen=True, slots=True)
class Told:
    """Words to be read: a heading (without `text`), a label field, a locked value, a `remark` of a rule.

    A `locked` value is handed in; a hidden one is not `shown`.
    """

    path: str
    title: Text | None
    text: Text | None = None
    remark: bool = False
    locked: str = ""
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    """A file that the authority wants; it is brought or sent later."""

    path: str
    label: Text
    hint: Text | None
    required: bool


@dataclass(frozen=True, slots=True)
class More:
    """A button for one more box of the field at `path`; there are `count` now."""

    path: str
    label: Text
    count: int


Item: TypeAlias = Question | Told | Document | More


class StepKind(StrEnum):
    """What a screen is for."""

    QUESTIONS = "questions"
    GATE = "gate"


@dataclass(frozen=True, slots=True)
class FormStep:
    """One screen. `section` is the top-level topic that it belongs to, for the review; `name` its own one
    within that, None where it is the same.

    `item` is the path of the repeated group that begins here and can be taken out again.
    A gate that offers one more names those there already in `earlier`: path and title.
    """

    key: str
    title: Text
    items: tuple[Item, ...]
    section: tuple[str, Text]
    kind: StepKind = StepKind.QUESTIONS
    lead: Text | None = None
    context: Text | None = None
    item: str = ""
    earlier: tuple[tuple[str, Text], ...] = ()
    name: Text | None = None

    questions: tuple[Question, ...] = field(init=False, compare=False, repr=False)
    """What is asked."""
    shown: bool = field(init=False, compare=False, repr=False)
    """Whether there is anything to see; a step of hidden values only is passed over."""

    def __post_init__(self) -> None:
        """Look through the items once: every keystroke asks for them."""
        asked = tuple(item for item in self.items if isinstance(item, Question))
        object.__setattr__(self, "questions", asked)
        visible = any(not isinstance(item, Told) or item.shown for item in self.items)
        object.__setattr__(self, "shown", visible)


def is_structural(path: str) -> bool:
    """Whether an answer at this path shapes the walk."""
    return path.endswith(("?", "#"))


def is_within(path: str, item: str) -> bool:
    """Whether an answer belongs to a group or an item of one."""
    return path == item or (path.startswith(item) and path[len(item)] in ".?#")
