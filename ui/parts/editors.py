"""The editors inside fields: Qt's own, so that assistive technology and physical keyboards work.

They show no menu, select nothing by touch, and never put anything on a clipboard: what a visitor
typed must not outlive the visit.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

from PySide6.QtCore import QRect, Qt, Signal, SignalInstance
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QPalette, QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QProxyStyle, QStyle, QWidget

from ui.letters import letter_after, letter_before
from ui.metrics import Role
from ui.theme import Theme

_CLIPBOARD = (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.Cut, QKeySequence.StandardKey.Paste)
_HINTS = Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText


class TypedEdit(Protocol):
    """What a field needs of its editor."""

    edited: SignalInstance
    activated: SignalInstance

    def value(self) -> str: ...  # noqa: D102
    def set_value(self, value: str) -> None: ...  # noqa: D102
    def set_limit(self, letters: int | None) -> None: ...  # noqa: D102
    def set_placeholder(self, words: str) -> None: ...  # noqa: D102
    def insert_text(self, text: str) -> None: ...  # noqa: D102
    def erase(self) -> None: ...  # noqa: D102
    def take_focus(self) -> None: ...  # noqa: D102
    def ring_rect(self) -> QRect: ...  # noqa: D102

    def setObjectName(self, name: str) -> None: ...  # noqa: D102
    def setAccessibleName(self, name: str) -> None: ...  # noqa: D102
    def setAccessibleDescription(self, description: str) -> None: ...  # noqa: D102
    def setHidden(self, hidden: bool) -> None: ...  # noqa: D102
    def setGeometry(self, rect: QRect) -> None: ...  # noqa: D102
    def setFocus(self, reason: Qt.FocusReason) -> None: ...  # noqa: D102


class _CursorStyle(QProxyStyle):
    """The platform's style with a cursor that can be seen."""

    def __init__(self, width: int) -> None:
        super().__init__("Fusion")
        self._width = width

    def pixelMetric(self, metric: QStyle.PixelMetric, option: object = None, widget: QWidget | None = None) -> int:
        """Return the cursor's width; everything else as it is."""
        if metric is QStyle.PixelMetric.PM_TextCursorWidth:
            return self._width
        return super().pixelMetric(metric, option, widget)  # type: ignore[arg-type]


@lru_cache(maxsize=8)
def _style(cursor: int) -> _CursorStyle:
    return _CursorStyle(cursor)


def _dress(edit: QWidget, theme: Theme) -> None:
    p = theme.palette
    colours = QPalette()
    colours.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
    colours.setColor(QPalette.ColorRole.Window, Qt.GlobalColor.transparent)
    colours.setColor(QPalette.ColorRole.Text, p.text)
    colours.setColor(QPalette.ColorRole.PlaceholderText, p.muted)
    colours.setColor(QPalette.ColorRole.Highlight, p.action)
    colours.setColor(QPalette.ColorRole.HighlightedText, p.on_action)
    edit.setStyle(_style(theme.metrics.px(4)))
    edit.setPalette(colours)
    edit.setFont(theme.font(Role.VALUE))
    edit.setInputMethodHints(_HINTS)
    edit.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)


def _goes_to_clipboard(event: QKeyEvent) -> bool:
    return any(event.matches(key) for key in _CLIPBOARD)


class LineEdit(QLineEdit):
    """One line. Signals: `edited(str)` after each change by the visitor, `activated()` when it gets the focus."""

    edited = Signal(str)
    activated = Signal()

    def __init__(self, theme: Theme, parent: QWidget, around: Callable[[], QRect]) -> None:
        super().__init__(parent)
        self._around = around
        self.setFrame(False)
        self.setDragEnabled(False)
        self.setTextMargins(0, 0, 0, 0)
        _dress(self, theme)
        self._quiet = False
        self.textChanged.connect(self._tell)

    def _tell(self, text: str) -> None:
        if not self._quiet:
            self.edited.emit(text)

    def value(self) -> str:
        """Return what is in the field."""
        return self.text()

    def set_value(self, value: str) -> None:
        """Set what is in the field, as from the screen; the cursor keeps its place from the end."""
        from_end = len(self.text()) - self.cursorPosition()
        self._quiet = True
        self.setText(value)
        self._quiet = False
        self.setCursorPosition(max(0, len(value) - from_end))

    def set_limit(self, letters: int | None) -> None:
        """Set how many letters fit."""
        limit = letters or 32767
        if limit != self.maxLength():
            self._quiet = True
            self.setMaxLength(limit)
            self._quiet = False

    def set_placeholder(self, words: str) -> None:
        """Set the words inside the empty box."""
        if words != self.placeholderText():
            self.setPlaceholderText(words)

    def insert_text(self, text: str) -> None:
        """Type text at the cursor."""
        self.insert(text)

    def erase(self) -> None:
        """Delete the letter before the cursor, with all its marks; or what is selected."""
        if not self.hasSelectedText():
            at = self.cursorPosition()
            self.setSelection(letter_before(self.text(), at), at - letter_before(self.text(), at))
        self.backspace()

    def take_focus(self) -> None:
        """Begin to fill this field."""
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def ring_rect(self) -> QRect:
        """Return what the focus ring goes around, in the parent."""
        return self._around()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that the field is being filled; select nothing."""
        super().focusInEvent(event)
        self.deselect()
        self.activated.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Place the cursor between two letters, and let the window know of the touch."""
        super().mousePressEvent(event)
        before = letter_before(self.text(), self.cursorPosition())
        if letter_after(self.text(), before) != self.cursorPosition():
            self.setCursorPosition(before)
        if self.hasFocus():
            self.activated.emit()
        event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Sliding selects nothing."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double touch is two touches: it selects nothing."""
        self.mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """No menu."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type; the clipboard is out of reach, up and down move among the fields, the others by whole letters."""
        if _goes_to_clipboard(event):
            return
        if event.modifiers() == Qt.KeyboardModifier.NoModifier and self._moves(event.key()):
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.focusNextPrevChild(True)
            return
        if event.key() == Qt.Key.Key_Up:
            self.focusNextPrevChild(False)
            return
        super().keyPressEvent(event)

    def _moves(self, key: int) -> bool:
        """Erase, or move the cursor, by a whole letter; False if the key is for something else."""
        match key:
            case Qt.Key.Key_Backspace:
                self.erase()
            case Qt.Key.Key_Left:
                self.setCursorPosition(letter_before(self.text(), self.cursorPosition()))
            case Qt.Key.Key_Right:
                self.setCursorPosition(letter_after(self.text(), self.cursorPosition()))
            case Qt.Key.Key_Delete:
                self.setCursorPosition(letter_after(self.text(), self.cursorPosition()))
                self.erase()
            case _:
                return False
        return True


