"""What assistive technology is told: roles, and what it does by itself."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kiosk.events import Chosen
from kiosk.look import Look
from kiosk.privacy import Private
from tests.ui.conftest import Stage
from tests.ui.visits import VISITS
from ui.parts.cards import CardButton
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


@pytest.mark.en301549("5.6.1", "11.5.2.5")
def test_what_switches_something_on_is_told_as_such_on_and_off(stage: Stage) -> None:
    stage.show(VISITS["a9-look"](Look()))
    for name, chosen in (("contrast-soft", True), ("contrast-dark", False), ("left", False)):
        thing = QAccessible.queryAccessibleInterface(stage.find(f"{'touch' if name == 'left' else 'contrasts'}/{name}"))
        assert thing.role() is Role.CheckBox
        assert bool(thing.state().checked) is chosen
    stage.show("02-home")
    situation = next(w for w in stage.window.findChildren(CardButton) if w.isVisibleTo(stage.window))
    assert QAccessible.queryAccessibleInterface(situation).role() is Role.PushButton


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


@pytest.mark.en301549("11.5.2.12")
def test_presses_of_assistive_technology_are_never_taken_for_a_trembling_finger(stage: Stage, qtbot: QtBot) -> None:
    stage.show("01-welcome")
    before = len(stage.posted)
    button = next(each for each in stage.window.findChildren(Pressable) if each.accessibleName() == "Jetzt beginnen")
    for count in (1, 2):
        actions = QAccessible.queryAccessibleInterface(button).actionInterface()
        actions.doAction(actions.pressAction())
        qtbot.waitUntil(lambda count=count: len(stage.posted) == before + count, timeout=4000)  # type: ignore[misc]
