"""The order of words in each language, for lists from A to Z.

Source: CLDR, collation charts. German sorts ä as a (DIN 5007-1); letters with a place of their own are named here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from kiosk.text import Language

ALPHABETS: Mapping[Language, str] = MappingProxyType(
    {
        Language("pl"): "aąbcćdeęfghijklłmnńoóprsśtuwyzźż",
        Language("ru"): "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        Language("tr"): "abcçdefgğhıijklmnoöprsştuüvyz",
        Language("uk"): "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    }
)

SortKey = Callable[[str], tuple[tuple[int, str], ...]]


@lru_cache
def sort_key(language: Language) -> SortKey:
    """Return what sorts the words of a language."""
    places = {letter: place for place, letter in enumerate(ALPHABETS.get(language, ""))}

    def key(words: str) -> tuple[tuple[int, str], ...]:
        return tuple(_place(letter, places) for letter in _small(words, language))

    return key


def _small(words: str, language: Language) -> str:
    if language == "tr":
        words = words.replace("I", "ı").replace("İ", "i")
    return unicodedata.normalize("NFC", words).casefold()


def _place(letter: str, places: Mapping[str, int]) -> tuple[int, str]:
    """Letters of another script come behind, in their own order; accents that are no letters here do not count."""
    if letter in places:
        return places[letter], ""
    bare = unicodedata.normalize("NFKD", letter)[:1]
    if not letter.isalpha():
        return -1, letter
    return places.get(bare, len(places)), bare
