"""The focus ring: around whatever has the focus, outside of it, over everything."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.parts.editors import LineEdit, PageEdit
from ui.press import Pressable
from ui.theme import Theme
from ui.words import Told


class FocusRing(QWidget):
    """A ring with a gap (1 mm) around the focus. After touch it is shown in fields only."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.theme: Theme | None = None
        self._field = False
        self._group: tuple[QWidget, ...] = ()
        self.hide()

    def follow(self, widget: QWidget | None) -> None:
        """Go around a widget of the same window, or disappear."""
        if self._group and Pressable.by_keyboard:
            self.enclose(self._group)
            return
        rect = self._around(widget) if widget is not None and self.theme is not None else None
        if rect is None:
            self.hide()
            return
        self.setGeometry(rect)
        self.raise_()
        self.show()

    def enclose(self, widgets: Sequence[QWidget]) -> None:
        """Go around several widgets of the same window at once, and stay there; none: around the focus again."""
        top = self.parentWidget()
        self._group = tuple(widget for widget in widgets if top is not None and widget.isVisibleTo(top))
        if self.theme is None or top is None or not self._group:
            self.follow(top.focusWidget() if top is not None else None)
            return
        whole = QRect()
        for widget in self._group:
            whole = whole.united(QRect(widget.mapTo(top, QPoint(0, 0)), widget.size()))
        out = self.theme.metrics.px(10)
        self.setGeometry(whole.adjusted(-out, -out, out, out).intersected(top.rect()))
        self.raise_()
        self.show()

    def _around(self, widget: QWidget) -> QRect | None:
        top = self.parentWidget()
        if self.theme is None or top is None or not widget.isVisibleTo(top):
            return None
        inner, holder = widget.rect(), widget
        self._field = isinstance(widget, (LineEdit, PageEdit))
        if isinstance(widget, (LineEdit, PageEdit)):
            inner, holder = widget.ring_rect(), widget.parentWidget() or widget
        elif not (Pressable.by_keyboard and isinstance(widget, (Pressable, Told))):
            return None
        corner = holder.mapTo(top, QPoint(0, 0))
        m = self.theme.metrics
        out = m.px(4) + m.px(6)
        return inner.translated(corner).adjusted(-out, -out, out, out)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the ring."""
        if self.theme is None or not (self._field or Pressable.by_keyboard):
            return
        m = self.theme.metrics
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = m.px(6)
        painter.setPen(QPen(self.theme.palette.focus, width))
        half = width / 2
        radius = m.radius + m.px(7)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(half, half, -half, -half), radius, radius)
        painter.end()
