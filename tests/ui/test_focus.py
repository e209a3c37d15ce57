"""The focus can be seen on every kind of control, measured in pixels; and what stands on a control is in its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kiosk.look import Contrast, Look, TextSize
from kiosk.screen import Screen
from kiosk.speech import heard
from tests.ui.screens import GALLERY, PLACE, clock
from tests.ui.visits import VISITS
from ui.buttons import SheetButton
from ui.press import Pressable
from ui.window import TerminalWindow

WIDE = 4
"""Pixels of the ring, at the least."""
SCREENS = {**GALLERY, **VISITS}


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[TerminalWindow]:
    window = TerminalWindow(lambda _event: None, PLACE, ppi=102.46, clock=clock)
    qtbot.addWidget(window)
    window.resize(QSize(1080, 1920))
    window.show()
    window.activateWindow()
    yield window


def kinds(window: TerminalWindow) -> dict[str, QWidget]:
    """One control of each kind that the tab key reaches."""
    elements = [element for stop in window.stops() for element in stop.elements]
    return {type(each).__name__: each for each in elements if each.focusPolicy() & Qt.FocusPolicy.TabFocus}


def alike(one: QColor, other: QColor) -> bool:
    pairs = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return all(abs(a - b) <= 24 for a, b in pairs)


def width_of_ring(image: QImage, at: QPoint, step: QPoint, colour: QColor) -> int:
    """How many pixels of the colour follow one another on the way inwards from the ring's edge."""
    most = run = 0
    for number in range(14):
        here = at + step * number
        run = run + 1 if image.rect().contains(here) and alike(image.pixelColor(here), colour) else 0
        most = max(most, run)
    return most


def sides(window: TerminalWindow, image: QImage, colour: QColor) -> list[int]:
    ring = window._ring.geometry()
    # Beside the middle, where a neighbour's ring could not be.
    x, y = ring.left() + ring.width() // 3, ring.top() + ring.height() // 2
    return [
        width_of_ring(image, QPoint(x, ring.top()), QPoint(0, 1), colour),
        width_of_ring(image, QPoint(x, ring.bottom()), QPoint(0, -1), colour),
        width_of_ring(image, QPoint(ring.left(), y), QPoint(1, 0), colour),
        width_of_ring(image, QPoint(ring.right(), y), QPoint(-1, 0), colour),
    ]


@pytest.mark.en301549("11.2.4.7")
@pytest.mark.parametrize(("size", "contrast"), [(TextSize.M, Contrast.SOFT), (TextSize.XL, Contrast.DARK)])
def test_a_ring_of_four_pixels_goes_around_every_kind_of_control(
    window: TerminalWindow, size: TextSize, contrast: Contrast
) -> None:
    seen: set[str] = set()
    for make in SCREENS.values():
        window.show_screen(make(Look(size=size, contrast=contrast)))
        for kind, element in kinds(window).items():
            if kind in seen or not element.isVisibleTo(window):
                continue
            element.setFocus(Qt.FocusReason.TabFocusReason)
            if not element.isVisibleTo(window) or not window._ring.isVisible():
                continue  # a folded field opens: the ring is around the field then
            assert window.theme is not None
            found = sides(window, window.picture(), window.theme.palette.focus)
            assert sum(wide >= WIDE for wide in found) >= 3, (kind, element.objectName(), found)
            seen.add(kind)
    assert {"ActionButton", "OptionButton", "LineEdit", "BarButton", "KeyButton", "PinKey"} <= seen
    assert any("Card" in kind for kind in seen)


@pytest.mark.en301549("11.2.5.3")
@pytest.mark.parametrize("make", SCREENS.values(), ids=SCREENS)
def test_the_words_on_a_control_are_in_its_name(window: TerminalWindow, make: Callable[[Look], Screen]) -> None:
    window.show_screen(make(Look()))
    for button in window.findChildren(SheetButton):
        if not button.isVisibleTo(window) or button.blocked:
            continue
        first = next(iter(button.sheet(button.width()).words()), "").partition(": ")[0]  # what follows is an answer
        name = heard(button.accessibleName())
        assert name, button.objectName()
        assert heard(first) in name, (button.objectName(), first, name)
    assert all(each.accessibleName() for each in window.findChildren(Pressable) if each.isVisibleTo(window))
