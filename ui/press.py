"""What every button of a terminal has in common: `Pressable`.

It acts when the finger is lifted inside, drops the press when the finger slides off, ignores a second
strike within half a second (tremor, impatience), also where the first one brought another screen
under the same finger, and stays reachable by keypad and switch while it is blocked.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.speech import heard
from ui.theme import Theme

STRIKE_SECONDS = 0.5
LIFT_SECONDS = 0.1
"""A finger that wants the same letter twice is off the key for longer; one that bounces or trembles, for less."""
_ACTIVATING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Select)
_ARROWS = (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left)
KEYBOARD_REASONS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class Strikes:
    """Remembers the last accepted strike of a window, wherever it was.

    `clock` gives seconds; tests put in their own. `steady`: no button counts twice within `STRIKE_SECONDS`,
    whatever its own time is (EN 301 549 V3.2.1, 5.8).
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._when = float("-inf")
        self._where = QPoint()
        self._what: object = None
        self.steady = False
        self._lifted: tuple[object, float] = (None, float("-inf"))

    def lift(self, what: object) -> None:
        """Remember that a finger leaves a button."""
        self._lifted = (what, self.clock())

    def off(self, what: object) -> float:
        """Return for how many seconds no finger was on a button that is being pressed."""
        lifted, when = self._lifted
        return self.clock() - when if lifted is what else float("inf")

    def accept(self, what: object, where: QPoint, near: int, seconds: float = STRIKE_SECONDS) -> bool:
        """Return whether a strike counts; one on the same button or `near` the last (pixels) does not."""
        now = self.clock()
        again = what is self._what or (where - self._where).manhattanLength() <= near
        if again and now - self._when < (max(seconds, STRIKE_SECONDS) if self.steady else seconds):
            return False
        self._when, self._where, self._what = now, where, what
        return True


STRIKES = Strikes()
"""Of the one window that a terminal has."""


@dataclass(frozen=True, slots=True)
class Box:
    """How the box of a control is drawn: fill, border and its width in pixels."""

    fill: QColor
    border: QColor
    width: int
    dashed: bool = False


def paint_box(painter: QPainter, rect: QRectF, box: Box, radius: float) -> None:
    """Draw a box so that its border lies inside `rect`."""
    half = box.width / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(box.border, box.width)
    if box.dashed:
        pen.setDashPattern([4, 3])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen if box.width else Qt.PenStyle.NoPen)
    painter.setBrush(box.fill)
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius, radius)


