"""The bar: the same six buttons on every screen, in the same place and order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk.events import (
    EndAsked,
    Event,
    HelpAsked,
    HelpShown,
    LanguageAsked,
    LookAsked,
    ReadingToggled,
    SizeCycled,
    Touched,
)
from kiosk.look import TextSize
from kiosk.screen import Bar, HelpState
from kiosk.text import msg
from ui.buttons import SheetButton
from ui.metrics import Metrics, Role
from ui.parts.base import Context
from ui.press import Box
from ui.theme import Theme
from ui.words import Sheet

_UNITS = {TextSize.S: (22, 22), TextSize.M: (26, 24), TextSize.L: (35, 35), TextSize.XL: (40, 35)}
"""Units of an em of the words, by text size: the usual one, and the least, for languages with long words."""


def button_height(m: Metrics) -> int:
    """Return the height of a button of the bar."""
    if m.landscape:
        return m.px(88)
    return m.px(96) if m.two_rows else m.px(118)


@dataclass(frozen=True, slots=True)
class Setting:
    """How a button's words are set: units of an em, and pixels at the sides and around an icon beside them.

    `icon` 0: no icon beside the words, and they may be `broken` into lines, which may be `tight`.
    """

    units: float
    side: int
    gap: int = 0
    icon: int = 0
    broken: bool = False
    tight: bool = False

    def width(self, words: str, theme: Theme, *, bold: bool = True) -> int:
        """Return the width that words need."""
        metrics = QFontMetrics(theme.font_of(self.units, bold=bold))
        pieces = words.split() if self.broken else [words]
        longest = max((metrics.horizontalAdvance(piece) for piece in pieces), default=0)
        return longest + 2 * self.side + self.gap + self.icon + 2


def settings_for(m: Metrics) -> tuple[Setting, ...]:
    """Return how the words of a button may be set, the best first: icons stay as long as the words are large enough."""
    usual, least = _UNITS[m.size]
    units = (usual, (usual + least) / 2, least)
    above = (Setting(usual, m.px(2), broken=True), *(Setting(n, m.px(2), broken=True, tight=True) for n in units))
    if not beside(m):
        return above
    wide = [Setting(n, m.px(5), m.px(14), m.px(40)) for n in units]
    close = [Setting(least, m.px(4), m.px(gap), m.px(icon)) for gap, icon in ((10, 36), (6, 30))]
    bare = [Setting(n, m.px(3)) for n in units]
    return (*wide, *close, *bare, *above)


def beside(m: Metrics) -> bool:
    """Whether icons stand beside the words, not above them."""
    return m.two_rows or m.landscape


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
        room = button_height(m) - m.px(8)
        sheet = Sheet(self.theme, width)
        for setting in settings_for(m):
            if setting.width(self.accessibleName(), self.theme, bold=self.bold) <= width:
                sheet = self._set(width, setting)
                if sheet.height <= room:
                    return sheet
        return sheet if sheet.height else self._set(width, settings_for(m)[-1])

    @property
    def bold(self) -> bool:
        """Whether the words are bold: those for help, and what is on."""
        return self.name == "help" or self.on

    def _set(self, width: int, setting: Setting) -> Sheet:
        m, words = self.theme.metrics, self.accessibleName()
        sheet = Sheet(self.theme, width)
        colour = "on_help" if self.yellow else "text"
        font = self.theme.font_of(setting.units, bold=self.bold)
        top = 0
        if not beside(m):
            size, top = m.px(44) if self.name == "help" else m.px(40), m.px(50)
            sheet.icon((width - size) // 2, m.px(2) + (m.px(44) - size) // 2, size, self.sign, colour)
        if not setting.icon:
            room = width - 2 * setting.side
            sheet.text_in(setting.side, top, room, words, font, colour, centred=True, tight=setting.tight)
            return sheet
        wide = setting.width(words, self.theme, bold=self.bold) - 2 * setting.side
        start, indent = (width - wide) // 2, setting.icon + setting.gap
        block = sheet.text_in(start + indent, 0, wide - indent, words, font, colour)
        sheet.icon(start, (block.height - setting.icon) // 2, setting.icon, self.sign, colour)
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
    ("look", "contrast", LookAsked),
    ("language", "globe", LanguageAsked),
    ("end", "exit", EndAsked),
)
_HELP = {HelpState.NONE: "ui.bar.help", HelpState.CALLED: "ui.bar.called", HelpState.COMING: "ui.bar.coming"}
_WORDS = (
    tuple(_HELP.values()),
    ("ui.bar.read", "ui.bar.silence"),
    ("ui.bar.size",),
    ("ui.bar.look",),
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
        high, y = button_height(m), m.px(24) if m.two_rows else m.px(20) if m.landscape else m.px(22)
        for row in (range(3), range(3, 6)) if m.two_rows else (range(6),):
            x = 0
            for number, wide in zip(row, self._widths(row, width - (len(row) - 1) * m.gap), strict=True):
                self._put(self.buttons()[number], x, y, wide, high)
                x += wide + m.gap
            y += high + m.gap

    def _widths(self, row: Sequence[int], free: int) -> list[int]:
        """Return the widths in a row: all alike, help the widest of six, unless a language has long words for one.

        They are the same in every state of the bar: its buttons never move.
        """
        theme = self.context.theme
        m, count = theme.metrics, len(row)
        first = free // count if count < 6 else round(free * (364 / 1764 if m.landscape else 224 / 924))
        others = (free - first) // (count - 1)
        widths = [free - (count - 1) * others, *[others] * (count - 1)]
        for setting in settings_for(m):
            needs = [max(setting.width(self.context.say(msg(key)), theme) for key in _WORDS[number]) for number in row]
            if all(need <= wide for need, wide in zip(needs, widths, strict=True)):
                return widths
            needs = [max(need, m.target) for need in needs]
            if sum(needs) <= free:
                each, rest = divmod(free - sum(needs), count)
                return [need + each + (number < rest) for number, need in enumerate(needs)]
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
