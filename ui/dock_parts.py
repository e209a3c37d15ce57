"""The widgets of the dock: a box for each section, in it one widget for each control."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from kiosk.place import Colours
from kiosk.privacy import Private
from kiosk.screen import Contrast
from kiosk.text import GERMAN, Text, msg, translator
from ui.dock_data import DockButton, DockButtons, DockChoice, DockControl, DockLine, DockPictures, DockSection
from ui.icons import icon_pixmap
from ui.palette import palette_for

_COLOURS = palette_for(Contrast.SOFT, Colours())
_TILE, _ICON = 36, 22


def _say(text: Text) -> str:
    return translator(GERMAN).say(text)


def _label(text: str, name: str, *, wrap: bool = False) -> QLabel:
    label = QLabel(text)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    return label


class SectionBox(QFrame):
    """One section: icon, title, condition, controls. `show_section` changes it in place."""

    def __init__(self, section: DockSection) -> None:
        super().__init__()
        self.setObjectName("section")
        self._icon, self._condition = QLabel(), _label("", "good")
        self._condition.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(12, 10, 12, 12)
        self._rows.setSpacing(8)
        self._fold = _button()
        self._fold.setObjectName("fold")
        self._fold.clicked.connect(self._turn)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._fold)
        head.addWidget(self._icon)
        head.addWidget(_label(_say(section.title), "title"))
        head.addWidget(self._condition, 1)
        self._button = _button()
        self._button.clicked.connect(self._act)
        head.addWidget(self._button)
        self._rows.addLayout(head)
        self._section: DockSection | None = None
        self._parts: list[ControlWidget] = []
        self._folded = section.folded
        self.show_section(section)
        self._show_fold()

    @property
    def section(self) -> DockSection:
        """What is shown."""
        assert self._section
        return self._section

    def show_section(self, section: DockSection) -> None:
        """Show how the device is now."""
        if section == self._section:
            return
        self._section = section
        self._icon.setPixmap(_tile(section.icon, self.devicePixelRatioF()))
        self._condition.setObjectName("good" if section.good else "bad")
        self._condition.setText(f"● {_say(section.condition)}" if section.condition else "")
        self._condition.style().polish(self._condition)
        self._button.setVisible(section.button is not None)
        if section.button is not None:
            show_button(self._button, section.button)
        self._show_controls(section.controls)

    def _turn(self) -> None:
        """Fold, or unfold."""
        self._folded = not self._folded
        self._show_fold()

    def _show_fold(self) -> None:
        assert self._section
        icon = "chevron-right" if self._folded else "chevron-down"
        self._fold.setIcon(QIcon(icon_pixmap(icon, 18, _COLOURS.muted, self._fold.devicePixelRatioF())))
        key = "dock.unfold" if self._folded else "dock.fold"
        self._fold.setAccessibleName(_say(msg(key, device=self._section.title)))
        for part in self._parts:
            part.setVisible(not self._folded)

    def _act(self) -> None:
        if self._section is not None and self._section.button is not None:
            self._section.button.act()

    def _show_controls(self, controls: tuple[DockControl, ...]) -> None:
        for index, control in enumerate(controls):
            if index < len(self._parts) and self._parts[index].show_control(control):
                continue
            for part in self._parts[index:]:
                self._rows.removeWidget(part)
                part.hide()
                part.deleteLater()
            del self._parts[index:]
            part = _widget_for(control)
            part.setVisible(not self._folded)
            self._parts.append(part)
            self._rows.addWidget(part)
        for part in self._parts[len(controls) :]:
            self._rows.removeWidget(part)
            part.hide()
            part.deleteLater()
        del self._parts[len(controls) :]


def _tile(icon: str, ratio: float) -> QPixmap:
    """The icon on a tinted tile."""
    pixmap = QPixmap(round(_TILE * ratio), round(_TILE * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_COLOURS.action_tint)
    painter.drawRoundedRect(QRectF(0, 0, _TILE, _TILE), 6, 6)
    offset = (_TILE - _ICON) / 2
    painter.drawPixmap(QPointF(offset, offset), icon_pixmap(icon, _ICON, _COLOURS.action, ratio))
    painter.end()
    return pixmap


class ControlWidget(QWidget):
    """Base of the controls' widgets."""

    def show_control(self, control: DockControl) -> bool:
        """Show another state of the control; False if that needs another widget."""
        raise NotImplementedError


def _widget_for(control: DockControl) -> ControlWidget:
    match control:
        case DockChoice():
            return _Folded(control) if control.folded else _Choice(control)
        case DockButtons():
            return _Buttons(control)
        case DockLine():
            return _Line(control)
        case DockPictures():
            return _Pictures(control)


