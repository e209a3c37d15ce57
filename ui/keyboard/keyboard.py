"""`Keyboard`: the on-screen keyboard as a widget."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from math import floor

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from kiosk.letters import is_latin
from kiosk.parts import Input
from kiosk.text import Language, msg, translator
from ui.keyboard.key import KeyButton
from ui.keyboard.layouts import Layout, layout_for
from ui.keyboard.names import legend_of, name_of
from ui.keyboard.pages import Key, KeyRole, Letters, Page, digits_page, letters_page, signs_beside_zero, specials_page
from ui.metrics import KEYS_PADDING
from ui.theme import Theme

_DIRECTIONS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Shift(Enum):
    """Whether capitals are typed: not, for one letter, until switched off."""

    OFF = auto()
    ONCE = auto()
    LOCKED = auto()


@dataclass(slots=True)
class Habits:
    """How the visitor wants the keys, as long as the visit lasts: `alphabetical`, from A to Z."""

    alphabetical: bool = False


class Keyboard(QWidget):
    """Keys for one kind of input at a time, in the language's layout.

    Where the language has other letters, answers begin with Latin ones, as authorities need them, and a search with
    those of the language; a key leads from one to the other. Another one puts them into the order of the alphabet,
    which is kept in `habits`.

    Signals: `typed` with what a key types (one letter with its marks, or ".de"); `erased`; `closed`.
    Keys act when let go, never repeat, and leave the focus where it is. The whole of it is one stop of the tab key:
    `stop`, the key that had the focus last; arrows move from key to key. It fills whatever geometry it
    is given, usually `theme.metrics.zones.keyboard`; rows are never mirrored.
    """

    typed = Signal(str)
    erased = Signal()
    closed = Signal()

    def __init__(
        self, theme: Theme, language: Language, parent: QWidget | None = None, habits: Habits | None = None
    ) -> None:
        super().__init__(parent)
        self.habits = habits or Habits()
        self._own = False
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._theme = theme
        self._language = language
        self._kind = Input.TEXT
        self._shift = Shift.OFF
        self._tab = -1
        self._buttons: list[KeyButton] = []
        self._shown = 0
        self._stop = 0
        self._strike_seconds = KeyButton.strike_seconds
        self.setAccessibleName(translator(language).say(msg("keyboard.name")))
        self._show_page()

    # what is shown

    @property
    def kind(self) -> Input:
        """The kind of input that the keys are for."""
        return self._kind

    @property
    def buttons(self) -> tuple[KeyButton, ...]:
        """The keys that are shown, row by row."""
        return tuple(self._buttons[: self._shown])

    @property
    def stop(self) -> KeyButton:
        """The one key that the tab key leads to."""
        return self._buttons[self._stop]

    def set_kind(self, kind: Input, *, capital: bool = False) -> None:
        """Show the keys for a kind of input, small letters first, or after one `capital`."""
        self._kind, self._shift, self._tab = kind, Shift.ONCE if capital else Shift.OFF, -1
        self._own = kind is Input.SEARCH and not is_latin(self._language)
        self._show_page()
        self._stop_at(self._buttons[0])

    def capitalise(self) -> None:
        """Type the next letter as a capital (a field for a name is empty again)."""
        if self._shift is Shift.OFF:
            self._shift = Shift.ONCE
            self._show_page()

    def set_theme(self, theme: Theme, language: Language) -> None:
        """Take other colours, sizes or another layout; the page stays."""
        self._theme, self._language = theme, language
        self.setAccessibleName(translator(language).say(msg("keyboard.name")))
        for button in self._buttons:
            button.theme = theme
        self._show_page()
        self.update()

    def set_strike_seconds(self, seconds: float) -> None:
        """Ignore a second strike on the same key within `seconds` (EN 301 549, 5.8: up to 0.5 s and more)."""
        self._strike_seconds = seconds
        for button in self._buttons:
            button.strike_seconds = seconds

    def _page(self) -> Page:
        layout = self._layout(alphabetical=self.habits.alphabetical)
        wide = self._theme.metrics.wide_keys
        signs = signs_beside_zero(self._kind, self._decimal())
        if signs is not None:
            return digits_page(*signs)
        if self._tab >= 0:
            return specials_page(layout, self._tab, capital=self.shifted, wide=wide, language=self._language)
        letters = Letters(layout, self._other_order(), self._other_script())
        m = self._theme.metrics
        most = (m.zones.keyboard.width() - 2 * m.px(8) + m.gap) // (m.target + m.gap)
        say = translator(self._language).say
        shift, erase = (say(msg(f"keyboard.{role}.legend")) for role in (KeyRole.SHIFT, KeyRole.ERASE))
        return letters_page(
            letters,
            self._kind,
            wide=wide,
            large=m.large,
            narrow=m.closeness < 1,
            most=most,
            lean=len(shift) < len(erase),
        )

    def _layout(self, *, alphabetical: bool) -> Layout:
        return layout_for(self._language, latin=not self._own, alphabetical=alphabetical)

    def _other_order(self) -> str:
        """The first three letters of the order that the keys do not have now."""
        top = self._layout(alphabetical=not self.habits.alphabetical).rows[0]
        return " ".join(capital for _, capital in top[:3])

    def _other_script(self) -> str:
        """The first three letters of the script that the keys do not have now; "" if there is but one."""
        if is_latin(self._language) or self._kind is Input.EMAIL:
            return ""
        top = layout_for(self._language, latin=self._own, alphabetical=True).rows[0]
        return "".join(small for small, _ in top[:3]) if not self._own else "abc"

    def _decimal(self) -> str:
        if self._kind is not Input.DECIMAL:
            return ""
        from babel.numbers import get_decimal_symbol

        return get_decimal_symbol(translator(self._language).locale)

    @property
    def shifted(self) -> bool:
        """Whether the keys type capitals now."""
        return self._shift is not Shift.OFF

    def _show_page(self) -> None:
        keys = self._page().keys
        while len(self._buttons) < len(keys):
            self._buttons.append(self._new_button())
        self._shown = len(keys)
        words = translator(self._language)
        locked = self._shift is Shift.LOCKED
        for button, key in zip(self._buttons, keys, strict=False):
            shift = key.role is KeyRole.SHIFT
            turned = {KeyRole.SCRIPT: self._own, KeyRole.ORDER: self.habits.alphabetical}.get(key.role, False)
            button.show_key(
                key,
                legend_of(key, words, capital=self.shifted),
                name_of(key, words, capital=self.shifted, locked=locked, chosen=turned),
                chosen=(shift and self.shifted) or (key.role is KeyRole.TAB and key.tab == self._tab),
                locked=shift and locked,
            )
        self._arrange()
        for index, button in enumerate(self._buttons):
            button.setVisible(index < self._shown)
        self._stop_at(self._buttons[self._stop if self._stop < self._shown else 0])

    def _stop_at(self, button: KeyButton) -> None:
        """Make a key the one that the tab key leads to, at the same place in the order of focus."""
        before = self.stop
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if button is not before:
            QWidget.setTabOrder(before, button)
            before.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._stop = self._buttons.index(button)

    def _new_button(self) -> KeyButton:
        button = KeyButton(self._theme, self)
        button.strike_seconds = self._strike_seconds
        button.acted.connect(partial(self._act, button))
        button.held.connect(partial(self._open_relatives, button))
        button.arrow.connect(partial(self._move_from, button))
        button.reached.connect(partial(self._stop_at, button))
        return button

    # where the keys lie

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the keys into the new size."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        m = self._theme.metrics
        page = self._page()
        gap, padding = m.gap, m.px(KEYS_PADDING)
        needed = round(page.columns * (m.target + gap)) - gap
        margin = max(m.px(8), min(m.margin, (self.width() - needed) // 2))
        column = (self.width() - 2 * margin + gap) / page.columns
        row = (self.height() - 2 * padding + gap) / len(page.rows)
        buttons = iter(self._buttons)
        for index, keys in enumerate(page.rows):
            across = 0.0
            for key in keys:
                if key.role is not KeyRole.BLANK:
                    left, right = margin + across * column, margin + (across + key.width) * column - gap
                    top, bottom = padding + index * row, padding + (index + key.rows) * row - gap
                    corner = QPoint(floor(left), floor(top))  # not rounded: gaps of one size stay of one size
                    next(buttons).setGeometry(QRect(corner, QPoint(floor(right) - 1, floor(bottom) - 1)))
                across += key.width

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the sunken ground between two lines."""
        p, m = self._theme.palette, self._theme.metrics
        painter = QPainter(self)
        painter.fillRect(self.rect(), p.sunken)
        painter.setPen(QPen(p.line, m.line))
        half = m.line / 2
        for y in (half, self.height() - half):
            painter.drawLine(QPointF(0, y), QPointF(self.width(), y))
        painter.end()

    # what the keys do

    def _act(self, button: KeyButton) -> None:
        match button.key.role:
            case KeyRole.TEXT | KeyRole.SPACE:
                self._type(button.key)
            case KeyRole.ENTER:
                self.typed.emit("\n")
            case KeyRole.ERASE:
                self.erased.emit()
            case KeyRole.CLOSE:
                self.closed.emit()
            case KeyRole.SHIFT:
                self._turn_shift()
            case KeyRole.SPECIALS | KeyRole.LETTERS | KeyRole.TAB:
                self._open_tab({KeyRole.SPECIALS: 0, KeyRole.LETTERS: -1}.get(button.key.role, button.key.tab))
            case KeyRole.ORDER | KeyRole.SCRIPT:
                self._show_other_letters(button.key.role)

    def _type(self, key: Key) -> None:
        words = key.capital if self.shifted else key.text
        if self._shift is Shift.ONCE or self._tab >= 0:
            self._shift = Shift.OFF if self._shift is Shift.ONCE else self._shift
            self._tab = -1
            self._show_page()
        self.typed.emit(words or " ")

    def _turn_shift(self) -> None:
        turns = {Shift.OFF: Shift.ONCE, Shift.ONCE: Shift.LOCKED, Shift.LOCKED: Shift.OFF}
        self._shift = turns[self._shift]
        self._show_page()

    def _show_other_letters(self, role: KeyRole) -> None:
        """Change order or script; the focus stays on the key that did it, wherever that lies now."""
        if role is KeyRole.ORDER:
            self.habits.alphabetical = not self.habits.alphabetical
        else:
            self._own = not self._own
        focused = any(button.hasFocus() for button in self.buttons)
        self._show_page()
        if focused:
            same = next(button for button in self.buttons if button.key.role is role)
            same.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_tab(self, tab: int) -> None:
        focused = any(button.hasFocus() for button in self.buttons)
        self._tab = tab
        self._show_page()
        if focused and not any(button.hasFocus() for button in self.buttons):
            self._buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_relatives(self, button: KeyButton) -> None:
        self._open_tab(button.key.tab)

    def _move_from(self, button: KeyButton, arrow: int) -> None:
        """Give the focus to the nearest key in a direction; at the edge it stays."""
        across, down = _DIRECTIONS[Qt.Key(arrow)]
        here = button.rectangle()
        ahead = []
        for other in self.buttons:
            there = other.rectangle()
            along = (there.center().x() - here.center().x()) * across + (there.center().y() - here.center().y()) * down
            if other is not button and along > 0 and _faces(here, there, down=bool(down)):
                ahead.append((along, abs(there.center().x() - here.center().x()), other))
        if ahead:
            min(ahead, key=lambda found: found[:2])[2].setFocus(Qt.FocusReason.TabFocusReason)


def _faces(one: QRectF, other: QRectF, *, down: bool) -> bool:
    """Whether two keys lie in one row, or one above the other."""
    if down:
        return one.left() < other.right() and other.left() < one.right() and not _faces(one, other, down=False)
    return one.top() < other.bottom() and other.top() < one.bottom()
