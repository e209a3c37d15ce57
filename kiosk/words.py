"""Words as a search sees them: one spelling for each, their stems, and the joints of compound words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from kiosk.text import ENGLISH, GERMAN, Language

_WORD = re.compile(r"[^\W_]+(?:[-·][^\W_]+)*")
_JOIN = re.compile("[-·]")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "æ": "ae", "ø": "oe", "å": "aa", "ł": "l", "đ": "d"})
_ALGORITHMS = {
    GERMAN: "german",
    ENGLISH: "english",
    "tr": "turkish",
    "ru": "russian",
    "ar": "arabic",
    "pl": "polish",
    "fr": "french",
}

JOINTS = ("", "s", "es", "n", "en", "e", "er")
"""What German puts between the parts of a compound word (Fugenelemente)."""

_SAY_NOTHING = """
der die das den dem des ein eine einen einem einer eines und oder in im am an auf bei zu zum zur fuer von vom mit
nach aus ist sind ich wir mein meine meinen meiner meinem unser unsere mich mir uns moechte moechten will wollen
muss muessen kann koennen brauche brauchen wie wo was bitte neu neue neuen neuer neues
the a an and or of for to my our i we want need would like how where what do is are please new
"""
STOP_WORDS = frozenset(_SAY_NOTHING.split())
"""Words that say nothing about a service, folded. A query of nothing else is looked for as it is."""

Stemmer = Callable[[str], str]


def folded(word: str) -> str:
    """Return the one spelling of a word: small letters, umlauts as two letters, no other accents."""
    small = unicodedata.normalize("NFC", word).casefold().translate(_UMLAUTS)
    if small.isascii():
        return small
    return "".join(letter for letter in unicodedata.normalize("NFKD", small) if not unicodedata.combining(letter))


def tokens(text: str) -> list[str]:
    """Return the words of a text, in small letters. A word with hyphens or middots is there in parts and in one."""
    found: list[str] = []
    for match in _WORD.finditer(unicodedata.normalize("NFC", text).casefold()):
        word = match[0]
        parts = _JOIN.split(word)
        if len(parts) > 1:
            found.extend(parts)
            word = "".join(parts)
        found.append(word)
    return found


@lru_cache
def stemmer(language: Language) -> Stemmer:
    """Return what cuts the endings off the words of a language, and folds; for other languages it only folds."""
    algorithm = _ALGORITHMS.get(language.partition("-")[0])
    if algorithm is None:
        return folded
    import snowballstemmer

    cut = snowballstemmer.stemmer(algorithm)

    def stem(word: str) -> str:
        return folded(cut.stemWord(word))

    return stem
