"""A question over the screen: a veil, and on it a box with words, parts and named buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk.parts import Action, ActionStyle, Countdown, Paragraph
from kiosk.screen import Dialog
from ui.buttons import ActionButton, Look
from ui.metrics import Role
from ui.pager import Pager
from ui.parts.base import Context, Row, frame
from ui.parts.registry import AnyView
from ui.parts.waiting import CountdownView, Ring
from ui.press import Pressable
from ui.views import Views
from ui.words import Words


class _Beside(QWidget):
    """Words left, the countdown right, each in the middle of the height."""

    def __init__(self, words: Sequence[QWidget], ring: Ring, parent: QWidget) -> None:
        super().__init__(parent)
        self.words, self.ring = words, ring
        for widget in (*words, ring):
            widget.setParent(self)
            widget.show()

    def _gap(self) -> int:
        return self.ring.theme.metrics.px(16)

    def _room(self, width: int) -> int:
        return width - self.ring.side() - self.ring.theme.metrics.px(32)

    def _words_height(self, width: int) -> int:
        return sum(w.height_for(width) for w in self.words) + self._gap() * (len(self.words) - 1)  # type: ignore[attr-defined]

    def height_for(self, width: int) -> int:
        """Return the height of the higher side."""
        return max(self.ring.side(), self._words_height(self._room(width)))

    def resizeEvent(self, event: object) -> None:  # noqa: ARG002
        """Put words and ring at their places."""
        width, side = self.width(), self.ring.side()
        room, rtl = self._room(width), self.ring.theme.rtl
        self.ring.setGeometry(0 if rtl else width - side, (self.height() - side) // 2, side, side)
        y = (self.height() - self._words_height(room)) // 2
        for widget in self.words:
            high = widget.height_for(room)  # type: ignore[attr-defined]
            widget.setGeometry(width - room if rtl else 0, y, room, high)
            y += high + self._gap()

    def again(self) -> None:
        """Lay out anew: words have changed."""
        self.resizeEvent(None)


def _look(action: Action) -> Look | None:
    return Look.LARGE if action.style is ActionStyle.PRIMARY else None


class Veil(QWidget):
    """The veil over everything but the bar, and the box of the question on it.

    `turned` is called when something in it needs the layout again.
    """

    def __init__(self, context: Context, parent: QWidget, made: Callable[[AnyView], None]) -> None:
        super().__init__(parent)
        self.setObjectName("veil")
        self.context = context
        self.box = QRect()
        self.views = Views(self, made)
        self.pager = Pager(self, context, self.lay_out)
        self.title = Words(context.theme, "", Role.H1, parent=self)
        self.title.setObjectName("dialog/title")
        self._beside: _Beside | None = None
        self._ringless = False
        self._buttons: list[ActionButton] = []
        self._dialog: Dialog | None = None
        self._lit: list[QWidget] = []

    def show_dialog(self, dialog: Dialog) -> None:
        """Show a question, or another state of the same one."""
        old, self._dialog = self._dialog, dialog
        self.title.set_words(self.context.say(dialog.title))
        self.setAccessibleName(self.title.accessibleName())
        self.views.show(dialog.parts, self.context)
        if old is None or [a.id for a in old.actions] != [a.id for a in dialog.actions]:
            for button in self._buttons:
                button.hide()
                button.deleteLater()
            self._buttons = [ActionButton(action, self.context, self, _look(action)) for action in dialog.actions]
        else:
            for button, action in zip(self._buttons, dialog.actions, strict=True):
                if button.action != action:
                    button.set_action(action)
        self.lay_out()

    def buttons(self) -> list[ActionButton]:
        """Return the buttons in reading order."""
        return [button for button in self._buttons if button.isVisibleTo(self)]

    def take_focus(self) -> None:
        """Give the focus to the first button, or to whatever else can be operated first."""
        others = (w for w in self.findChildren(Pressable) if w.isVisibleTo(self))
        stops: list[Pressable] = [*self.buttons(), *others]
        (stops[0] if stops else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def light(self, spoken: str) -> None:
        """Light up what is being read."""
        self._lit = self.views.light(spoken)
        for button in self._buttons:
            button.set_spoken(button.action.id == spoken)
        self.update()

    @property
    def lit(self) -> list[QWidget]:
        """What is lit up, in reading order."""
        return [*self._lit, *(button for button in self._buttons if button.spoken)]

    # layout

    def lay_out(self) -> None:
        """Put the box in the middle, a little low, as high as its rows need."""
        if self._dialog is None or not self.width():
            return
        m = self.context.theme.metrics
        width = min(self.width() - 2 * m.margin, m.px(1200 if not m.extra else 1700))
        pad = m.by_size(48, 52, 44, 32)
        inner = width - 2 * pad
        most = self.height() - 2 * m.px(24)
        self._ringless = False
        rows = self._rows(inner)
        needed = self.pager.flow(inner).height(rows)
        if needed + 2 * pad > most:  # the words name the seconds too: buttons come before the ring
            self._ringless = True
            rows = self._rows(inner)
            needed = self.pager.flow(inner).height(rows)
        height = min(needed + 2 * pad, most)
        free = self.height() - height
        top = free - m.px(24) if m.low else round(free * 0.57)
        self.box = QRect((self.width() - width) // 2, max(m.px(24), top), width, height)
        self.pager.place(rows, self.box.adjusted(pad, pad, -pad, -pad))
        self.update()

    def _rows(self, width: int) -> list[Row]:
        rows = self._head(width)
        notes: list[Row] = []
        for view in self.views:
            if isinstance(view, CountdownView) and (self._beside is not None or self._ringless):
                view.ring.setVisible(self._beside is not None)
                continue
            if isinstance(view.part, Paragraph) and self._in_head(view):
                continue
            aside = isinstance(view.part, Paragraph) and view.part.muted
            (notes if aside else rows).extend(view.rows(width))
        return [*rows, *self._button_rows(width), *notes]

    def _in_head(self, view: AnyView) -> bool:
        return self._beside is not None and view.widgets()[0] in self._beside.words

    def _head(self, width: int) -> list[Row]:
        m = self.context.theme.metrics
        ring = next((view for view in self.views if isinstance(view, CountdownView)), None)
        if ring is None or (m.extra and not m.landscape) or not any(isinstance(v.part, Countdown) for v in self.views):
            return [Row((self.title,), 0, keep=True)]
        if self._beside is None:
            told = [v.widgets()[0] for v in self.views if isinstance(v.part, Paragraph) and not v.part.muted]
            self._beside = _Beside([self.title, *told], ring.ring, self)
        if width - ring.ring.side() < m.px(360):
            return [Row((self.title,), 0, keep=True)]
        self._beside.again()
        return [Row((self._beside,), 0)]

    def _button_rows(self, width: int) -> list[Row]:
        m = self.context.theme.metrics
        if not self._buttons:
            return []
        primary = [b for b in self._buttons if b.action.style is ActionStyle.PRIMARY]
        others = [b for b in self._buttons if b not in primary]
        rows = [Row((button,), m.px(48)) for button in primary]
        half = (width - m.gutter) // 2
        side_by_side = len(others) > 1 and all(b.natural_width() <= half for b in others)
        step = 2 if side_by_side else 1
        for start in range(0, len(others), step):
            gap = m.px(48) if not rows else m.px(24)
            rows.append(Row(tuple(others[start : start + step]), gap, step, m.gutter))
        return rows

    def resizeEvent(self, event: object) -> None:  # noqa: ARG002
        """Lay out anew."""
        self.lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw veil and box."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        p, m = self.context.theme.palette, self.context.theme.metrics
        painter.fillRect(self.rect(), p.veil)
        frame(painter, QRectF(self.box), self.context.theme, p.surface, p.text, m.px(4))
        painter.end()
