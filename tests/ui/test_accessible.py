"""What assistive technology is told: roles, and what it does by itself."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.events import Chosen
from kiosk.privacy import Private
from tests.ui.conftest import Stage
from ui.press import STRIKES, Pressable

Role = QAccessible.Role


def roles(stage: Stage) -> set[tuple[str, Role]]:
    """Return the words and the role of each widget."""
    found = (QAccessible.queryAccessibleInterface(widget) for widget in stage.window.findChildren(QWidget))
    return {(thing.text(QAccessible.Text.Name), thing.role()) for thing in found if not thing.state().invisible}


def test_window_title_headings_and_dialog_are_told_as_such(stage: Stage) -> None:
    stage.show("01-welcome")
    assert QAccessible.queryAccessibleInterface(stage.window).role() is Role.Window
    told = roles(stage)
    assert ("Sprache · Language", Role.Heading) in told
    assert [name for name, role in told if role is Role.Heading and name.startswith("Guten Tag")]
    stage.show("14-timeout")
    assert {("Sind Sie noch da?", Role.Dialog), ("Sind Sie noch da?", Role.Heading)} <= roles(stage)


def test_a_toggle_of_assistive_technology_is_a_press_and_of_nothing_else(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(range(1000))
    monkeypatch.setattr(STRIKES, "clock", lambda: float(next(seconds)))
    stage.show("10-choices")
    for question, option in (("children", "no"), ("others", "spouse")):
        button = stage.window.findChild(Pressable, f"{question}/{option}")
        assert isinstance(button, Pressable)
        actions = QAccessible.queryAccessibleInterface(button).actionInterface()
        actions.doAction(actions.toggleAction())
        QApplication.processEvents()
        assert stage.posted[-1] == Chosen(question, Private(option))
    assert len([event for event in stage.posted if isinstance(event, Chosen)]) == 2
