"""What assistive technology is told about widgets that Qt takes for plain boxes and labels: window, dialog, headings.

Names come from the widgets themselves; what can be pressed or typed into has its role from Qt.
"""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

from ui.metrics import Role

_ROLES = {
    "TerminalWindow": QAccessible.Role.Window,
    "Veil": QAccessible.Role.Dialog,
    "Title": QAccessible.Role.Heading,
    "BarRow": QAccessible.Role.ToolBar,
    "Keyboard": QAccessible.Role.Grouping,
}
_HEADINGS = (Role.H1, Role.H2)


@cache
def tell_roles() -> None:
    """Let Qt ask here for the roles of widgets, from now on."""
    QAccessible.installFactory(_interface)


def _interface(name: str, thing: QObject) -> QAccessibleInterface | None:
    """Return the interface of a widget of this package by the name of its class; None leaves it to Qt."""
    role = _ROLES.get(name)
    if name == "Words" and getattr(thing, "role", None) in _HEADINGS:
        role = QAccessible.Role.Heading
    return QAccessibleWidget(thing, role) if role is not None and isinstance(thing, QWidget) else None
