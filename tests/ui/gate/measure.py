"""What a person meets on a window: every line of words with its ink, every target, every icon; in pixels of the window.

Only what can be met is measured: with a question open, the question and the bar.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QTextLayout, QTextLine
from PySide6.QtWidgets import QWidget

from ui.buttons import SheetButton
from ui.dialog import Veil
from ui.keyboard.key import KeyButton
from ui.parts.fields import FieldBlock, FoldedField
from ui.press import Pressable
from ui.window import TerminalWindow
from ui.words import Sheet, Told

BREAKS = " \u00a0-–/\u00ad\u2028\u200b"
"""After these a line may end."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of words. `ink` is what its letters cover, `block` the number of the text that it is of."""

    words: str
    ink: QRectF
    capitals: float
    """Height of its capitals."""
    widget: QWidget
    block: int
    cut: bool
    """Whether it begins within a word."""


@dataclass(frozen=True, slots=True)
class Sign:
    """An icon."""

    name: str
    rect: QRectF
    widget: QWidget


@dataclass(frozen=True, slots=True)
class Target:
    """What is touched."""

    name: str
    rect: QRect
    widget: QWidget


@dataclass(frozen=True, slots=True)
class Scene:
    """All of it. `cells` are the widgets that lie side by side and one under the other, never over each other."""

    window: TerminalWindow
    lines: tuple[Line, ...]
    signs: tuple[Sign, ...]
    targets: tuple[Target, ...]
    cells: tuple[QWidget, ...]


def place_of(widget: QWidget, window: QWidget) -> QRect:
    """Return where a widget is on its window."""
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def veil_of(window: TerminalWindow) -> Veil | None:
    """Return the open question, if there is one."""
    return next((veil for veil in window.findChildren(Veil) if veil.isVisibleTo(window)), None)


def scene_of(window: TerminalWindow) -> Scene:
    """Measure a window as it is now."""
    widgets = list(_met(window))
    lines: list[Line] = []
    signs: list[Sign] = []
    for widget in widgets:
        if isinstance(widget, KeyButton):
            lines.extend(_legend(widget, window, len(lines)))
            continue
        found = _sheet_of(widget)
        if found is not None:
            sheet, dy = found
            corner = QPointF(place_of(widget, window).topLeft()) + QPointF(0, dy)
            lines.extend(_lines(sheet, widget, corner, len(lines)))
            signs += [
                Sign(icon.name, QRectF(corner.x() + icon.x, corner.y() + icon.y, icon.size, icon.size), widget)
                for icon in sheet._icons
            ]
    return Scene(window, tuple(lines), tuple(signs), tuple(_targets(widgets, window)), tuple(_cells(window)))


def _met(window: TerminalWindow) -> Iterator[QWidget]:
    veil = veil_of(window)
    bar = window.findChild(QWidget, "bar")
    for widget in window.findChildren(QWidget):
        if not widget.isVisibleTo(window) or widget.width() <= 1:
            continue
        if veil is None or veil.isAncestorOf(widget) or (bar is not None and bar.isAncestorOf(widget)):
            yield widget


def _sheet_of(widget: QWidget) -> tuple[Sheet, float] | None:
    if isinstance(widget, Told) and type(widget).compose is not Told.compose:
        return widget.sheet(widget.width()), 0
    if isinstance(widget, SheetButton):
        sheet = widget.sheet(widget.width())
        return sheet, (widget.height() - sheet.height) / 2
    return None


@lru_cache(maxsize=50_000)
def _ink(font: QFont, words: str) -> QRectF:
    return QFontMetricsF(font).tightBoundingRect(words)


@lru_cache(maxsize=256)
def _capitals(font: QFont) -> float:
    return QFontMetricsF(font).capHeight()


def _lines(sheet: Sheet, widget: QWidget, corner: QPointF, first: int) -> Iterator[Line]:
    for number, text in enumerate(sheet._texts):
        layout, words = text.block._layout, text.block._layout.text()
        for index in range(layout.lineCount()):
            line = layout.lineAt(index)
            start = line.textStart()
            piece = words[start : start + line.textLength()].strip("\u2028 ")
            if not piece:
                continue
            left, wide = _extent(layout, line, piece)
            ink = _ink(text.block._font, piece)
            rect = QRectF(left, line.y() + line.ascent() + ink.top(), wide, ink.height())
            cut = index > 0 and words[start - 1] not in BREAKS
            spot = corner + QPointF(text.x, text.y)
            yield Line(
                piece, rect.translated(spot), _capitals(text.block._font), widget, first + 1000 * (number + 1), cut
            )


def _extent(layout: QTextLayout, line: QTextLine, piece: str) -> tuple[float, float]:
    """Return where a line begins at the left, and its width. At the right edge Qt counts the last space as ink."""
    natural = line.naturalTextRect()
    if layout.textOption().alignment() != Qt.AlignmentFlag.AlignRight:
        return natural.x(), natural.width()
    wide = min(natural.width(), QFontMetricsF(layout.font()).horizontalAdvance(piece))
    return line.x() + line.width() - wide, wide


def _legend(key: KeyButton, window: QWidget, first: int) -> Iterator[Line]:
    if not key.legend.strip():
        return
    font = key._font()
    metrics = QFontMetricsF(font)
    wide = metrics.horizontalAdvance(key.legend)
    icon, gap = key._icon_size(round(wide))
    left = (key.width() - wide - icon - gap) / 2 + icon + gap
    ink = _ink(font, key.legend)
    place = place_of(key, window)
    top = place.y() + key._baseline(QFontMetrics(font)) + ink.top()
    yield Line(
        key.legend, QRectF(place.x() + left, top, wide, ink.height()), metrics.capHeight(), key, first + 1, cut=False
    )


def _targets(widgets: Sequence[QWidget], window: TerminalWindow) -> Iterator[Target]:
    for widget in widgets:
        if isinstance(widget, Pressable) and widget.isEnabled():
            yield Target(widget.objectName() or widget.accessibleName(), place_of(widget, window), widget)
        elif isinstance(widget, FieldBlock):
            box = widget.ring_rect().translated(place_of(widget, window).topLeft())
            yield Target(f"{widget.part.id}/box", box, widget)


def _cells(window: TerminalWindow) -> Iterator[QWidget]:
    veil = veil_of(window)
    holders = [veil] if veil is not None else [window.findChild(QWidget, name) for name in ("content", "actions")]
    for holder in filter(None, holders):
        yield from (w for w in holder.children() if isinstance(w, QWidget) and w.isVisibleTo(window) and w.height() > 1)
    bar = window.findChild(QWidget, "bar")
    if bar is not None:
        yield bar
    keyboards = [w for w in window.children() if type(w).__name__ == "Keyboard"]
    yield from (w for w in keyboards if isinstance(w, QWidget) and w.isVisibleTo(window) and veil is None)


def is_elided(widget: QWidget) -> bool:
    """Whether a widget may leave words out: an answer on one line while another field is being filled."""
    return isinstance(widget, FoldedField)
