"""Words on the screen: laid out by `TextBlock`, placed on a `Sheet`, shown by `Told`.

A sheet holds all words and icons of one widget at their places for one width. It is mirrored where
reading starts at the right, and its colours are roles that are looked up when it is drawn, so a
pressed or blocked button needs no second layout.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import ceil

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QWidget

from kiosk.speech import heard
from ui.icons import icon_pixmap
from ui.metrics import Role
from ui.theme import Theme

Colours = Callable[[str], QColor]
"""Finds the colour of a role (a field of `Palette`)."""


def _direction(words: str, theme: Theme) -> Qt.LayoutDirection:
    """Words without a letter that is written from right to left (a telephone number, an address) run left to right."""
    if theme.rtl and not any(unicodedata.bidirectional(sign) in {"R", "AL"} for sign in words):
        return Qt.LayoutDirection.LeftToRight
    return theme.direction


class TextBlock:
    """Words in one font, broken into lines for a width; no word is cut while it fits on a line of its own.

    `lines`, `longest` (the width of the longest one), `height`; `overhang`: how far below that letters may
    reach where lines are set tightly.
    """

    __slots__ = ("_centred", "_font", "_layout", "_leading", "height", "lines", "longest", "overhang", "words")

    def __init__(  # noqa: PLR0913
        self, words: str, theme: Theme, font: QFont, width: int, *, centred: bool = False, tight: bool = False
    ) -> None:
        self.words = words
        self._font, self._centred = font, centred
        self._leading = theme.leading(font) if not tight else 1.15 * font.pixelSize()
        leading = Qt.AlignmentFlag.AlignRight if theme.rtl else Qt.AlignmentFlag.AlignLeft
        option = QTextOption(Qt.AlignmentFlag.AlignHCenter if centred else leading)
        option.setWrapMode(QTextOption.WrapMode.WordWrap)
        option.setTextDirection(_direction(words, theme))
        self._layout = QTextLayout(words.replace("\n", "\u2028"), font)
        self._layout.setTextOption(option)
        self._layout.setCacheEnabled(True)
        self.lines, self.longest = self._break(max(1, width))
        if self.longest > width + 1:  # only a word that has no room is cut; Qt would cut for the tail of a last letter
            option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
            self._layout.setTextOption(option)
            self.lines, self.longest = self._break(max(1, width))
        self.height = round(self.lines * self._leading)

    def _break(self, width: int) -> tuple[int, int]:
        metrics = QFontMetrics(self._font)
        shift = (self._leading - metrics.height()) / 2
        self.overhang = max(0, round(0.5 - shift))
        lines, longest, words = 0, 0.0, self._layout.text() or " "
        self._layout.beginLayout()
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(width)
            hang = 0 if self._centred else max(0, -metrics.leftBearing(words[line.textStart() :][:1] or " "))
            line.setPosition(QPointF(hang, lines * self._leading + shift))  # the tail of a "j" is not cut
            longest = max(longest, line.naturalTextWidth())
            lines += 1
        self._layout.endLayout()
        return lines, round(longest + 0.5)

    def paint(self, painter: QPainter, x: float, y: float, colour: QColor) -> None:
        """Draw the words with their upper edge at `y`."""
        painter.setPen(colour)
        self._layout.draw(painter, QPointF(x, y))

    def underlines(self, begin: int, end: int, thick: float) -> Iterator[QRectF]:
        """Yield the bars under characters `begin` to `end`, one a line, from the block's corner."""
        for number in range(self._layout.lineCount()):
            line = self._layout.lineAt(number)
            first, last = max(begin, line.textStart()), min(end, line.textStart() + line.textLength())
            if first < last:
                edges = [line.cursorToX(place)[0] for place in (first, last)]  # type: ignore[index]
                bottom = line.y() + line.ascent() + thick
                yield QRectF(min(edges), bottom, abs(edges[1] - edges[0]), thick)


def balanced(words: str, theme: Theme, role: Role, width: int) -> TextBlock:
    """Return words in as few lines as fit the width, about equally long: no single word left over."""
    font = theme.font(role)
    block = TextBlock(words, theme, font, width)
    least = longest_word(theme, words, role) + 1
    while block.lines > 1 and block.longest > least:
        narrower = TextBlock(words, theme, font, max(least, round(block.longest * 0.94)))
        if narrower.lines > block.lines or narrower.longest >= block.longest:
            break
        block = narrower
    return block


