"""Sizes, gaps, names, focus: the keyboard for every hand and ear."""

from __future__ import annotations

from itertools import combinations, product
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest

import kiosk.text
from kiosk.letters import letter_name
from kiosk.look import Contrast, TextSize
from kiosk.parts import Input
from kiosk.text import ENGLISH, GERMAN, LANGUAGE_NAMES, Language, translator
from tests.ui.keyboard.hands import LANDSCAPE, PORTRAIT, Hands, Make
from ui.keyboard.din91379 import letters
from ui.keyboard.pages import SIGNS, KeyRole
from ui.metrics import REFERENCE_PPI

LOCALE = Path(kiosk.text.__file__).parent / "locale"
_PX_A_MM = REFERENCE_PPI / 25.4
_KINDS = (Input.TEXT, Input.EMAIL, Input.MULTILINE, Input.DATE, Input.PHONE)


def _pages(hands: Hands) -> list[list[QRect]]:
    pages = [[button.geometry() for button in hands.keyboard.buttons]]
    if any(button.key.role is KeyRole.SPECIALS for button in hands.keyboard.buttons):
        hands.touch("é ñ š …")
        pages.append([button.geometry() for button in hands.keyboard.buttons])
    return pages


@pytest.mark.parametrize(("size", "window", "kind"), [*product(TextSize, (PORTRAIT, LANDSCAPE), _KINDS)], ids=str)
def test_keys_are_large_enough_and_apart_and_in_their_zone(
    make: Make, size: TextSize, window: QSize, kind: Input
) -> None:
    hands = make(kind, size=size, window=window)
    zone = hands.keyboard.rect()
    for places in _pages(hands):
        assert all(zone.contains(place) for place in places)
        assert min(min(place.width(), place.height()) for place in places) >= 12.7 * _PX_A_MM
        margin = int(2.5 * _PX_A_MM)
        for one, other in combinations(places, 2):
            assert not one.adjusted(-margin, -margin, margin, margin).intersects(other)


def test_keys_in_portrait_have_the_size_of_the_specification(make: Make) -> None:
    key = make().key("q")
    assert abs(key.width() - 78) <= 1
    assert key.height() == 84
    extra = make(size=TextSize.XL).key("q")
    assert extra.height() >= 22 * _PX_A_MM - 1


@pytest.mark.parametrize("scale", [0.5, 0.75])
def test_a_scaled_window_keeps_the_proportions(make: Make, scale: float) -> None:
    hands = make(scale=scale)
    assert all(hands.keyboard.rect().contains(button.geometry()) for button in hands.keyboard.buttons)
    assert abs(hands.key("q").width() - 78 * scale) <= 2


@pytest.mark.parametrize(
    ("size", "window", "kind", "language"),
    [*product((TextSize.L, TextSize.XL), (PORTRAIT, LANDSCAPE), _KINDS, (GERMAN, ENGLISH))],
    ids=str,
)
@pytest.mark.en301549("5.1.4")
def test_no_legend_is_cut_or_under_35_pixels_in_large_sizes(
    make: Make, size: TextSize, window: QSize, kind: Input, language: Language
) -> None:
    hands = make(kind, size=size, window=window, language=language)
    for _ in _pages(hands):
        for button in hands.keyboard.buttons:
            font = button._font()
            assert font.pixelSize() >= 35, button.legend
            assert QFontMetrics(font).horizontalAdvance(button.legend) <= button.width() - 4, button.legend


_WRITTEN = [language for language in LANGUAGE_NAMES if (LOCALE / language / "keyboard.po").exists()]


