"""The bar: the same six buttons on every screen, in the same place and order."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk.events import (
    ContrastCycled,
    EndAsked,
    Event,
    HelpAsked,
    HelpShown,
    LanguageAsked,
    ReadingToggled,
    SizeCycled,
    Touched,
)
from kiosk.screen import Bar, HelpState, TextSize
from kiosk.text import msg
from ui.buttons import SheetButton
from ui.parts.base import Context
from ui.press import Box
from ui.theme import Metrics, Role
from ui.words import Sheet

_UNITS = {TextSize.S: (22, 22), TextSize.M: (26, 24), TextSize.L: (35, 35), TextSize.XL: (40, 35)}
"""Units of an em of the words, by text size: the usual one, and the least, for languages with long words."""


def button_height(m: Metrics) -> int:
    """Return the height of a button of the bar."""
    if m.landscape:
        return m.px(88)
    return m.px(96) if m.large else m.px(118)


def _longest(words: str, font: QFont) -> int:
    """Return the width of the longest word: narrower than that it would be cut."""
    metrics = QFontMetrics(font)
    return max((metrics.horizontalAdvance(word) for word in words.split()), default=0)


class BarButton(SheetButton):
    """Icon above words, or beside them. Help is yellow; while it is called, outlined with a tick."""

    def __init__(self, name: str, icon: str, event: Event, context: Context, parent: QWidget) -> None:
        super().__init__(context.theme, "", parent)
        self.setObjectName(f"bar/{name}")
        self.context, self.name, self.sign, self.event_ = context, name, icon, event
        self.on = False
        self.acted.connect(lambda: self.context.post(self.event_))
        self.refused.connect(lambda: self.context.post(Touched()))

    def show_words(self, key: str, icon: str, event: Event, *, on: bool = False) -> None:
        """Show other words, icon and state."""
        words = self.context.say(msg(key))
        if (words, icon, on) != (self.accessibleName(), self.sign, self.on):
            self.sign, self.on = icon, on
            self.setAccessibleName(words)
            self.changed()
        self.event_ = event

    @property
    def yellow(self) -> bool:
        """Whether this is the help button, and nobody is called yet."""
        return self.name == "help" and not self.on

    def smallest(self) -> int:
        """Return the least height: the bar gives more."""
        return self.theme.metrics.target

    def padding(self) -> int:
        """Return the space above and below: the bar's height is fixed."""
        return 0

    def role(self) -> Role:
        """Return the role of the words."""
        return Role.BAR

    def compose(self, width: int) -> Sheet:
        """Lay out icon and words: as large as the text is, a little smaller where a language has long ones."""
        m = self.theme.metrics
        usual, least = _UNITS[m.size]
        for units, tight in ((usual, False), (usual, True), ((usual + least) / 2, True)):
            font = self.theme.font_of(units, bold=self.bold)
            sheet = self._in_font(width, font, tight=tight)
            if sheet.height <= button_height(m) - m.px(8) and self._least(font) <= width:
                return sheet
        return self._in_font(width, self.theme.font_of(least, bold=self.bold), tight=True)

    @property
    def bold(self) -> bool:
        """Whether the words are bold: those for help, and what is on."""
        return self.name == "help" or self.on

    def _least(self, font: QFont) -> int:
        return _longest(self.accessibleName(), font) + 2 * self.theme.metrics.px(2) + 1

    def _in_font(self, width: int, font: QFont, *, tight: bool) -> Sheet:
        m = self.theme.metrics
        sheet = Sheet(self.theme, width)
        colour = "on_help" if self.yellow else "text"
        words = self.accessibleName()
        size = m.px(44) if self.name == "help" else m.px(40)
        if not (m.large or m.landscape):
            sheet.icon((width - size) // 2, m.px(2) + (m.px(44) - size) // 2, size, self.sign, colour)
            sheet.text_in(m.px(2), m.px(50), width - m.px(4), words, font, colour, centred=True, tight=tight)
            return sheet
        room = max(width - size - m.px(14) - 2 * m.px(5), 1)
        probe = Sheet(self.theme, room).text_in(0, 0, room, words, font)
        if probe.lines > 1:  # better without the icon than in two lines
            side = m.px(2)
            sheet.text_in(side, 0, width - 2 * side, words, font, colour, centred=True, tight=tight)
            return sheet
        start = (width - probe.longest - size - m.px(14)) // 2
        block = sheet.text_in(start + size + m.px(14), 0, probe.longest + 1, words, font, colour)
        sheet.icon(start, (block.height - size) // 2, size, self.sign, colour)
        return sheet

    def colour(self, role: str) -> QColor:
        """Help keeps its ink on yellow, pressed too."""
        if role == "on_help":
            return self.theme.palette.on_help
        return super().colour(role)

    def box(self) -> Box:
        """Return the box of the present state."""
        p, m = self.theme.palette, self.theme.metrics
        if self.yellow:
            fill = p.help_pressed if self.isDown() else p.spoken if self.spoken else p.help
            return Box(fill, p.on_help, m.edge)
        box = super().box()
        if self.name == "help" and not self.isDown():
            return Box(box.fill, p.text, m.edge)
        if self.on and not self.isDown():
            return Box(p.action_tint, p.action, m.px(4))
        return box


_OTHERS: tuple[tuple[str, str, Callable[[], Event]], ...] = (
    ("read", "speaker", ReadingToggled),
    ("size", "text-size", SizeCycled),
    ("contrast", "contrast", ContrastCycled),
    ("language", "globe", LanguageAsked),
    ("end", "exit", EndAsked),
)
_HELP = {HelpState.NONE: "ui.bar.help", HelpState.CALLED: "ui.bar.called", HelpState.COMING: "ui.bar.coming"}
_WORDS = (
    tuple(_HELP.values()),
    ("ui.bar.read", "ui.bar.silence"),
    ("ui.bar.size",),
    ("ui.bar.contrast",),
    ("ui.bar.language",),
    ("ui.bar.end",),
)
"""All that each button may say, one after the other."""


class BarRow(QWidget):
    """The six buttons on their own ground."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.context = context
        self.help = BarButton("help", "help-bell", HelpAsked(), context, self)
        self.others = [BarButton(name, icon, event(), context, self) for name, icon, event in _OTHERS]

    def show_bar(self, bar: Bar) -> None:
        """Show another state of help, reading and end."""
        called = bar.help is not HelpState.NONE
        icon = "check" if called else "help-bell"
        self.help.show_words(_HELP[bar.help], icon, HelpShown() if called else HelpAsked(), on=called)
        for button, (name, icon_, event) in zip(self.others, _OTHERS, strict=True):
            if name == "read":
                key, shown = ("ui.bar.silence", "speaker-off") if bar.reading else ("ui.bar.read", icon_)
                button.show_words(key, shown, event(), on=bar.reading)
            else:
                button.show_words(f"ui.bar.{name}", icon_, event())
        self.others[-1].set_blocked("" if bar.can_end else self.context.say(msg("ui.bar.nothing-to-end")))

    def buttons(self) -> list[BarButton]:
        """Return the buttons in reading order."""
        return [self.help, *self.others]

    def resizeEvent(self, event: object) -> None:  # noqa: ARG002
        """Put the buttons at their places: one row, or two of three in large text."""
        m = self.context.theme.metrics
        width = self.width() - 2 * m.margin
        gap = m.gap
        if m.large and not m.landscape:
            wide, high, top = (width - 2 * gap) // 3, button_height(m), m.px(24)
            for number, button in enumerate(self.buttons()):
                self._put(button, number % 3 * (wide + gap), top + number // 3 * (high + gap), wide, high)
            return
        high, top = button_height(m), m.px(20) if m.landscape else m.px(22)
        x = 0
        for button, wide in zip(self.buttons(), self._widths(width - 5 * gap), strict=True):
            self._put(button, x, top, wide, high)
            x += wide + gap

    def _widths(self, free: int) -> list[int]:
        """Return the widths in one row: help the widest, all others alike, unless a language has a long word for one.

        They are the same in every state of the bar: its buttons never move.
        """
        m = self.context.theme.metrics
        first = round(free * (364 / 1764 if m.landscape else 224 / 924))
        others = (free - first) // 5
        widths = [free - 5 * others, *[others] * 5]
        for units in _UNITS[m.size]:
            font = self.context.theme.font_of(units, bold=True)
            needs = [max(_longest(self.context.say(msg(key)), font) for key in keys) + m.px(6) for keys in _WORDS]
            lack = sum(max(0, need - wide) for need, wide in zip(needs, widths, strict=True))
            spare = sum(max(0, wide - need) for need, wide in zip(needs, widths, strict=True))
            if lack <= spare:
                return [
                    need if need > wide else wide - (wide - need) * lack // max(1, spare)
                    for need, wide in zip(needs, widths, strict=True)
                ]
        return widths

    def _put(self, button: BarButton, x: int, y: int, width: int, height: int) -> None:
        theme = self.context.theme
        left = theme.metrics.margin + x
        button.setGeometry(left if not theme.rtl else self.width() - left - width, y, width, height)

    def set_spoken(self, spoken: bool) -> None:
        """Show that the bar is being read."""
        for button in self.buttons():
            button.set_spoken(spoken)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the ground and its upper line."""
        painter = QPainter(self)
        p, m = self.context.theme.palette, self.context.theme.metrics
        painter.fillRect(self.rect(), p.surface)
        painter.fillRect(QRectF(0, 0, self.width(), m.line), p.line)
        painter.end()
