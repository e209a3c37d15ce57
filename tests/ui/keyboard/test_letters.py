"""Letters in another order or script: the alphabet as a choice, Latin letters for answers, one's own for a search."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kiosk.letters import letter_name
from kiosk.parts import Input
from kiosk.text import GERMAN, LANGUAGE_NAMES, Language, translator
from tests.ui.keyboard.hands import Hands, Make
from ui.keyboard import Habits, Keyboard
from ui.keyboard.layouts import layout_for
from ui.keyboard.pages import KeyRole

UKRAINIAN, RUSSIAN, ARABIC, TURKISH, POLISH = (Language(tag) for tag in ("uk", "ru", "ar", "tr", "pl"))


def letters(hands: Hands) -> str:
    return "".join(b.legend for b in hands.keyboard.buttons if b.key.role is KeyRole.TEXT and b.legend.isalpha())


def alphabet(language: Language, *, latin: bool) -> str:
    rows = layout_for(language, latin=latin, alphabetical=True).rows
    return "".join(small for row in rows for small, _ in row)


def test_a_key_puts_the_letters_into_the_order_of_the_alphabet_and_back(hands: Hands) -> None:
    hands.touch("A B C")
    assert letters(hands).removeprefix("ß") == "abcdefghijklmnopqrstuvwxyzäöü"
    assert hands.key("Q W E").accessibleName() == "Buchstaben wie auf einer Schreibmaschine ordnen"
    hands.touch("a", "Q W E", "q")
    assert hands.written == "aq"
    assert hands.key("A B C").accessibleName() == "Buchstaben von A bis Z ordnen"


@pytest.mark.parametrize(
    ("language", "order"),
    [
        (TURKISH, "abcçdefgğhıijklmnoöpqrsştuüvwxyz"),
        (UKRAINIAN, "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"),
        (RUSSIAN, "абвгдежзийклмнопрстуфхцчшщъыьэюя"),
        (ARABIC, "ابتثجحخدزرسشصضطظعغفقكلمنهوي"),
    ],
)
def test_the_order_is_that_of_the_language(language: Language, order: str) -> None:
    own = alphabet(language, latin=False)
    assert sorted(own[: len(order)]) == sorted(order)
    if language != ARABIC:
        assert own == order


@pytest.mark.parametrize("language", [UKRAINIAN, RUSSIAN])
@pytest.mark.en301549("11.1.3.5")
def test_answers_begin_with_latin_letters_and_a_search_with_those_of_the_language(
    make: Make, language: Language
) -> None:
    assert set("qwertzüöäß") <= set(letters(make(Input.TEXT, language=language)))
    assert set("йцукен") <= set(letters(make(Input.SEARCH, language=language)))
    assert "q" in letters(make(Input.EMAIL, language=language))


def test_the_other_letters_are_one_key_away_and_the_way_back_too(make: Make) -> None:
    hands = make(language=UKRAINIAN)
    hands.touch("абв", "ж", "abc", "z")
    assert hands.written == "жz"
    hands.touch("абв")
    hands.keyboard.set_kind(Input.TEXT)
    assert "q" in letters(hands), "the next field begins with Latin letters again"


@pytest.mark.parametrize("language", LANGUAGE_NAMES)
def test_names_and_answers_can_be_typed_in_every_language(language: Language) -> None:
    layout = layout_for(language)
    assert frozenset("abcdefghijklmnopqrstuvwxyz") <= layout.letters
    for alphabetical in (False, True):
        own = layout_for(language, latin=False, alphabetical=alphabetical)
        assert own.letters == layout_for(language, latin=False).letters
        assert max(len(row) for row in own.rows) <= 13


def test_no_letter_of_ukrainian_russian_and_arabic_is_missing() -> None:
    ukrainian, russian, arabic = (layout_for(each, latin=False) for each in (UKRAINIAN, RUSSIAN, ARABIC))
    assert frozenset("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя") <= ukrainian.letters
    assert frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя") <= russian.letters
    assert frozenset("ابتثجحخدذرزسشصضطظعغفقكلمنهويءئؤىة") <= arabic.letters
    assert {"أ", "إ", "آ"} <= {above for row in arabic.rows for _, above in row}


def test_letters_that_are_not_latin_are_called_by_themselves() -> None:
    words = translator(GERMAN)
    assert [letter_name(letter, words) for letter in "йїё"] == ["й", "ї", "ё"]
    assert letter_name("Й", words) == "großes Й"


def test_the_letters_of_the_own_language_come_first_among_the_special_ones(make: Make) -> None:
    hands = make(language=POLISH)
    hands.touch("é ñ š …")
    assert letters(hands).startswith("ąćęłńóśż")


@pytest.mark.en301549("11.3.2.2")
def test_the_order_stays_for_the_visit_and_the_focus_on_its_key(hands: Hands) -> None:
    hands.keyboard.activateWindow()
    hands.key("A B C").setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(hands.key("A B C"), Qt.Key.Key_Return)
    assert hands.key("Q W E").hasFocus()
    hands.keyboard.set_kind(Input.NUMBER)
    hands.keyboard.set_kind(Input.TEXT)
    assert letters(hands).startswith("ßabc")


def test_a_keyboard_made_anew_takes_over_the_habits(make: Make) -> None:
    theme = make().keyboard._theme
    keyboard = Keyboard(theme, GERMAN, None, Habits(alphabetical=True))
    keyboard.resize(theme.metrics.zones.keyboard.size())
    assert letters(Hands(keyboard)).startswith("ßabc")
    keyboard.deleteLater()
