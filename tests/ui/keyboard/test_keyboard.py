"""Typing: letters, capitals, special letters, kinds of input, and what a touch is."""

from __future__ import annotations

import time
import unicodedata

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kiosk.parts import Input
from kiosk.text import ENGLISH
from tests.ui.keyboard.hands import LANDSCAPE, PORTRAIT, Hands, Make
from ui.keyboard.din91379 import letters
from ui.keyboard.key import HOLD_MS
from ui.keyboard.layouts import layout_for
from ui.keyboard.pages import KeyRole, tabs
from ui.press import STRIKES

_LEFT = Qt.MouseButton.LeftButton


def test_letters_digits_and_spaces_are_typed(hands: Hands) -> None:
    hands.touch("l", "i", "n", "d", "e", "n", "w", "e", "g", "Leerzeichen", "1", "2")
    assert hands.written == "lindenweg 12"


def test_double_letters_can_be_typed_quickly_but_a_bounce_is_one(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(STRIKES, "clock", lambda: now[0])
    for moment in (10.0, 10.05, 10.3):
        now[0] = moment
        hands.touch("l")
    assert hands.written == "ll"


@pytest.mark.en301549("5.8")
def test_the_double_strike_guard_can_be_made_longer(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    hands.keyboard.set_strike_seconds(0.6)
    now = [0.0]
    monkeypatch.setattr(STRIKES, "clock", lambda: now[0])
    for moment in (10.0, 10.5, 11.2):
        now[0] = moment
        hands.touch("l")
    assert hands.written == "ll"


@pytest.mark.en301549("5.9")
def test_shift_is_for_one_letter(hands: Hands) -> None:
    hands.touch("Groß", "M", "a")
    assert hands.written == "Ma"


def test_shift_twice_locks_and_a_third_time_releases(hands: Hands) -> None:
    hands.touch("Groß", "Groß", "A", "B", "Groß", "c")
    assert hands.written == "ABc"


def test_an_empty_field_can_ask_for_a_capital(hands: Hands) -> None:
    hands.keyboard.capitalise()
    hands.touch("Ü", "b")
    assert hands.written == "Üb"


def test_capital_sharp_s_exists(hands: Hands) -> None:
    hands.touch("ß", "Groß", "ẞ")
    assert hands.written == "ßẞ"


def test_erase_and_close_say_so(hands: Hands, qtbot: QtBot) -> None:
    hands.touch("a", "b", "Löschen")
    assert hands.written == "a"
    with qtbot.waitSignal(hands.keyboard.closed, timeout=1000):
        hands.touch("Schließen")


@pytest.mark.en301549("11.2.5.1")
def test_special_letters_come_back_to_the_alphabet(hands: Hands) -> None:
    hands.touch("a", "é ñ š …", "ñ", "b")
    assert hands.written == "añb"


@pytest.mark.en301549("11.2.5.1")
def test_a_long_press_opens_the_relatives_of_a_letter(hands: Hands, qtbot: QtBot) -> None:
    QTest.mousePress(hands.key("o"), _LEFT)
    qtbot.waitUntil(lambda: any(button.legend == "ø" for button in hands.keyboard.buttons), timeout=HOLD_MS * 5)
    QTest.mouseRelease(hands.keyboard.buttons[20], _LEFT)
    assert hands.written == ""
    hands.touch("ø")
    assert hands.written == "ø"


def test_the_release_after_a_long_press_types_nothing(hands: Hands, qtbot: QtBot) -> None:
    key = hands.key("o")
    with qtbot.waitSignal(key.held, timeout=HOLD_MS * 5):
        QTest.mousePress(key, _LEFT)
    QTest.mouseMove(key, QPoint(5, 5))
    QTest.mouseRelease(key, _LEFT)
    assert hands.written == ""


@pytest.mark.en301549("5.7")
def test_a_key_held_down_does_not_repeat(hands: Hands, qtbot: QtBot) -> None:
    key = hands.key("Leerzeichen")
    assert not key.autoRepeat()
    QTest.mousePress(key, _LEFT)
    qtbot.wait(60)
    assert hands.written == ""
    QTest.mouseRelease(key, _LEFT)
    assert hands.written == " "


@pytest.mark.en301549("11.2.5.2")
def test_a_finger_that_slides_off_types_nothing(hands: Hands) -> None:
    key = hands.key("a")
    QTest.mousePress(key, _LEFT)
    QTest.mouseMove(key, QPoint(-40, -40))
    QTest.mouseRelease(key, _LEFT, pos=QPoint(-40, -40))
    assert hands.written == ""


@pytest.mark.parametrize("window", [PORTRAIT, LANDSCAPE])
def test_every_letter_of_din_91379_can_be_typed(make: Make, window: object) -> None:
    hands = make(window=window)
    reached: set[str] = set()
    for shift in (False, True):
        for tab in tabs(layout_for(hands.keyboard._language)):
            for opened in (False, True):
                hands.keyboard.set_kind(Input.TEXT)
                if shift:
                    hands.touch("Groß")
                if opened:
                    hands.touch("é ñ š …", tab.legend)
                reached |= {b.legend for b in hands.keyboard.buttons if b.key.role is KeyRole.TEXT}
    assert set(letters()) <= reached
    assert set("'’-.,`´·ʹʺʾʿˈˌ‡¨~") <= reached


def test_the_list_of_din_91379_is_whole() -> None:
    every = letters()
    assert len(every) == len(set(every)) == 649
    assert sum(len(letter) == 1 for letter in every) == 500
    assert all(unicodedata.is_normalized("NFC", letter) for letter in every)
    assert {"Ŀ", "ẞ", "c̨̆", "k͟h", "ỹ", "ȳ"} <= set(every)
    assert not {"×", "÷", "ſ", "ƀ"} & set(every)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (Input.NUMBER, "0123456789"),
        (Input.DATE, "0123456789."),
        (Input.DECIMAL, "0123456789,"),
        (Input.PHONE, "0123456789+-"),
    ],
)
@pytest.mark.en301549("11.1.3.5")
def test_numbers_have_digits_only(make: Make, kind: Input, typed: str) -> None:
    hands = make(kind)
    legends = {button.legend for button in hands.keyboard.buttons if button.key.role is KeyRole.TEXT}
    assert legends == set(typed)


