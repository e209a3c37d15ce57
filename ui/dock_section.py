"""The box of a section of the dock: in it one widget for each control."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from kiosk.text import msg
from ui.dock_controls import (
    COLOURS,
    ButtonRow,
    ControlWidget,
    FoldedChoice,
    OpenChoice,
    SpokenLine,
    german,
    plain_button,
    plain_label,
    show_button,
)
from ui.dock_data import DockButtons, DockChoice, DockControl, DockLine, DockPictures, DockSection
from ui.dock_papers import Papers
from ui.icons import icon_pixmap

_TILE, _ICON = 36, 22


class SectionBox(QFrame):
    """One section: icon, title, condition, controls. `show_section` changes it in place."""

    def __init__(self, section: DockSection) -> None:
        super().__init__()
        self.setObjectName("section")
        self._icon, self._condition = QLabel(), plain_label("", "good")
        self._condition.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(12, 10, 12, 12)
        self._rows.setSpacing(8)
        self._fold = plain_button()
        self._fold.setObjectName("fold")
        self._fold.clicked.connect(self._turn)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._fold)
        head.addWidget(self._icon)
        head.addWidget(plain_label(german(section.title), "title"))
        head.addWidget(self._condition, 1)
        self._button = plain_button()
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
        self._condition.setText(f"● {german(section.condition)}" if section.condition else "")
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
        self._fold.setIcon(QIcon(icon_pixmap(icon, 18, COLOURS.muted, self._fold.devicePixelRatioF())))
        key = "dock.unfold" if self._folded else "dock.fold"
        self._fold.setAccessibleName(german(msg(key, device=self._section.title)))
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
    painter.setBrush(COLOURS.action_tint)
    painter.drawRoundedRect(QRectF(0, 0, _TILE, _TILE), 6, 6)
    offset = (_TILE - _ICON) / 2
    painter.drawPixmap(QPointF(offset, offset), icon_pixmap(icon, _ICON, COLOURS.action, ratio))
    painter.end()
    return pixmap


def _widget_for(control: DockControl) -> ControlWidget:
    match control:
        case DockChoice():
            return FoldedChoice(control) if control.folded else OpenChoice(control)
        case DockButtons():
            return ButtonRow(control)
        case DockLine():
            return SpokenLine(control)
        case DockPictures():
            return Papers(control)
