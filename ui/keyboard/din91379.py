"""The Latin letters of names: DIN 91379:2022-08, group `bll` (normative), 500 letters and 149 sequences.

Sequences are letters that Unicode has only as a letter with combining marks; their normal form is C.
Source of the list: the standard's published character table, String.Latin+ 1.3.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

_RANGES = (
    "AZ az ÀÖ Øö øž Ƈƈ ƏƏ ƗƗ Ơơ Ưư ƷƷ Ǎǜ Ǟǟ Ǣǰ Ǵǵ Ǹǿ Ȓȓ Șț Ȟȟ ȧȳ əə ɨɨ ʒʒ Ḃḃ Ḇḇ Ḋḑ ḗḗ Ḝḫ ḯḷ Ḻḻ Ṁṉ Ṓṛ Ṟṣ Ṫṯ Ẁẇ Ẍẗ ẞẞ Ạỹ"
)
_WITH_MARKS: Mapping[str, str] = MappingProxyType(
    {
        "\u0300": "C F G K M P S T Z c f g k m p s t z",
        "\u0301": "J j ÿ Ī ī",
        "\u0302": "D K L M N d k l m n",
        "\u0304": "C F H K N P S T Z c f h k n p s t z Û û Ḳ ḳ Ṣ ṣ Ṭ ṭ Ụ ụ",
        "\u0306": "C M N R Z c m n r z Ç ç",
        "\u0307": "K U k u",
        "\u0308": "C T Z c z Ạ ạ Ọ ọ Ụ ụ",
        "\u030b": "A a",
        "\u030c": "J",
        "\u030d": "ē ō",
        "\u0310": "M m",
        "\u0315": "C K P T c k p t Č č",
        "\u031b": "K T k t",
        "\u031b\u0304": "S s",
        "\u0323": "C P c p Č č",
        "\u0325": "L R l r",
        "\u0325\u0304": "L R l r",
        "\u0326": "C H K L N c h k l n Ž ž",
        "\u0327": "Z z Ž ž",
        "\u0328\u0306": "C c",
        "\u0331": "H S s",
    }
)
"""Combining marks → the letters that take them in a sequence of the group."""

_LIGATURES: Mapping[str, str] = MappingProxyType(
    {"æ": "a", "ð": "d", "þ": "t", "ß": "s", "ı": "i", "ĳ": "i", "ĸ": "k", "ŋ": "n", "œ": "o", "ŉ": "n"}
    | {"ə": "e", "ʒ": "z", "ŀ": "l"}
)
FREQUENT = "áàâãåæąçćčđéèêëęğíîıłñńóôøřśšşúžż"
"""Those met most often in names here (western, northern and central Europe, Turkey): shown first."""


@cache
def letters() -> tuple[str, ...]:
    """Return every letter and sequence of the group, singles by code point, then sequences."""
    singles = [chr(code) for pair in _RANGES.split() for code in range(ord(pair[0]), ord(pair[1]) + 1)]
    return (*singles, *_sequences())


def _sequences() -> list[str]:
    found = []
    for marks, bases in _WITH_MARKS.items():
        found += [unicodedata.normalize("NFC", base + marks) for base in bases.split()]
    return [*found, "K͟H", "K͟h", "k͟h"]


def base_of(letter: str) -> str:
    """Return the small letter a–z under which a letter of the group is looked for."""
    first = unicodedata.normalize("NFD", letter)[0]
    small = first.lower()
    if small.isascii():
        return small
    if small in _LIGATURES:
        return _LIGATURES[small]
    return unicodedata.name(small).removeprefix("LATIN SMALL LETTER ")[0].lower()


def is_capital(letter: str) -> bool:
    """Return whether a letter belongs on the page of capitals."""
    return letter[0].isupper()


@cache
def by_base(*, capital: bool) -> Mapping[str, tuple[str, ...]]:
    """Return the letters beyond a–z in one case, grouped by base letter, in alphabetical order."""
    groups: dict[str, list[str]] = {}
    for letter in letters():
        if not letter.isascii() and is_capital(letter) is capital:
            groups.setdefault(base_of(letter), []).append(letter)
    return {base: tuple(groups[base]) for base in sorted(groups)}