def test_the_decimal_sign_is_that_of_the_language(make: Make) -> None:
    hands = make(Input.DECIMAL, language=ENGLISH)
    hands.touch("3", ".", "5")
    assert hands.written == "3.5"


def test_an_email_address_needs_no_other_page(make: Make) -> None:
    hands = make(Input.EMAIL)
    hands.touch("a", "_", "b", "@", "x", "-", "y", ".de")
    assert hands.written == "a_b@x-y.de"


def test_longer_texts_can_have_lines(make: Make) -> None:
    hands = make(Input.MULTILINE)
    hands.touch("a", "Absatz", "b")
    assert hands.written == "a\nb"


def test_another_language_is_another_layout_with_the_letters_of_the_place(make: Make) -> None:
    hands = make(language=ENGLISH)
    rows: dict[int, str] = {}
    for button in hands.keyboard.buttons:
        if button.key.role is KeyRole.TEXT:
            rows[button.y()] = rows.get(button.y(), "") + button.legend
    assert list(rows.values())[:4] == ["1234567890ß", "qwertyuiopü", "asdfghjklöä", "zxcvbnm"]


def test_a_touch_leaves_the_focus_where_it_is(hands: Hands) -> None:
    hands.keyboard.activateWindow()
    hands.key("q").setFocus()
    hands.touch("a")
    assert hands.key("q").hasFocus()


def test_changing_the_page_reuses_the_buttons(hands: Hands) -> None:
    before = set(hands.keyboard.buttons)
    hands.touch("é ñ š …", "a b c")
    assert set(hands.keyboard.buttons) == before


def test_a_keyboard_is_built_quickly(make: Make) -> None:
    make()
    best = float("inf")
    for _ in range(5):
        start = time.thread_time()
        make()
        best = min(best, time.thread_time() - start)
    assert best < 0.03
