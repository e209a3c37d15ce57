"""The head: mark, place, clock; on the first screen before a view of the town. Nothing here can be touched."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QImageReader, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from kiosk.parts import Drawing
from kiosk.place import Place
from kiosk.text import msg
from ui.drawings import paint as paint_drawing
from ui.drawings import paint_mark
from ui.metrics import Role
from ui.parts.base import Context
from ui.words import TextBlock

Clock = Callable[[], datetime]


class Head(QLabel):
    """Mark or logo, the place's name, the site, and the time, which moves by itself."""

    def __init__(self, place: Place, clock: Clock, parent: QWidget) -> None:
        super().__init__(parent)
        self._place, self._clock = place, clock
        self._context: Context | None = None
        self._skyline = False
        self._logo: QImage | None = None
        self._logo_size = QSize()
        self._time = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tick)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def show_in(self, context: Context, *, skyline: bool) -> None:
        """Draw in another theme or language."""
        self._context, self._skyline = context, skyline
        self._tick()

    def _tick(self) -> None:
        context = self._context
        if context is None:
            return
        now = self._clock()
        self._time = context.say(msg("ui.clock", time=f"{now:%H:%M}"))
        self.setText(f"{context.say(self._place.name)}, {context.say(self._place.site)}. {self._time}")
        self.update()
        self._timer.start((60 - now.second) * 1000)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw everything."""
        if self._context is None or not self.height():
            return
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if self._skyline:
            paint_drawing(Drawing.SKYLINE, painter, QRectF(self.rect()), self._context.theme.palette)
        self._paint(painter, self._context)
        painter.end()

    def _paint(self, painter: QPainter, context: Context) -> None:
        theme = context.theme
        m, p = theme.metrics, theme.palette
        side, top = m.px(64), m.px(24) if m.landscape else m.px(28)
        x = m.margin if not theme.rtl else self.width() - m.margin - side
        self._mark(painter, QRectF(x, top, side, side), context)
        room = self.width() - 2 * m.margin - side - m.px(20)
        lines = [TextBlock(context.say(self._place.name), theme, theme.font(Role.SMALL_STRONG), room)]
        if not m.large:
            lines.append(TextBlock(context.say(self._place.site), theme, theme.font(Role.SMALL), room))
        y = top + (side - sum(round(line.height * 0.93) for line in lines)) / 2 - m.px(1)
        text_x = m.margin + side + m.px(20)
        for line, colour in zip(lines, (p.text, p.muted), strict=False):
            line.paint(painter, text_x if not theme.rtl else m.margin, y, colour)
            y += round(line.height * 0.93)
        clock = TextBlock(self._time, theme, theme.font(Role.SMALL), room)
        clock_x = self.width() - m.margin - clock.longest if not theme.rtl else m.margin - room + clock.longest
        clock.paint(painter, clock_x, top + (side - clock.height) / 2, p.muted)

    def _mark(self, painter: QPainter, rect: QRectF, context: Context) -> None:
        if self._place.logo is None:
            paint_mark(painter, rect, context.theme.palette)
            return
        image = self._logo_at(rect.size().toSize() * self.devicePixelRatio())
        if image.isNull():
            paint_mark(painter, rect, context.theme.palette)
            return
        size = image.size().scaled(rect.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        corner = rect.center() - QPointF(size.width() / 2, size.height() / 2)
        painter.drawImage(QRectF(corner, size.toSizeF()), image)

    def _logo_at(self, size: QSize) -> QImage:
        """Return the place's logo, read once for a size: a drawing (SVG) stays sharp."""
        if self._logo is None or self._logo_size != size:
            reader = QImageReader(str(self._place.logo))
            if reader.size().isValid():
                reader.setScaledSize(reader.size().scaled(size, Qt.AspectRatioMode.KeepAspectRatio))
            self._logo, self._logo_size = reader.read(), size
        return self._logo
