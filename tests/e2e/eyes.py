"""What assistive technology sees of a window: names, roles and places, from Qt's accessibility interface alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QWidget

Role = QAccessible.Role
Words = QAccessible.Text


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing in the window. `middle` is where a finger goes, on the screen."""

    role: Role
    name: str
    value: str
    description: str
    middle: QPoint
    disabled: bool
    checked: bool


class Eyes:
    """Looks at a window."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    def everything(self) -> list[Seen]:
        """Return all that is visible, in reading order."""
        return list(_within(QAccessible.queryAccessibleInterface(self._window)))

    def words(self) -> str:
        """Return every name, value and description, one a line."""
        return "\n".join(
            line for seen in self.everything() for line in (seen.name, seen.value, seen.description) if line
        )

    def sees(self, words: str) -> bool:
        """Whether these words stand anywhere."""
        return words in self.words()

    def find(self, name: str, *roles: Role) -> Seen | None:
        """Return what has that name and can be used."""
        found = [seen for seen in self.everything() if seen.name == name and not seen.disabled]
        return next((seen for seen in found if not roles or seen.role in roles), None)

    def beginning(self, *names: str) -> Seen | None:
        """Return the button whose name begins so."""
        buttons = (seen for seen in self.everything() if seen.role == Role.Button and not seen.disabled)
        return next((seen for seen in buttons if seen.name.startswith(names)), None)

    def focused(self) -> str:
        """Return the name of what has the keyboard."""
        widget = QApplication.focusWidget()
        return QAccessible.queryAccessibleInterface(widget).text(Words.Name) if widget else ""


def _within(thing: QAccessibleInterface) -> Iterator[Seen]:
    state = thing.state()
    if state.invisible:
        return
    rect = thing.rect()
    if not rect.isEmpty():
        name, value, description = (thing.text(kind) for kind in (Words.Name, Words.Value, Words.Description))
        yield Seen(thing.role(), name, value, description, rect.center(), bool(state.disabled), bool(state.checked))
    for number in range(thing.childCount()):
        child = thing.child(number)
        if child is not None:
            yield from _within(child)
