"""The frame that says all the time that somebody at the counter sees this screen too."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.theme import Theme


class WatchedFrame(QWidget):
    """A line around the whole window, over everything; touches go through it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._theme: Theme | None = None
        self.hide()

    def show_in(self, theme: Theme, *, watched: bool) -> None:
        """Be there or not."""
        self._theme = theme
        self.setVisible(watched)
        parent = self.parentWidget()
        if watched and parent is not None:
            self.setGeometry(parent.rect())
            self.raise_()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the line: the help's yellow, edged so that it is seen on every ground (WCAG 1.4.11)."""
        if self._theme is None:
            return
        m, p = self._theme.metrics, self._theme.palette
        painter = QPainter(self)
        for colour, outer, inner in ((p.on_help, 0, m.px(14)), (p.help, m.px(2), m.px(12))):
            pen = QPen(colour, inner - outer)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            middle = (outer + inner) // 2
            painter.drawRect(self.rect().adjusted(middle, middle, -middle - 1, -middle - 1))
        painter.end()
