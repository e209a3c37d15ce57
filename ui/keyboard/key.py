"""One key of the on-screen keyboard."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetrics, QHideEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from kiosk.keypad import ScreenKeyboard
from kiosk.look import TextSize
from ui.icons import icon_pixmap
from ui.keyboard.pages import Key, KeyRole
from ui.metrics import REFERENCE_PPI, Role
from ui.press import LIFT_SECONDS, Box, Pressable
from ui.theme import Theme

HOLD_MS = 600

_ICONS = {KeyRole.SHIFT: "shift", KeyRole.ERASE: "backspace", KeyRole.CLOSE: "keyboard-hide"}
_ARROWS = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down})
_LEGENDS = {TextSize.S: 24, TextSize.M: 26, TextSize.L: 35, TextSize.XL: 35}
"""Units of an em of words on keys, by text size: none under 35 in L and XL, unless a long word has no room."""
_LEAST = 26
"""Units of an em of a long word: with less room than for that it comes closer to the border."""
_TALLEST = 0.74
"""Em of a letter in heights of its key: with descenders it stays inside."""


class KeyButton(Pressable):
    """A button that shows and is one `Key` after another, as pages change.

    Signals: `acted` (of `Pressable`); `held` once when pressed for `HOLD_MS`, if the key has relatives,
    and then the release does nothing; `arrow` with the arrow key of a keypad or keyboard; `reached` when it gets the
    focus. Of all keys one at a time is a stop of the tab key: see `Keyboard.stop`.
    """

    held = Signal()
    arrow = Signal(int)
    reached = Signal()

    strike_seconds = ScreenKeyboard().strike_seconds
    lift_seconds = LIFT_SECONDS
    secret = True

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, "", parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.key = Key(KeyRole.BLANK)
        self.legend = ""
        self.chosen = False
        self.locked = False
        self._was_held = False
        self._hold = QTimer(self)
        self._hold.setSingleShot(True)
        self._hold.setInterval(HOLD_MS)
        self._hold.timeout.connect(self._on_hold)

    def show_key(self, key: Key, legend: str, name: str, *, chosen: bool = False, locked: bool = False) -> None:
        """Become another key, or the same in another state."""
        if self.isDown() and key != self.key:
            self.setDown(False)
        self.key, self.legend, self.chosen, self.locked = key, legend, chosen, locked
        self.setAccessibleName(name)
        self.update()

    # drawing

    def box(self) -> Box:
        """A chosen tab or capitals have the border of what is chosen; locked capitals are filled."""
        p, m = self.theme.palette, self.theme.metrics
        if self.isDown() or self.blocked:
            return super().box()
        if self.locked:
            return Box(p.action, p.action, m.px(4))
        if self.chosen:
            return Box(p.action_tint, p.action, m.px(4))
        return super().box()

    def ink(self) -> QColor:
        """Return the colour of the legend."""
        if self.locked and not self.isDown():
            return self.theme.palette.on_action
        return self.theme.palette.action if self.chosen else super().ink()

    def paint(self, painter: QPainter) -> None:
        """Draw the box, the icon if there is room, and the legend, all in the middle."""
        super().paint(painter)
        font = self._font()
        metrics = QFontMetrics(font)
        width = metrics.horizontalAdvance(self.legend)
        icon, gap = self._icon_size(width)
        left = (self.width() - width - icon - gap) / 2
        if icon:
            ratio = self.devicePixelRatioF()
            pixmap = icon_pixmap(_ICONS[self.key.role], icon, self.ink(), ratio)
            painter.drawPixmap(QPointF(round(left), round((self.height() - icon) / 2)), pixmap)
        painter.setFont(font)
        painter.setPen(self.ink())
        painter.drawText(QPointF(left + icon + gap, self._baseline(metrics)), self.legend)

    def _baseline(self, metrics: QFontMetrics) -> float:
        """Capitals stand in the middle of the key; low signs keep their place on the line, if they fit into it."""
        ink, edge = metrics.tightBoundingRect(self.legend), self.theme.metrics.line
        lowest = self.height() - edge - ink.bottom() - 1
        return max(edge - ink.top(), min((self.height() + metrics.capHeight()) / 2, lowest))

    def _icon_size(self, words: int) -> tuple[int, int]:
        """Return the icon's side and its distance to the words; 0, 0 if it has none or no room."""
        m = self.theme.metrics
        if self.key.role not in _ICONS:
            return 0, 0
        side, gap = m.px(30) if not m.large else m.px(32), m.px(10)
        if words + side + gap <= self.width() - 2 * m.px(8):
            return side, gap
        gap = m.px(4)
        return (side, gap) if words + side + gap <= self.width() - 2 * m.px(6) else (0, 0)

    def _font(self) -> QFont:
        m = self.theme.metrics
        if self.key.large:
            return self.theme.font_of(1.3 * m.em(Role.KEY) * REFERENCE_PPI / m.ppi)
        if self.key.role is KeyRole.TEXT and len(self.legend) <= 3 and not self.legend.startswith(".d"):
            return self.theme.font_of(min(m.em(Role.KEY), _TALLEST * self.height()) * REFERENCE_PPI / m.ppi)
        units = _LEGENDS[m.size]
        font = self.theme.font_of(units)
        width = QFontMetrics(font).horizontalAdvance(self.legend)
        usual, close = self.width() - m.px(8 if m.closeness == 1 else 12), self.width() - m.px(4)
        if width <= usual or not width:
            return font
        return self.theme.font_of(max(units * usual / width, min(_LEAST, units * close / width)))

    # input

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to wait for a long press."""
        self._was_held = False
        super().mousePressEvent(event)
        if self.isDown() and self.key.role is KeyRole.TEXT and self.key.tab >= 0:
            self._hold.start()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A finger that slides off is no long press."""
        if self._was_held:
            return
        super().mouseMoveEvent(event)
        if not self.isDown():
            self._hold.stop()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The release after a long press is not a touch of its own."""
        self._hold.stop()
        if self._was_held:
            self.setDown(False)
            self._was_held = False
        super().mouseReleaseEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """A key that goes away is not held any more."""
        self._hold.stop()
        super().hideEvent(event)

    def _on_hold(self) -> None:
        if self.isDown():
            self._was_held = True
            self.setDown(False)
            self.held.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move among the keys."""
        if Qt.Key(event.key()) in _ARROWS:
            self.note_keyboard(True)
            self.arrow.emit(event.key())
            event.accept()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that the focus is here."""
        super().focusInEvent(event)
        self.reached.emit()

    def rectangle(self) -> QRectF:
        """Return where the key lies on its keyboard."""
        return QRectF(self.geometry())
