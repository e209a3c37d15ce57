"""Framed remarks: information, success, warning, danger."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from kiosk.parts import Level, Notice
from ui.icons import icon_pixmap
from ui.metrics import Role
from ui.parts.base import BoxView, Context, Row, frame, part_gap
from ui.words import Colours, Sheet, Told

ICONS = {Level.INFO: "info", Level.SUCCESS: "success", Level.WARNING: "warning", Level.DANGER: "error"}
TRIES = 3
"""A PIN has three tries (BSI TR-03110)."""


class NoticeBox(Told):
    """A notice: colour and icon and words, and the tries that are left as circles."""

    def __init__(self, notice: Notice, context: Context, parent: QWidget) -> None:
        self.notice, self.context = notice, context
        super().__init__(context.theme, self._words(), parent)

    def set_notice(self, notice: Notice) -> None:
        """Show another notice."""
        self.notice = notice
        self.changed(self._words())

    def _words(self) -> str:
        say = self.context.say
        return " ".join(filter(None, (say(self.notice.title), say(self.notice.text))))

    def compose(self, width: int) -> Sheet:
        """Lay out icon, title, text and tries."""
        m, say = self.theme.metrics, self.context.say
        sheet = Sheet(self.theme, width)
        pad, left = (m.px(12), m.px(26)) if m.scarce else (m.by_size(20, 22, 26, 28), m.px(38))
        size = m.icon
        x = left + size + m.px(22)
        room = width - x - m.px(24)
        line = round(self.theme.leading(self.theme.font(Role.TITLE)))
        top = pad + max(0, (size - line) // 2)
        tries = self._tries_width() if self.notice.tries is not None else 0
        beside = tries and room - tries > m.px(360)
        title = sheet.text(x, top, room - (tries if beside else 0), say(self.notice.title), Role.TITLE)
        sheet.icon(left, top + (line - size) // 2, size, ICONS[self.notice.level], self.notice.level.value)
        y = top + title.height
        if tries and not beside:
            y += m.px(12)
        if tries:
            circle = self._circle()
            at = (width - m.px(24) - tries, top + (line - circle) // 2) if beside else (x, y)
            self._place_tries(sheet, *at)
            y = max(y, at[1] + circle)
        if self.notice.text is not None:
            y += m.px(4)
            role = Role.SMALL if m.scarce else Role.BODY
            y += sheet.text(x, y, room, say(self.notice.text), role).height
        sheet.height = max(y, top + size) + pad
        return sheet

    def _circle(self) -> int:
        return self.theme.metrics.by_size(44, 56, 60, 64)

    def _tries_width(self) -> int:
        return TRIES * self._circle() + (TRIES - 1) * self.theme.metrics.px(12)

    def _place_tries(self, sheet: Sheet, x: int, y: int) -> None:
        circle, gap = self._circle(), self.theme.metrics.px(12)
        left = self.notice.tries or 0
        for number in range(TRIES):
            used = number < TRIES - left
            rect = QRectF(x + number * (circle + gap), y, circle, circle)
            sheet.shape(rect, self._draw_used if used else self._draw_left)

    def _draw_left(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        self._draw_circle(painter, rect, colours, "text")

    def _draw_used(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        self._draw_circle(painter, rect, colours, "danger")
        size = round(rect.width() * 0.55)
        pixmap = icon_pixmap("cross", size, colours("danger"), painter.device().devicePixelRatio())
        painter.drawPixmap(rect.center().toPoint() - QRectF(0, 0, size, size).center().toPoint(), pixmap)

    def _draw_circle(self, painter: QPainter, rect: QRectF, colours: Colours, role: str) -> None:
        width = self.theme.metrics.edge
        painter.setPen(QPen(colours(role), width))
        painter.setBrush(colours("surface"))
        painter.drawEllipse(rect.adjusted(width / 2, width / 2, -width / 2, -width / 2))

    def ground(self, painter: QPainter) -> None:
        """Draw tint, border, and the bar at the reading edge."""
        m = self.theme.metrics
        colour, tint = self.theme.palette.level(self.notice.level)
        rect = QRectF(self.rect())
        frame(painter, rect, self.theme, tint, colour, m.line)
        bar = QRectF(rect)
        bar.setWidth(m.px(12))
        if self.theme.rtl:
            bar.moveRight(rect.right())
        path = QPainterPath()
        path.addRoundedRect(rect, m.radius, m.radius)
        painter.save()
        painter.setClipRect(bar)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillPath(path, colour)
        painter.restore()


class NoticeView(BoxView[Notice]):
    """A notice over the full width."""

    box: NoticeBox

    def build(self) -> None:
        """Make the box."""
        self.box = NoticeBox(self.part, self.context, self.parent)

    def update(self, part: Notice) -> bool:
        """Change level, words and tries in place."""
        self.part = part
        self.box.set_notice(part)
        return True

    def rows(self, width: int) -> Sequence[Row]:  # noqa: ARG002
        """Return one row."""
        return (Row((self.box,), part_gap(self.theme), name=self.context.say(self.part.title)),)
