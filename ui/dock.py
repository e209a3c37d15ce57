"""The dock: a window beside the terminal that plays its devices. For demonstrations and tests only.

It knows no device. It draws `DockSection`s, one a device: how the device is, and what can be done to it (callables).
Whoever has the devices gives the sections, and calls `Dock.refresh` on each change. German only: it is for those
who show the terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from kiosk.look import Contrast
from kiosk.place import Colours
from kiosk.text import GERMAN, msg, translator
from ui.dock_data import DockSection
from ui.dock_section import SectionBox
from ui.palette import palette_for

_ARROW = Path(__file__).parent / "icons" / "chevron-down.svg"
WIDTH, HEIGHT = 420, 900
"""The size it opens with, in logical pixels of a desktop."""


class Dock(QWidget):
    """The window. Its widgets are changed in place, so a button keeps the focus while the state changes."""

    def __init__(self, sections: Callable[[], Sequence[DockSection]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._described = sections
        self._sections: dict[str, SectionBox] = {}
        say = translator(GERMAN).say
        self.setObjectName("dock")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(say(msg("dock.title")))
        self.setStyleSheet(_style())
        self.resize(WIDTH, HEIGHT)
        self.setMinimumWidth(360)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus()
        self._column = self._build(say(msg("dock.title")), say(msg("dock.remark")))
        self.refresh()

    def refresh(self) -> None:
        """Show how the devices are now. Call it on the thread of the window."""
        for section in self._described():
            box = self._sections.get(section.id)
            if box is None:
                box = self._sections[section.id] = SectionBox(section)
                self._column.addWidget(box)
            else:
                box.show_section(section)

    def _build(self, title: str, remark: str) -> QVBoxLayout:
        heading, note = QLabel(title), QLabel(remark)
        heading.setObjectName("heading")
        note.setObjectName("note")
        note.setWordWrap(True)
        inner = QWidget()
        inner.setObjectName("inner")
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 0, 16, 16)
        column.setSpacing(12)
        column.setAlignment(Qt.AlignmentFlag.AlignTop)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 14, 0, 0)
        outer.setSpacing(0)
        for label in (heading, note):
            label.setContentsMargins(16, 0, 16, 2)
            outer.addWidget(label)
        outer.addSpacing(10)
        outer.addWidget(area, 1)
        return column


def _style() -> str:
    """The look of a desktop window in the colours of the soft scheme: 15 px text, controls 36 px high."""
    p = palette_for(Contrast.SOFT, Colours())

    def c(colour: QColor) -> str:
        return colour.name()

    return f"""
    #dock, #inner, QScrollArea {{ background: {c(p.sunken)}; }}
    #dock * {{ font-family: "Noto Sans"; font-size: 14px; color: {c(p.text)}; }}
    #dock #heading {{ font-size: 19px; font-weight: 700; }}
    #dock #note, #dock #label, #dock #quiet {{ color: {c(p.muted)}; font-size: 13px; }}
    #dock #section {{ background: {c(p.surface)}; border: 1px solid {c(p.line)}; border-radius: 8px; }}
    #dock #title {{ font-size: 15px; font-weight: 700; }}
    #dock #good {{ color: {c(p.success)}; font-size: 13px; font-weight: 700; }}
    #dock #bad {{ color: {c(p.warning)}; font-size: 13px; font-weight: 700; }}
    #dock #line {{ color: {c(p.text)}; background: {c(p.sunken)}; border-radius: 6px; padding: 8px 10px; }}
    #dock QPushButton {{
        background: {c(p.surface)}; border: 1px solid {c(p.border)}; border-radius: 6px;
        min-height: 34px; padding: 0 8px; }}
    #dock QPushButton:hover {{ background: {c(p.action_tint)}; }}
    #dock QPushButton:pressed {{ background: {c(p.action_tint)}; border: 2px solid {c(p.action)}; }}
    #dock QPushButton:checked {{
        background: {c(p.action_tint)}; border: 2px solid {c(p.action)}; color: {c(p.action)}; padding: 0 7px; }}
    #dock QComboBox {{
        background: {c(p.surface)}; border: 1px solid {c(p.border)}; border-radius: 6px;
        min-height: 34px; padding: 0 10px; }}
    #dock QComboBox:focus {{ border: 2px solid {c(p.focus)}; padding: 0 9px; }}
    #dock QComboBox::drop-down {{ border: 0; width: 32px; }}
    #dock QComboBox::down-arrow {{ image: url("{_ARROW.as_posix()}"); width: 16px; height: 16px; }}
    #dock QComboBox QAbstractItemView {{
        background: {c(p.surface)}; selection-background-color: {c(p.action_tint)};
        selection-color: {c(p.action)}; }}
    #dock QPushButton:disabled {{
        background: {c(p.bg)}; border: 1px dashed {c(p.disabled)}; color: {c(p.disabled)}; }}
    #dock #fold {{ border: 0; background: transparent; min-height: 24px; min-width: 22px; padding: 0; }}
    #dock #fold:focus {{ border: 2px solid {c(p.focus)}; padding: 0; }}
    #dock QPushButton:focus {{ border: 2px solid {c(p.focus)}; padding: 0 7px; }}
    QScrollBar:vertical {{ background: transparent; width: 8px; }}
    QScrollBar::handle:vertical {{ background: {c(p.border)}; border-radius: 4px; min-height: 30px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}
    """
