"""The papers that came out, as the dock shows them."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from kiosk.privacy import Private
from ui.dock_controls import COLOURS, ControlWidget, german, plain_label
from ui.dock_data import DockControl, DockPictures


class _PaperTray(QScrollArea):
    """Asks for little height and takes what is left."""

    _HEIGHT = 170

    def sizeHint(self) -> QSize:
        """Return a modest size whatever lies in the tray."""
        return QSize(super().sizeHint().width(), self._HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the same: less would show too little of a paper."""
        return QSize(super().minimumSizeHint().width(), self._HEIGHT)


class Papers(ControlWidget):
    """Papers as they came out, newest on top, on a ground of their own."""

    def __init__(self, control: DockPictures) -> None:
        super().__init__()
        self._pictures: tuple[Private[bytes], ...] | None = None
        self._empty = plain_label(german(control.empty), "quiet")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setMinimumHeight(44)
        inner = QWidget()
        inner.setObjectName("inner")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(12, 10, 12, 10)
        self._column.setSpacing(12)
        self._area = _PaperTray()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(inner)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._empty)
        rows.addWidget(self._area, 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.show_control(control)

    def show_control(self, control: DockControl) -> bool:
        """Show other papers."""
        if not isinstance(control, DockPictures):
            return False
        if control.pictures != self._pictures:
            self._pictures = control.pictures
            self._show(control)
        return True

    def _show(self, control: DockPictures) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for picture in control.pictures:
            self._column.addWidget(PaperPicture(picture, german(control.name)))
        self._column.addStretch(1)
        self._empty.setVisible(not control.pictures)
        self._area.setVisible(bool(control.pictures))
        self._area.verticalScrollBar().setValue(0)


class PaperPicture(QWidget):
    """One paper: white, torn at its foot, as wide as there is room."""

    _TOOTH = 6.0

    def __init__(self, picture: Private[bytes], name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._pixmap = QPixmap()
        self._pixmap.loadFromData(QByteArray(picture.reveal()))
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def readable(self) -> bool:
        """Whether the picture could be read."""
        return not self._pixmap.isNull()

    def hasHeightForWidth(self) -> bool:
        """The paper keeps its proportions."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the paper's height, with its torn foot."""
        shown = min(width, self._pixmap.width() or width)
        height = self._pixmap.height() * shown / max(1, self._pixmap.width())
        return round(height + 2 * self._TOOTH) + 2

    def sizeHint(self) -> QSize:
        """Return the size in a dock of usual width."""
        return QSize(330, self.heightForWidth(330))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Draw the paper's shape, then the picture on it."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        width = float(min(self.width(), self._pixmap.width() or self.width())) - 2
        left = (self.width() - width) / 2
        paper = QRectF(left, 1, width, self.height() - 2)
        painter.setPen(QPen(COLOURS.border, 1))
        painter.setBrush(QColor("#ffffff"))
        painter.drawPolygon(self._outline(paper))
        if self.readable:
            height = self._pixmap.height() * width / self._pixmap.width()
            painter.drawPixmap(QRectF(left + 1, 3, width - 2, height - 2), self._pixmap, QRectF(self._pixmap.rect()))
        painter.end()

    def _outline(self, paper: QRectF) -> QPolygonF:
        teeth = max(2, round(paper.width() / (2 * self._TOOTH))) * 2
        step = paper.width() / teeth
        foot = [
            QPointF(paper.right() - n * step, paper.bottom() - (self._TOOTH if n % 2 else 0)) for n in range(teeth + 1)
        ]
        return QPolygonF([paper.topLeft(), paper.topRight(), *foot])