def _button(words: str = "") -> QPushButton:
    """A button that a click does not focus: the ring is for keyboards."""
    button = QPushButton(words)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def show_button(button: QPushButton, shown: DockButton) -> None:
    """Give a button its words, its icon and whether it can be used."""
    button.setText(_say(shown.label))
    button.setEnabled(shown.enabled)
    if shown.icon:
        colour = _COLOURS.text if shown.enabled else _COLOURS.disabled
        button.setIcon(QIcon(icon_pixmap(shown.icon, 18, colour, button.devicePixelRatioF())))
        button.setIconSize(QSize(18, 18))


class _Folded(ControlWidget):
    """A label and a box that drops down."""

    def __init__(self, control: DockChoice) -> None:
        super().__init__()
        self._control = control
        self._box = QComboBox()
        self._box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        if control.label is not None:
            row.addWidget(_label(_say(control.label), "label"))
            self._box.setAccessibleName(_say(control.label))
        for option in control.options:
            self._box.addItem(_say(option.label), option.id)
        self._box.activated.connect(lambda index: self._control.choose(self._control.options[index].id))
        row.addWidget(self._box, 1)
        self.show_control(control)

    def show_control(self, control: DockControl) -> bool:
        if not isinstance(control, DockChoice) or not control.folded or control.options != self._control.options:
            return False
        self._control = control
        self._box.setCurrentIndex(self._box.findData(control.chosen))
        return True


class _Choice(ControlWidget):
    """Buttons in rows of what fits; the chosen one is down."""

    def __init__(self, control: DockChoice) -> None:
        super().__init__()
        self._control = control
        self._buttons = [_button(_say(option.label)) for option in control.options]
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        if control.label is not None:
            rows.addWidget(_label(_say(control.label), "label"))
        grid = QGridLayout()
        grid.setSpacing(6)
        columns = self._columns()
        for index, (button, option) in enumerate(zip(self._buttons, control.options, strict=True)):
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, chosen=option.id: self._choose(chosen))
            grid.addWidget(button, index // columns, index % columns)
        rows.addLayout(grid)
        self.show_control(control)

    def _columns(self) -> int:
        longest = max((len(button.text()) for button in self._buttons), default=0)
        return min(len(self._buttons), 4 if longest <= 12 else 2) or 1

    def _choose(self, chosen: str) -> None:
        choose = self._control.choose
        self.show_control(self._control)  # the state decides what is down, not the touch
        choose(chosen)

    def show_control(self, control: DockControl) -> bool:
        if not isinstance(control, DockChoice) or control.folded:
            return False
        if (control.options, control.label) != (self._control.options, self._control.label):
            return False
        self._control = control
        for button, option in zip(self._buttons, control.options, strict=True):
            button.setChecked(option.id == control.chosen)
        return True


class _Buttons(ControlWidget):
    """Buttons beside each other; labels and what they do may change."""

    def __init__(self, control: DockButtons) -> None:
        super().__init__()
        self._control = control
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._buttons = [_button() for _ in control.buttons]
        for index, button in enumerate(self._buttons):
            button.clicked.connect(lambda _=False, index=index: self._control.buttons[index].act())
            row.addWidget(button)
        self.show_control(control)

    def show_control(self, control: DockControl) -> bool:
        if not isinstance(control, DockButtons) or len(control.buttons) != len(self._buttons):
            return False
        self._control = control
        for button, shown in zip(self._buttons, control.buttons, strict=True):
            show_button(button, shown)
        return True


class _Line(ControlWidget):
    """What is being said, as text."""

    def __init__(self, control: DockLine) -> None:
        super().__init__()
        self._words = _label("", "line", wrap=True)
        self._words.setMinimumHeight(54)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._words)
        self.show_control(control)

    def show_control(self, control: DockControl) -> bool:
        if not isinstance(control, DockLine):
            return False
        self._words.setText(control.words.reveal() or _say(control.empty))
        return True


class _PaperTray(QScrollArea):
    """Asks for little height and takes what is left."""

    _HEIGHT = 170

    def sizeHint(self) -> QSize:
        """Return a modest size whatever lies in the tray."""
        return QSize(super().sizeHint().width(), self._HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return the same: less would show too little of a paper."""
        return QSize(super().minimumSizeHint().width(), self._HEIGHT)


class _Pictures(ControlWidget):
    """Papers as they came out, newest on top, on a ground of their own."""

    def __init__(self, control: DockPictures) -> None:
        super().__init__()
        self._pictures: tuple[Private[bytes], ...] | None = None
        self._empty = _label(_say(control.empty), "quiet")
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
            self._column.addWidget(PaperPicture(picture, _say(control.name)))
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
        painter.setPen(QPen(_COLOURS.border, 1))
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
