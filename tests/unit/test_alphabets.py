"""Lists from A to Z are in the order that the language's readers expect."""

from __future__ import annotations

import pytest

from kiosk.alphabets import sort_key
from kiosk.text import Language


@pytest.mark.parametrize(
    ("language", "ordered"),
    [
        ("de", ["Ärztin", "Auto", "Ofen", "Öffnung", "Zoll"]),
        ("uk", ["Вода", "Ґанок", "Екран", "Є питання", "Житло", "Інше", "Їжа", "Йод", "Яма"]),
        ("ru", ["Еда", "Ёлка", "Жильё", "Яма"]),
        ("pl", ["Auto", "Ćma", "Dom", "Łódź", "Mama", "Żaba"]),
        ("tr", ["Çocuk", "Dil", "Isı", "İş", "Jale", "Şehir", "Tapu"]),
    ],
)
def test_words_stand_in_the_order_of_the_language(language: str, ordered: list[str]) -> None:
    key = sort_key(Language(language))
    assert sorted(set(ordered), key=key) == ordered


def test_what_is_no_letter_comes_first_and_another_script_last() -> None:
    key = sort_key(Language("uk"))
    assert sorted(["Zoo", "Яма", "2 листи"], key=key) == ["2 листи", "Яма", "Zoo"]
