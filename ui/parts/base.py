"""What all parts have in common: their context, their rows, and `PartView`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, Protocol, TypeVar, cast

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from kiosk.events import Event
from kiosk.parts import Part
from kiosk.text import LEICHTE_SPRACHE, Text, Translator
from ui.theme import Theme

P = TypeVar("P", bound=Part)

_BETWEEN_SENTENCES = re.compile(r"(?:(?<=[^\d\s]\.)|(?<=[?!])|(?<=[.?!]“)|(?<=\d{3}\.)) (?=[^\W_a-zäöü])")
"""A space after the end of a sentence: the point of "2. Mai" is none, that of "2026." is one."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a part needs to be drawn and to answer: theme, words, and where events go.

    `covered` hides what the visitor told, behind a dialog that asks whether anybody is there.
    """

    theme: Theme
    translator: Translator
    post: Callable[[Event], None]
    covered: bool = False

    def say(self, text: Text | None) -> str:
        """Return the words of a text; nothing for none. In Leichte Sprache each sentence begins a line."""
        if text is None:
            return ""
        words = self.translator.say(text)
        if self.translator.language_of(text) != LEICHTE_SPRACHE:
            return words
        return _BETWEEN_SENTENCES.sub("\n", words)


class Block(Protocol):
    """A widget that knows its height for a width."""

    def height_for(self, width: int) -> int:
        """Return the height that is needed at a width, in pixels."""


@dataclass(frozen=True, slots=True)
class Row:
    """Widgets side by side in equal columns (or by `weights`), never split over two pages.

    `gap` is the distance to what is above; `keep`: never the last of a page; `bottom`: pushed to the
    bottom where there is room; `grow`: may take up spare height, to at most this many pixels; `least`:
    may be made as low as this many pixels before a page is turned. `name` is what the button to its page
    calls it; `asks`: something is to be done here, which makes it the one to be named.
    """

    cells: tuple[QWidget, ...]
    gap: int
    columns: int = 1
    gutter: int = 0
    keep: bool = False
    bottom: bool = False
    grow: int = 0
    least: int = 0
    name: str = ""
    asks: bool = False
    weights: tuple[int, ...] = ()

    def widths(self, width: int) -> list[int]:
        """Return the widths of the cells."""
        if self.weights:
            free = width - self.gutter * (len(self.weights) - 1)
            total = sum(self.weights)
            return [free * weight // total for weight in self.weights]
        return [(width - self.gutter * (self.columns - 1)) // self.columns] * len(self.cells)

    def height(self, width: int) -> int:
        """Return the height of the highest cell."""
        cells = zip(self.cells, self.widths(width), strict=True)
        return max(cast(Block, cell).height_for(each) for cell, each in cells)


class PartView(Generic[P]):
    """A part as widgets. It makes them once, gives them as rows, and changes them in place.

    `passive` parts have nothing to touch: they may stand beside or above what is operated.
    """

    passive: ClassVar[bool] = True
    narrow: ClassVar[bool] = True
    """Whether it also looks well in the narrow left column of a landscape screen."""

    def __init__(self, part: P, context: Context, parent: QWidget) -> None:
        self.part, self.context, self.parent = part, context, parent
        self.build()

    @property
    def theme(self) -> Theme:
        """The theme that everything is drawn by."""
        return self.context.theme

    def build(self) -> None:
        """Make the widgets, as children of `parent`, hidden."""
        raise NotImplementedError

    def update(self, part: P) -> bool:  # noqa: ARG002 - the general answer
        """Show another state of the same part in place. False: it has to be built anew."""
        return False

    def rows(self, width: int) -> Sequence[Row]:
        """Return the rows for a width."""
        raise NotImplementedError

    def widgets(self) -> Sequence[QWidget]:
        """Return all widgets, to show, hide and delete them."""
        raise NotImplementedError

    def lights(self, spoken: str) -> Sequence[QWidget]:
        """Return the widgets that light up while `spoken` is read; none if it is not here."""
        return self.widgets() if spoken == self.part.id else ()

    def discard(self) -> None:
        """Remove the widgets: they are gone at once, not only when the loop comes round."""
        for widget in self.widgets():
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()


class BoxView(PartView[P]):
    """A part that is one widget, its `box`, in one row."""

    box: QWidget

    def rows(self, width: int) -> Sequence[Row]:  # noqa: ARG002
        """Return one row."""
        return (Row((self.box,), part_gap(self.theme)),)

    def widgets(self) -> Sequence[QWidget]:
        """Return the box."""
        return (self.box,)


def part_gap(theme: Theme) -> int:
    """Return the usual distance between two parts."""
    return theme.metrics.by_size(36, 42, 40, 40)


def hatch(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Draw the mask that covers what the visitor told: always alike, no hint of length or kind."""
    m, p = theme.metrics, theme.palette
    half = m.line / 2
    box = rect.adjusted(half, half, -half, -half)
    painter.save()
    painter.setPen(QPen(p.border, m.line))
    painter.setBrush(p.surface)
    painter.drawRoundedRect(box, m.radius, m.radius)
    painter.setClipRect(box)
    painter.setPen(QPen(p.border, m.line))
    step = m.px(16)
    x = box.left() - box.height()
    while x < box.right():
        painter.drawLine(round(x), round(box.bottom()), round(x + box.height()), round(box.top()))
        x += step
    painter.restore()


def frame(painter: QPainter, rect: QRectF, theme: Theme, fill: QColor, border: QColor, width: int) -> None:  # noqa: PLR0913, PLR0917
    """Draw a rounded frame whose border lies inside `rect`."""
    half = width / 2
    painter.setPen(QPen(border, width) if width else Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(fill))
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), theme.metrics.radius, theme.metrics.radius)
