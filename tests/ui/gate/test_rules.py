"""The gate notices: each rule finds what it is there for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.look import Look
from kiosk.parts import Heading
from kiosk.text import GERMAN, Verbatim
from tests.ui.gate import rules, tongues
from tests.ui.gate.measure import scene_of
from tests.ui.gate.pixels import contrast_in, image_of
from tests.ui.gate.walk import SCREENS, SHAPES, close_window, open_window
from ui.window import TerminalWindow


@pytest.fixture
def window(qapp: QApplication) -> Iterator[TerminalWindow]:
    window = open_window(SHAPES[0])
    window.show_screen(SCREENS["03-service"](Look()))
    yield window
    close_window(window)


def shown(window: TerminalWindow, name: str) -> QWidget:
    return next(w for w in window.findChildren(QWidget, name) if w.isVisibleTo(window))


def squeeze(window: TerminalWindow) -> None:
    title = shown(window, "title")
    title.resize(title.width(), 40)


def narrow(window: TerminalWindow) -> None:
    shown(window, "persons/ticket").resize(150, 300)


def pile(window: TerminalWindow) -> None:
    shown(window, "persons/ticket").move(shown(window, "persons/counter").pos())


def shrink(window: TerminalWindow) -> None:
    shown(window, "bar/size").resize(40, 118)


def unname(window: TerminalWindow) -> None:
    shown(window, "bar/size").setAccessibleName("")


def swap(window: TerminalWindow) -> None:
    one, other = shown(window, "bar/size"), shown(window, "bar/look")
    one_at, other_at = QRect(one.geometry()), QRect(other.geometry())
    one.setGeometry(other_at)
    other.setGeometry(one_at)


@pytest.mark.parametrize(
    ("harm", "rule"),
    [
        (squeeze, rules.nothing_is_clipped),
        (narrow, rules.no_word_is_cut),
        (pile, rules.nothing_overlaps),
        (pile, rules.everything_can_be_hit),
        (shrink, rules.everything_can_be_hit),
        (unname, rules.everything_is_named),
        (swap, rules.focus_goes_as_one_reads),
    ],
)
def test_a_rule_finds_what_is_wrong(
    window: TerminalWindow, harm: Callable[[TerminalWindow], None], rule: Callable[[object], Iterator[str]]
) -> None:
    assert not list(rule(scene_of(window)))
    harm(window)
    assert list(rule(scene_of(window)))


def test_words_of_nothing_are_missed(qapp: QApplication) -> None:
    screen = SCREENS["03-service"](Look())
    mute = replace(screen, parts=(Heading("mute", Verbatim("")),))
    assert not list(rules.everything_is_spoken(screen))
    assert list(rules.everything_is_spoken(mute)) == ["mute is not spoken"]


def test_contrast_is_that_of_the_pixels(qapp: QApplication) -> None:
    picture = QImage(20, 20, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    for x in range(5):
        picture.setPixelColor(x, 5, QColor("#777777"))
    assert round(contrast_in(image_of(picture), QRect(0, 0, 19, 19).toRectF()), 2) == 4.48


def test_a_pseudo_language_is_a_third_longer_and_keeps_its_braces() -> None:
    words = tongues.lengthened("Ihre Anmeldung ist abgeschickt")
    assert 1.2 < len(words) / len("Ihre Anmeldung ist abgeschickt") < 1.5
    assert tongues._pattern("Schritt {step} von {steps}", tongues.mirrored).count("{") == 2
    assert tongues.is_whole(GERMAN)
