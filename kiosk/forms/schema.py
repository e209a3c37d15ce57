"""What a form asks: groups and fields, as read from a schema. Plain, frozen data; German words of the schema.

The words and ids are those of XDatenfelder 3 (XÖV standard of the FIM building block "Datenfelder").
An element may be placed several times, so what is asked is told apart by its path, never by its id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

_DIGITS_ONLY = re.compile(r"(?:\\d|\[[0-9-]+\]|[0-9]|\{[0-9,]+\}|[()|?*+^$])+")


class FieldKind(StrEnum):
    """What a field takes, from its `feldart` and `datentyp`."""

    TEXT = "text"
    DATE = "date"
    PARTIAL_DATE = "partial-date"
    """A day of which day or month may be unknown: the federal group of day, month and year, asked as one."""
    TIME = "time"
    DATETIME = "datetime"
    INTEGER = "integer"
    DECIMAL = "decimal"
    CURRENCY = "currency"
    BOOL = "bool"
    SELECT = "select"
    FILE = "file"
    LABEL = "label"
    """Words to be read, nothing to be answered."""
    LOCKED = "locked"
    """A value that the visitor sees and cannot change."""
    HIDDEN = "hidden"
    """A value that the visitor does not see."""


@dataclass(frozen=True, slots=True)
class Occurs:
    """How often an element is there (`anzahl`): `least` to `most` times; None is without limit."""

    least: int = 1
    most: int | None = 1

    @property
    def optional(self) -> bool:
        """Whether it may be absent."""
        return self.least == 0

    @property
    def repeats(self) -> bool:
        """Whether it may be there more than once."""
        return self.most is None or self.most > 1


@dataclass(frozen=True, slots=True)
class Code:
    """One entry of an inline code list (`wert`)."""

    code: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class CodeListReference:
    """An external code list: its canonical URN, and the URN with a version."""

    canonical: str
    version_uri: str = ""


@dataclass(frozen=True, slots=True)
class Constraints:
    """`praezisierung`: lengths in characters, values in the field's unit, a pattern for the whole answer."""

    min_length: int | None = None
    max_length: int | None = None
    min_value: Decimal | None = None
    max_value: Decimal | None = None
    pattern: str = ""

    @property
    def only_digits(self) -> bool:
        """Whether the pattern allows nothing but digits."""
        return bool(self.pattern) and _DIGITS_ONLY.fullmatch(self.pattern) is not None


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `origins` are the ids of the elements that it is derived from (relation `ABL`).

    `label` asks (`bezeichnungEingabe`), `title` names the answer (`bezeichnungAusgabe`), `name` is the
    schema's own. `hint` is the whole `hilfetextEingabe`, `content` a given value or a text to be read.
    """

    id: str
    kind: FieldKind
    label: str
    hint: str = ""
    title: str = ""
    name: str = ""
    constraints: Constraints = Constraints()
    codes: tuple[Code, ...] = ()
    code_list: CodeListReference | None = None
    content: str = ""
    origins: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Placed:
    """An element at its place in a group or form. `key` is its id, with `~2` … for a second one beside it."""

    key: str
    occurs: Occurs
    element: Field | Group


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in prose, and the id of the group that it belongs to ("" for the whole form)."""

    id: str
    text: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Elements that belong together. In a `choice` group exactly one of them is answered (`gruppenart` X)."""

    id: str
    label: str
    hint: str = ""
    title: str = ""
    name: str = ""
    children: tuple[Placed, ...] = ()
    choice: bool = False
    origins: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Form:
    """One schema: what is asked in an application. `notices` say what of it could not be taken over, for IT."""

    id: str
    version: str
    name: str
    children: tuple[Placed, ...]
    rules: tuple[Rule, ...] = ()
    notices: tuple[str, ...] = ()
    schema_uri: str = ""
    _labels: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the labels by element id."""
        labels = {placed.element.id: placed.element.label for placed in self.placed()}
        object.__setattr__(self, "_labels", MappingProxyType(labels))

    @property
    def labels(self) -> Mapping[str, str]:
        """What each element is called, by its id."""
        return self._labels

    def placed(self) -> Iterator[Placed]:
        """Yield every element at its place, in reading order."""
        pending = list(reversed(self.children))
        while pending:
            placed = pending.pop()
            yield placed
            if isinstance(placed.element, Group):
                pending.extend(reversed(placed.element.children))

    def fields(self) -> Iterator[Field]:
        """Yield every field, once for each place."""
        return (placed.element for placed in self.placed() if isinstance(placed.element, Field))