@pytest.mark.parametrize(("language", "window"), [*product(_WRITTEN, (PORTRAIT, LANDSCAPE))], ids=str)
def test_keys_of_every_language_order_and_script_are_large_enough(
    make: Make, language: Language, window: QSize
) -> None:
    hands = make(language=language, size=TextSize.XL, window=window)
    for kind in (Input.TEXT, Input.SEARCH, Input.MULTILINE, Input.EMAIL):
        hands.keyboard.set_kind(kind)
        for role in (KeyRole.ORDER, KeyRole.SCRIPT, KeyRole.ORDER):
            places = [button.geometry() for button in hands.keyboard.buttons]
            assert min(min(place.width(), place.height()) for place in places) >= 12.7 * _PX_A_MM
            assert all(button.accessibleName() for button in hands.keyboard.buttons)
            turns = [button for button in hands.keyboard.buttons if button.key.role is role]
            if turns:
                QTest.mouseClick(turns[0], Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("contrast", list(Contrast))
@pytest.mark.en301549("5.6.2")
def test_every_contrast_is_painted(make: Make, contrast: Contrast) -> None:
    hands = make(contrast=contrast)
    hands.touch("Groß")
    image = hands.keyboard.grab().toImage()
    assert len({image.pixelColor(x, 350).name() for x in range(image.width())}) > 4


@pytest.mark.parametrize("language", [GERMAN, ENGLISH])
def test_every_letter_and_sign_has_a_name_of_its_own(language: Language) -> None:
    words = translator(language)
    names = [letter_name(letter, words) for letter in (*letters(), *SIGNS, *".")]
    assert len(names) == len(set(names))
    assert all(name.strip() for name in names)


@pytest.mark.en301549("5.6.1", "5.5.2")
def test_names_are_spoken_as_people_call_the_keys(hands: Hands) -> None:
    names = {button.legend: button.accessibleName() for button in hands.keyboard.buttons}
    assert names["a"] == "a"
    assert names["ß"] == "scharfes S"
    assert names["7"] == "7"
    assert names["Leerzeichen"] == "Leerzeichen"
    assert names["Groß"] == "Umschalttaste"
    assert names["Löschen"] == "Letztes Zeichen löschen"
    assert names["-"] == "Bindestrich"
    assert names["é ñ š …"] == "Weitere Buchstaben und Zeichen"
    hands.touch("Groß")
    assert hands.key("A").accessibleName() == "großes A"
    assert hands.key("Groß").accessibleName() == "Umschalttaste, nächster Buchstabe groß"
    hands.touch("Groß", "é ñ š …")
    assert hands.key("Č").accessibleName() == "großes c mit Hatschek"
    assert hands.key("k–m").accessibleName() == "Buchstaben wie k bis m"


@pytest.mark.parametrize(("kind", "language"), [*product(Input, (GERMAN, ENGLISH))])
@pytest.mark.en301549("11.4.1.2")
def test_every_key_has_a_name(make: Make, kind: Input, language: Language) -> None:
    hands = make(kind, language=language)
    assert hands.keyboard.accessibleName()
    assert all(button.accessibleName() for button in hands.keyboard.buttons)


def stops(hands: Hands) -> list[str]:
    tab = Qt.FocusPolicy.TabFocus
    return [button.legend for button in hands.keyboard.buttons if button.focusPolicy() & tab]


@pytest.mark.en301549("11.2.1.1")
def test_the_whole_keyboard_is_one_stop_of_the_tab_key(hands: Hands) -> None:
    first = hands.keyboard.buttons[0]
    assert stops(hands) == [first.legend]
    hands.keyboard.activateWindow()
    first.setFocus(Qt.FocusReason.TabFocusReason)
    for arrow in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(hands.keyboard.stop, arrow)
        assert hands.keyboard.stop.hasFocus()
    assert stops(hands) == [hands.keyboard.stop.legend] != [first.legend]


@pytest.mark.parametrize("page", ["é ñ š …", "Groß"])
def test_it_stays_one_stop_on_every_page(hands: Hands, page: str) -> None:
    hands.key("p").setFocus(Qt.FocusReason.TabFocusReason)
    hands.touch(page)
    assert len(stops(hands)) == 1
    hands.keyboard.set_kind(Input.NUMBER)
    assert stops(hands) == [hands.keyboard.buttons[0].legend]


def test_arrows_move_among_the_keys_and_enter_types(hands: Hands) -> None:
    hands.keyboard.activateWindow()
    key = hands.key("q")
    key.setFocus(Qt.FocusReason.TabFocusReason)
    walk = [(Qt.Key.Key_Right, "w"), (Qt.Key.Key_Down, "s"), (Qt.Key.Key_Left, "a"), (Qt.Key.Key_Up, "q")]
    for arrow, legend in walk:
        QTest.keyClick(key, arrow)
        key = hands.key(legend)
        assert key.hasFocus(), legend
    QTest.keyClick(key, Qt.Key.Key_Return)
    assert hands.written == "q"


def test_arrows_stay_at_the_edge(hands: Hands) -> None:
    hands.keyboard.activateWindow()
    key = hands.key("1")
    key.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(key, Qt.Key.Key_Left)
    QTest.keyClick(key, Qt.Key.Key_Up)
    assert key.hasFocus()


def test_focus_stays_on_the_keyboard_when_the_page_changes(hands: Hands) -> None:
    hands.keyboard.activateWindow()
    key = hands.key("é ñ š …")
    key.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(key, Qt.Key.Key_Space)
    assert any(button.hasFocus() for button in hands.keyboard.buttons)
