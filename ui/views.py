"""The views of a screen's parts, kept while the parts are the same ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtWidgets import QWidget

from kiosk.parts import Part
from kiosk.screen import Screen
from ui.parts.base import Context
from ui.parts.fields import FieldView
from ui.parts.registry import AnyView, view_of
from ui.press import Pressable


class Views:
    """Parts as views under one widget: changed in place where possible, so that focus and cursor stay."""

    def __init__(self, parent: QWidget, made: Callable[[AnyView], None] | None = None) -> None:
        self._parent, self._made = parent, made
        self._context: Context | None = None
        self._views: dict[tuple[type[Part], str], AnyView] = {}
        self._lit: list[QWidget] = []

    def __iter__(self) -> Iterator[AnyView]:
        return iter(self._views.values())

    def show(self, parts: Sequence[Part], context: Context) -> None:
        """Show these parts, reusing what is there in the same context."""
        if context != self._context:
            self.clear()
        self._context = context
        old, self._views = self._views, {}
        for part in parts:
            key = (type(part), part.id)
            view = old.get(key)
            if view is not None and (view.part == part or view.update(part)):
                old.pop(key)
                view.part = part
            else:
                view = view_of(part, context, self._parent)
                if self._made is not None:
                    self._made(view)
            self._views[key] = view
        for view in old.values():
            view.discard()

    def clear(self) -> None:
        """Remove everything."""
        self._lit = []
        for view in self._views.values():
            view.discard()
        self._views = {}

    def light(self, spoken: str) -> list[QWidget]:
        """Light up what is being read; return the widgets that the ground is to be drawn under."""
        found = [widget for view in self._views.values() for widget in view.lights(spoken)] if spoken else []
        for widget in self._lit:
            if widget not in found and isinstance(widget, Pressable):
                widget.set_spoken(False)
        for widget in found:
            if isinstance(widget, Pressable):
                widget.set_spoken(True)
        self._lit = found
        return found

    def field(self, name: str) -> FieldView | None:
        """Return the view of a field."""
        return next((view for view in self if isinstance(view, FieldView) and view.part.id == name), None)


def newly_wanted(screen: Screen, old: Screen | None) -> bool:
    """Whether the part that a screen wants to be filled is to be gone to now.

    So it is when something is wrong in it that was not wrong before. Where the visitor has just put another
    answer right, the next wrong one waits: nobody is pulled away while typing.
    """
    if old is None:
        return True
    if is_wrong(screen, screen.focus):
        return not is_wrong(old, screen.focus)
    return old.focus != screen.focus


def is_wrong(screen: Screen, name: str) -> bool:
    """Return whether something is wrong in the answer to a part."""
    return any(part.id == name and getattr(part, "problem", None) is not None for part in screen.parts)