def longest_word(theme: Theme, words: str, role: Role) -> int:
    """Return the width of the longest word: narrower than that it would have to be cut."""
    metrics = QFontMetricsF(theme.font(role))
    pieces = re.split("[ \u00ad\n]+", words)  # a space that does not break is a part of its word
    return max((ceil(metrics.horizontalAdvance(piece)) for piece in pieces), default=0)


@dataclass(frozen=True, slots=True)
class _Text:
    block: TextBlock
    x: float
    y: float
    colour: str


@dataclass(frozen=True, slots=True)
class _Icon:
    name: str
    x: float
    y: float
    size: int
    colour: str


@dataclass(frozen=True, slots=True)
class _Shape:
    draw: Callable[[QPainter, QRectF, Colours], None]
    rect: QRectF


@dataclass(slots=True)
class Sheet:
    """Words, icons and shapes at their places within `width`; `height` grows with what is added."""

    theme: Theme
    width: int
    height: int = 0
    mirrors: bool = True
    """Whether places are mirrored where reading starts at the right; digits of a PIN are not."""
    underlined: tuple[int, int, int] | None = None
    """The word that is heard: of which of `words()`, from which character to which."""
    _texts: list[_Text] = field(default_factory=list)
    _icons: list[_Icon] = field(default_factory=list)
    _shapes: list[_Shape] = field(default_factory=list)

    def text(  # noqa: PLR0913, PLR0917 - a place, a width, words and how they look
        self, x: int, y: int, width: int, words: str, role: Role, colour: str = "text", *, centred: bool = False
    ) -> TextBlock:
        """Place words; return their block, whose height says where to go on."""
        return self.text_in(x, y, width, words, self._font(words, role, width), colour, centred=centred)

    def _font(self, words: str, role: Role, width: int) -> QFont:
        """Return the font of a role, or one so much smaller that no word is cut, as far as the text size allows."""
        needed, m = longest_word(self.theme, words, role), self.theme.metrics
        if needed <= width:
            return self.theme.font(role)
        usual, least = m.em(role), m.least_em
        return self.theme.font_px(min(usual, max(least, usual * width // needed - 1)), role)

    def text_in(  # noqa: PLR0913, PLR0917
        self,
        x: int,
        y: int,
        width: int,
        words: str,
        font: QFont,
        colour: str = "text",
        *,
        centred: bool = False,
        tight: bool = False,
    ) -> TextBlock:
        """Place words in a font of their own; `tight` brings lines as close as they may come."""
        block = TextBlock(words, self.theme, font, width, centred=centred, tight=tight)
        self._texts.append(_Text(block, self._mirrored(x, width), y, colour))
        self.height = max(self.height, y + block.height + block.overhang)
        return block

    def icon(self, x: int, y: int, size: int, name: str, colour: str = "action") -> None:
        """Place an icon."""
        self._icons.append(_Icon(name, self._mirrored(x, size), y, size, colour))
        self.height = max(self.height, y + size)

    def shape(self, rect: QRectF, draw: Callable[[QPainter, QRectF, Colours], None]) -> None:
        """Place something drawn by a function, under the words."""
        rect.moveLeft(self._mirrored(rect.left(), rect.width()))
        self._shapes.append(_Shape(draw, rect))
        self.height = max(self.height, round(rect.bottom()))

    def tile(self, x: int, y: int, side: int, icon: str, icon_size: int) -> None:
        """Place an icon on a tinted square."""
        radius = self.theme.metrics.px(6)

        def draw(painter: QPainter, rect: QRectF, colours: Colours) -> None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours("action_tint"))
            painter.drawRoundedRect(rect, radius, radius)

        self.shape(QRectF(x, y, side, side), draw)
        inset = (side - icon_size) // 2
        self.icon(x + inset, y + inset, icon_size, icon)

    def rule(self, y: int, x: int = 0, width: int | None = None) -> None:
        """Place a dividing line."""
        line = self.theme.metrics.line

        def draw(painter: QPainter, rect: QRectF, colours: Colours) -> None:
            painter.fillRect(rect.toRect(), colours("line"))

        self.shape(QRectF(x, y, self.width if width is None else width, line), draw)

    def _mirrored(self, x: float, width: float) -> float:
        return self.width - x - width if self.theme.rtl and self.mirrors else x

    def paint(self, painter: QPainter, colours: Colours, dy: float = 0) -> None:
        """Draw everything, moved down by `dy`."""
        painter.translate(0, dy)
        for shape in self._shapes:
            shape.draw(painter, shape.rect, colours)
        ratio = painter.device().devicePixelRatio()
        for icon in self._icons:
            pixmap = icon_pixmap(icon.name, icon.size, colours(icon.colour), ratio, mirrored=self.theme.rtl)
            painter.drawPixmap(QPointF(icon.x, icon.y), pixmap)
        for text in self._texts:
            text.block.paint(painter, text.x, text.y, colours(text.colour))
        self._underline(painter, colours)
        painter.translate(0, -dy)

    def words(self) -> list[str]:
        """Return the words of each text, in the order of their being placed."""
        return [text.block.words for text in self._texts]

    def _underline(self, painter: QPainter, colours: Colours) -> None:
        if self.underlined is None:
            return
        number, begin, end = self.underlined
        text = self._texts[number]
        for bar in text.block.underlines(begin, end, self.theme.metrics.px(5)):
            painter.fillRect(bar.translated(text.x, text.y), colours(text.colour))


class Told(QLabel):
    """Something that is told, not touched: a label whose words reach assistive technology as they are.

    Subclasses lay out a `Sheet` in `compose`; it is kept until the width or the words change.
    """

    def __init__(self, theme: Theme, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(words)
        self.setAccessibleName(heard(words))
        self._sheet: Sheet | None = None

    def compose(self, width: int) -> Sheet:
        """Return the words and icons at their places for a width."""
        raise NotImplementedError

    def sheet(self, width: int) -> Sheet:
        """Return the sheet for a width, laid out anew only where needed."""
        if self._sheet is None or self._sheet.width != width:
            self._sheet = self.compose(width)
        return self._sheet

    def changed(self, words: str) -> None:
        """Say that what is told has changed."""
        self._sheet = None
        if words != self.text():
            self.setText(words)
            self.setAccessibleName(heard(words))
        self.update()

    def height_for(self, width: int) -> int:
        """Return the height that is needed at a width."""
        return self.sheet(width).height

    def colour(self, role: str) -> QColor:
        """Return the colour of a role."""
        return getattr(self.theme.palette, role)  # type: ignore[no-any-return]

    def ground(self, painter: QPainter) -> None:
        """Draw what lies under the words; nothing here."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw ground and sheet."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.ground(painter)
        self.sheet(self.width()).paint(painter, self.colour)
        painter.end()


class Words(Told):
    """Words alone, in one role and colour, with an icon before them if one is named."""

    def __init__(  # noqa: PLR0913, PLR0917
        self, theme: Theme, words: str, role: Role, colour: str = "text", icon: str = "", parent: QWidget | None = None
    ) -> None:
        self.role, self.role_colour, self.icon = role, colour, icon
        super().__init__(theme, words, parent)

    def set_words(self, words: str) -> None:
        """Change the words."""
        if words != self.text():
            self.changed(words)

    def compose(self, width: int) -> Sheet:
        """Lay out the words, the icon beside their first line."""
        sheet = Sheet(self.theme, width)
        if not self.icon:
            # Signs over Arabic letters are high.
            top = self.theme.metrics.px(4) if self.theme.rtl and self.role is Role.H1 else 0
            sheet.text(0, top, width, self.text(), self.role, self.role_colour)
            return sheet
        size = self.theme.metrics.icon
        indent = size + self.theme.metrics.px(16)
        line = round(self.theme.leading(self.theme.font(self.role)))
        top = max(0, (size - line) // 2)
        block = sheet.text(indent, top, width - indent, self.text(), self.role, self.role_colour)
        middle = top + (block.height // 2 if block.lines <= 2 else line // 2)
        colour = self.role_colour if self.role_colour == "muted" else "action"
        sheet.icon(0, max(0, middle - size // 2), size, self.icon, colour)
        return sheet
