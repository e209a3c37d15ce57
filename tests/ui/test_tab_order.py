"""The tab key: through every screen and back the same way, the keyboard as one stop, no trap."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from kiosk.look import Look, TextSize
from tests.ui.conftest import Stage
from tests.ui.screens import GALLERY
from tests.ui.visits import VISITS
from ui.keyboard.key import KeyButton
from ui.keyboard.keyboard import Keyboard
from ui.parts.editors import LineEdit, PageEdit

SCREENS = [*GALLERY, *VISITS]
MOST = 80


def go(stage: Stage, key: Qt.Key) -> QWidget:
    QTest.keyClick(stage.window.windowHandle(), key)
    widget = stage.window.focusWidget()
    assert widget is not None
    return widget


def round_trip(stage: Stage, key: Qt.Key) -> list[QWidget]:
    """Strike a key until the focus is back; no part is come to twice, except the keyboard, once for each field."""
    begin = stage.window.focusWidget()
    assert begin is not None
    seen = [begin]
    while (widget := go(stage, key)) is not begin:
        assert widget not in seen or isinstance(widget, KeyButton), f"trapped at {widget.objectName()}"
        seen.append(widget)
        assert len(seen) < MOST
    return seen


def without_keys(widgets: list[QWidget]) -> list[str]:
    """Leave out the keyboard, and the button to a further page: they come and go. A folded field is the field."""
    names = [w.objectName().replace("/folded", "/field") for w in widgets if not isinstance(w, KeyButton)]
    return [name for name in names if name != "pager/more"]


@pytest.mark.parametrize("shape", ["portrait", "landscape"])
@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.en301549("11.2.1.2", "5.1.6.2")
def test_there_is_no_trap_on_any_screen(stage_of: Callable[..., Stage], shape: str, name: str) -> None:
    stage = stage_of(shape)
    screen = (GALLERY.get(name) or VISITS[name])(Look())
    stage.show(screen)
    while screen.dialog is None and stage.window.focusWidget().objectName() != "title":
        go(stage, Qt.Key.Key_Tab)
    forwards = round_trip(stage, Qt.Key.Key_Tab)
    keys, fields = ([w for w in forwards if isinstance(w, kind)] for kind in (KeyButton, (LineEdit, PageEdit)))
    assert len(keys) <= len(fields)
    assert len(forwards) >= 6
    backwards = round_trip(stage, Qt.Key.Key_Backtab)
    there = iter(without_keys([forwards[0], *reversed(forwards[1:])]))
    # Where the keyboard leaves no room, the way back may pass by what it covers: the title puts it away.
    assert all(name in there for name in without_keys(backwards))
    assert set(without_keys(forwards)) == set(without_keys([*backwards, *round_trip(stage, Qt.Key.Key_Tab)]))


@pytest.mark.parametrize("size", list(TextSize))
@pytest.mark.en301549("11.2.4.3", "11.3.2.1")
def test_field_keyboard_on_bar(stage: Stage, size: TextSize) -> None:
    stage.show("04-form", Look(size=size))
    field = stage.window.focusWidget()
    assert field is not None
    assert field.objectName() == "street/field"
    assert isinstance(go(stage, Qt.Key.Key_Tab), KeyButton)
    after = [go(stage, Qt.Key.Key_Tab).objectName() for _ in range(3)]
    assert after == ["action/back", "action/next", "bar/help"]
    for _ in range(3):
        key = go(stage, Qt.Key.Key_Backtab)
    assert isinstance(key, KeyButton)
    assert go(stage, Qt.Key.Key_Backtab) is field


def test_on_another_page_of_the_keyboard_the_order_is_the_same(stage: Stage) -> None:
    stage.show("04-form")
    keyboard = go(stage, Qt.Key.Key_Tab).parentWidget()
    assert isinstance(keyboard, Keyboard)
    specials = next(key for key in keyboard.buttons if key.legend == "é ñ š …")
    specials.setFocus(Qt.FocusReason.TabFocusReason)
    go(stage, Qt.Key.Key_Space)
    keyboard.buttons[-1].setFocus(Qt.FocusReason.TabFocusReason)
    assert go(stage, Qt.Key.Key_Tab).objectName() == "action/back"
    assert go(stage, Qt.Key.Key_Backtab) is keyboard.buttons[-1]
    assert go(stage, Qt.Key.Key_Backtab).objectName() == "street/field"


def test_the_arrow_keys_reach_every_key_and_stay_on_the_keyboard(stage: Stage) -> None:
    stage.show("04-form")
    key = go(stage, Qt.Key.Key_Tab)
    keyboard = key.parentWidget()
    for arrow in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left):
        for _ in range(15):
            assert go(stage, arrow).parentWidget() is keyboard