class Pressable(QAbstractButton):
    """Base of all buttons. Subclasses draw themselves in `paint`.

    Signals: `acted` once for each accepted strike of an unblocked button; `refused` for one of a blocked
    button. Attributes: `theme`; `blocked`: the words why it cannot be used now, or "".
    """

    acted = Signal()
    refused = Signal()

    strike_seconds = STRIKE_SECONDS
    lift_seconds = 0.0
    """For how long no finger may have been on it, or a touch is a bounce: for keys struck twice on purpose."""
    secret = False
    """Whether its name tells what the visitor types: then only a headset says it."""
    by_keyboard = False
    """Whether the last thing used in this process was a keyboard: then focus is shown."""

    def __init__(self, theme: Theme, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.blocked = ""
        self.spoken = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a touch leaves the focus in the field being filled
        self.setAccessibleName(name)
        self._chosen = False
        self._bounced = False
        self._by_hand = False
        self.clicked.connect(self._strike)
        self.toggled.connect(self._refuse_toggle)

    def setAccessibleName(self, name: str) -> None:
        """Give it a name, without the marks in it that only help the eyes."""
        super().setAccessibleName(heard(name))

    def setChecked(self, checked: bool) -> None:
        """Show as chosen or not. Only the screen says which."""
        self._chosen = checked
        super().setChecked(checked)

    def _refuse_toggle(self, checked: bool) -> None:
        """Take it as a press when assistive technology toggles by itself: Qt sends no `clicked` for that.

        Of options that exclude each other Qt takes back the others: that is nobody's press.
        """
        if checked is self._chosen or (self.autoExclusive() and not checked):
            return
        super().setChecked(self._chosen)
        self.click()

    def set_blocked(self, words: str) -> None:
        """Say why this cannot be used now; "" lets it be used."""
        if words != self.blocked:
            self.blocked = words
            self.setAccessibleDescription(words)
            self.update()

    def set_spoken(self, spoken: bool) -> None:
        """Show that this is being read aloud."""
        if spoken != self.spoken:
            self.spoken = spoken
            self.update()

    def _strike(self) -> None:
        centre = self.mapToGlobal(self.rect().center())
        bounced, self._bounced = self._bounced, False
        # What a program presses by name is no finger that trembles: it may press what came up in the same place.
        if bounced or (
            self._by_hand and not STRIKES.accept(self, centre, self.theme.metrics.mm(8), self.strike_seconds)
        ):
            return
        if self.blocked:
            self.refused.emit()
        else:
            self.acted.emit()

    # drawing

    def box(self) -> Box:
        """Return the box of the present state: plain, pressed, blocked or spoken."""
        p, m = self.theme.palette, self.theme.metrics
        if self.blocked:
            return Box(QColor(0, 0, 0, 0), p.disabled, m.line, dashed=True)
        if self.isDown():
            return Box(p.action_tint, p.action, m.px(4))
        if self.spoken:
            return Box(p.spoken, p.text, m.line)
        return Box(p.surface, p.border, m.line)

    def ink(self) -> QColor:
        """Return the colour of words and icons in the present state."""
        p = self.theme.palette
        if self.blocked:
            return p.disabled
        return p.action if self.isDown() else p.text

    def paint(self, painter: QPainter) -> None:
        """Draw everything; the base draws the box, and the bar at the reading edge while spoken."""
        box = self.box()
        rect = QRectF(self.rect())
        paint_box(painter, rect, box, self.theme.metrics.radius)
        if self.spoken and not self.blocked:
            self.paint_reading_edge(painter, rect)

    def paint_reading_edge(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the 3 mm bar at the edge where reading starts."""
        m = self.theme.metrics
        bar = QRectF(rect)
        bar.setWidth(m.px(12))
        if self.theme.rtl:
            bar.moveRight(rect.right())
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.palette.text)
        painter.setClipRect(bar)
        painter.drawRoundedRect(rect, m.radius, m.radius)
        painter.restore()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw by `paint`."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.paint(painter)
        painter.end()

    def sizeHint(self) -> QSize:
        """Return the smallest size a target may have."""
        return QSize(self.theme.metrics.target, self.theme.metrics.target)

    # input

    def hitButton(self, pos: QPoint) -> bool:
        """The whole rectangle is the target."""
        return self.rect().contains(pos)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter works like space; a key held down acts once."""
        self.note_keyboard(True)
        if event.key() in _ACTIVATING:
            if not event.isAutoRepeat():
                self.setDown(True)
            event.accept()
            return
        if event.key() in _ARROWS:
            self.focusNextPrevChild(event.key() in _ARROWS[:2])
            event.accept()
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Act when the key is let go."""
        if event.key() in _ACTIVATING:
            if not event.isAutoRepeat() and self.isDown():
                self._by_hand = True
                self.click()
                self._by_hand = False
            event.accept()
            return
        super().keyReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A touch hides the focus ring of keyboards."""
        self.note_keyboard(False)
        self._bounced = self.lift_seconds > 0 and STRIKES.off(self) < self.lift_seconds
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Act if the finger is still inside."""
        if self.lift_seconds:
            STRIKES.lift(self)
        self._by_hand = True
        super().mouseReleaseEvent(event)
        self._by_hand = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring if a keyboard brought the focus here."""
        if event.reason() in KEYBOARD_REASONS:
            self.note_keyboard(True)
        QWidget.focusInEvent(self, event)  # not the button's own: it takes radio buttons out of the tab order

    def note_keyboard(self, used: bool) -> None:
        """Remember whether keys or fingers are being used."""
        if Pressable.by_keyboard is not used:
            Pressable.by_keyboard = used
            self.window().update()

    def centre(self) -> QPointF:
        """Return the middle, for drawings and tests."""
        return QRectF(self.rect()).center()
