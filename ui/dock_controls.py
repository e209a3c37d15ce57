"""The controls of the dock's sections: choices, buttons, a line of text; and how its labels and buttons are made."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from kiosk.look import Contrast
from kiosk.place import Colours
from kiosk.text import GERMAN, Text, translator
from ui.dock_data import DockButton, DockButtons, DockChoice, DockControl, DockLine
from ui.icons import icon_pixmap
from ui.palette import palette_for

COLOURS = palette_for(Contrast.SOFT, Colours())


def german(text: Text) -> str:
    """Return a text of the dock: it speaks German, whatever the visitor reads."""
    return translator(GERMAN).say(text)


def plain_label(text: str, name: str, *, wrap: bool = False) -> QLabel:
    """Return a label that takes nothing in its text for markup; `name` gives it its style."""
    label = QLabel(text)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    return label


class ControlWidget(QWidget):
    """Base of the controls' widgets."""

    def show_control(self, control: DockControl) -> bool:
        """Show another state of the control; False if that needs another widget."""
        raise NotImplementedError


def plain_button(words: str = "") -> QPushButton:
    """A button that a click does not focus: the ring is for keyboards."""
    button = QPushButton(words)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def show_button(button: QPushButton, shown: DockButton) -> None:
    """Give a button its words, its icon and whether it can be used."""
    button.setText(german(shown.label))
    button.setEnabled(shown.enabled)
    if shown.icon:
        colour = COLOURS.text if shown.enabled else COLOURS.disabled
        button.setIcon(QIcon(icon_pixmap(shown.icon, 18, colour, button.devicePixelRatioF())))
        button.setIconSize(QSize(18, 18))


class FoldedChoice(ControlWidget):
    """A label and a box that drops down."""

    def __init__(self, control: DockChoice) -> None:
        super().__init__()
        self._control = control
        self._box = QComboBox()
        self._box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        if control.label is not None:
            row.addWidget(plain_label(german(control.label), "label"))
            self._box.setAccessibleName(german(control.label))
        for option in control.options:
            self._box.addItem(german(option.label), option.id)
        self._box.activated.connect(lambda index: self._control.choose(self._control.options[index].id))
        row.addWidget(self._box, 1)
        self.show_control(control)

    def show_control(self, control: DockControl) -> bool:
        """Choose another option."""
        if not isinstance(control, DockChoice) or not control.folded or control.options != self._control.options:
            return False
        self._control = control
        self._box.setCurrentIndex(self._box.findData(control.chosen))
        return True


class OpenChoice(ControlWidget):
    """Buttons in rows of what fits; the chosen one is down."""

    def __init__(self, control: DockChoice) -> None:
        super().__init__()
        self._control = control
        self._buttons = [plain_button(german(option.label)) for option in control.options]
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        if control.label is not None:
            rows.addWidget(plain_label(german(control.label), "label"))
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
        """Press another option down."""
        if not isinstance(control, DockChoice) or control.folded:
            return False
        if (control.options, control.label) != (self._control.options, self._control.label):
            return False
        self._control = control
        for button, option in zip(self._buttons, control.options, strict=True):
            button.setChecked(option.id == control.chosen)
        return True


class ButtonRow(ControlWidget):
    """Buttons beside each other; labels and what they do may change."""

    def __init__(self, control: DockButtons) -> None:
        super().__init__()
        self._control = control
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._buttons = [plain_button() for _ in control.buttons]
        for index, button in enumerate(self._buttons):
            button.clicked.connect(lambda _=False, index=index: self._control.buttons[index].act())
            row.addWidget(button)
        self.show_control(control)

    def show_control(self, control: DockControl) -> bool:
        """Show other labels, as many as before."""
        if not isinstance(control, DockButtons) or len(control.buttons) != len(self._buttons):
            return False
        self._control = control
        for button, shown in zip(self._buttons, control.buttons, strict=True):
            show_button(button, shown)
        return True


class SpokenLine(ControlWidget):
    """What is being said, as text."""

    def __init__(self, control: DockLine) -> None:
        super().__init__()
        self._words = plain_label("", "line", wrap=True)
        self._words.setMinimumHeight(54)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._words)
        self.show_control(control)

    def show_control(self, control: DockControl) -> bool:
        """Show other words."""
        if not isinstance(control, DockLine):
            return False
        self._words.setText(control.words.reveal() or german(control.empty))
        return True