class PageEdit(QPlainTextEdit):
    """Several lines; the same signals and methods as `LineEdit`."""

    edited = Signal(str)
    activated = Signal()

    def __init__(self, theme: Theme, parent: QWidget, around: Callable[[], QRect]) -> None:
        super().__init__(parent)
        self._around = around
        self.setFrameStyle(0)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        _dress(self, theme)
        self.setCursorWidth(theme.metrics.px(4))
        self._quiet = False
        self._limit = 32767
        self.textChanged.connect(self._tell)

    def _tell(self) -> None:
        if not self._quiet:
            self.edited.emit(self.value())

    def value(self) -> str:
        """Return what is in the field."""
        return self.toPlainText()

    def set_value(self, value: str) -> None:
        """Set what is in the field, as from the screen."""
        cursor = self.textCursor()
        from_end = len(self.value()) - cursor.position()
        self._quiet = True
        self.setPlainText(value)
        self._quiet = False
        cursor = self.textCursor()
        cursor.setPosition(max(0, len(value) - from_end))
        self.setTextCursor(cursor)

    def set_limit(self, letters: int | None) -> None:
        """Set how many letters fit."""
        self._limit = letters or 32767

    def set_placeholder(self, words: str) -> None:
        """Set the words inside the empty box."""
        self.setPlaceholderText(words)

    def insert_text(self, text: str) -> None:
        """Type text at the cursor."""
        if len(self.value()) + len(text) <= self._limit:
            self.insertPlainText(text)

    def erase(self) -> None:
        """Delete the letter before the cursor, with all its marks; or what is selected."""
        cursor = self.textCursor()
        if not cursor.hasSelection():
            self._go(cursor, letter_before(self.value(), cursor.position()), QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()

    def _go(
        self, cursor: QTextCursor, position: int, mode: QTextCursor.MoveMode = QTextCursor.MoveMode.MoveAnchor
    ) -> None:
        cursor.setPosition(position, mode)
        self.setTextCursor(cursor)

    def take_focus(self) -> None:
        """Begin to fill this field."""
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def ring_rect(self) -> QRect:
        """Return what the focus ring goes around, in the parent."""
        return self._around()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that the field is being filled."""
        super().focusInEvent(event)
        self.activated.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Place the cursor, and let the window know of the touch."""
        super().mousePressEvent(event)
        if self.hasFocus():
            self.activated.emit()
        event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Sliding selects nothing."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double touch selects nothing."""
        self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type up to the limit; the clipboard is out of reach, the cursor moves by whole letters."""
        if _goes_to_clipboard(event):
            return
        if event.modifiers() == Qt.KeyboardModifier.NoModifier and self._moves(event.key()):
            return
        if event.text().isprintable() and event.text() and len(self.value()) >= self._limit:
            return
        super().keyPressEvent(event)

    def _moves(self, key: int) -> bool:
        """Erase, or move the cursor, by a whole letter; False if the key is for something else."""
        cursor = self.textCursor()
        match key:
            case Qt.Key.Key_Backspace:
                self.erase()
            case Qt.Key.Key_Left:
                self._go(cursor, letter_before(self.value(), cursor.position()))
            case Qt.Key.Key_Right:
                self._go(cursor, letter_after(self.value(), cursor.position()))
            case Qt.Key.Key_Delete:
                self._go(cursor, letter_after(self.value(), cursor.position()), QTextCursor.MoveMode.KeepAnchor)
                self.erase()
            case _:
                return False
        return True
