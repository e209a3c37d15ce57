"""`Canvas`: a painter for drawings of flat fills and round strokes, in the units of the drawing's own grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

Point = tuple[float, float]


class Canvas:
    """Shapes on a painter. `fill` None leaves a shape empty, `stroke` None leaves it without a border.

    `width` is the border's width in units of the grid; borders lie on the shape's edge.
    """

    def __init__(self, painter: QPainter) -> None:
        self.painter = painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    @contextmanager
    def fitted(self, rect: QRectF, width: float, height: float) -> Iterator[None]:
        """Map a grid of `width` × `height` into the middle of `rect`, keeping its proportions."""
        scale = min(rect.width() / width, rect.height() / height)
        with self.mapped(
            rect.center().x() - width * scale / 2,
            rect.center().y() - height * scale / 2,
            scale,
        ):
            yield

    @contextmanager
    def mapped(self, x: float, y: float, scale: float, *, mirrored: bool = False) -> Iterator[None]:
        """Put the grid's origin at `x`, `y` of the present grid, `scale` times as large."""
        self.painter.save()
        self.painter.translate(x, y)
        self.painter.scale(-scale if mirrored else scale, scale)
        try:
            yield
        finally:
            self.painter.restore()

    def box(  # noqa: PLR0913 - a rectangle has these
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: QColor | None = None,
        stroke: QColor | None = None,
        line: float = 4,
        radius: float = 0,
    ) -> None:
        """Draw a rectangle, with round corners if `radius`."""
        self._use(fill, stroke, line)
        self.painter.drawRoundedRect(QRectF(x, y, width, height), radius, radius)

    def disc(
        self,
        centre: Point,
        radius: float,
        *,
        fill: QColor | None = None,
        stroke: QColor | None = None,
        line: float = 4,
    ) -> None:
        """Draw a circle."""
        self._use(fill, stroke, line)
        self.painter.drawEllipse(QPointF(*centre), radius, radius)

    def shape(
        self, points: Sequence[Point], *, fill: QColor | None = None, stroke: QColor | None = None, line: float = 4
    ) -> None:
        """Draw a closed polygon."""
        self._use(fill, stroke, line)
        self.painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in points]))

    def path(
        self, path: QPainterPath, *, fill: QColor | None = None, stroke: QColor | None = None, line: float = 4
    ) -> None:
        """Draw a path."""
        self._use(fill, stroke, line)
        self.painter.drawPath(path)

    def lines(self, points: Sequence[Point], colour: QColor, line: float = 4, *, dotted: bool = False) -> None:
        """Draw an open line through `points`."""
        self._use(None, colour, line)
        if dotted:
            pen = self.painter.pen()
            pen.setDashPattern([0.01, 2.4])
            self.painter.setPen(pen)
        self.painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))

    def _use(self, fill: QColor | None, stroke: QColor | None, line: float) -> None:
        self.painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
        if stroke is None:
            self.painter.setPen(Qt.PenStyle.NoPen)
            return
        self.painter.setPen(
            QPen(stroke, line, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
