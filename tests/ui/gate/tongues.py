"""Two languages that nobody speaks, for what no translation happens to show: a third longer, or from right to left.

Both are made from the German texts, so they always say everything. Legends of keys do not grow: they are chosen to fit.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping

import pytest

from kiosk import text
from kiosk.text import GERMAN, LANGUAGE_NAMES, Language, Local, Translator

LONG = Language("de-x-long")
MIRRORED = Language("ar-x-mirrored")
GROWTH = 0.35
LONGEST_TO_GROW = 14
"""Longer German words are compounds that other languages say in several words."""
_SYLLABLES = "arenilo" * 3
_WORD = re.compile(r"[^\W\d_]{3,}")
_ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"


def _longer(match: re.Match[str]) -> str:
    word = match[0]
    more = _SYLLABLES[: round(len(word) * GROWTH)]
    return word + more if len(word) <= LONGEST_TO_GROW else f"{word} {more}"


def lengthened(words: str) -> str:
    """Return words a third longer, each a third longer itself."""
    return _WORD.sub(_longer, words)


def mirrored(words: str) -> str:
    """Return words in Arabic letters, as long as they were."""
    return "".join(_ARABIC[ord(c.lower()) % len(_ARABIC)] if c.isalpha() else c for c in words.replace("\u00ad", ""))


PSEUDO: Mapping[Language, Callable[[str], str]] = {LONG: lengthened, MIRRORED: mirrored}
TONGUES: tuple[Language, ...] = (*LANGUAGE_NAMES, *PSEUDO)


def _pattern(pattern: str, change: Callable[[str], str]) -> str:
    """Change the words of a pattern, not its braces."""
    pieces = []
    for literal, name, spec, _ in string.Formatter().parse(pattern):
        pieces.append(change(literal).replace("{", "{{").replace("}", "}}"))
        if name is not None:
            pieces.append(f"{{{name}:{spec}}}" if spec else f"{{{name}}}")
    return "".join(pieces)


def speak_pseudo(patch: pytest.MonkeyPatch) -> None:
    """Let translators speak the two languages too."""
    catalogue, own = text._catalogue, Translator._local

    def catalogue_of(language: Language) -> text._Catalogue:
        change = PSEUDO.get(language)
        if change is None:
            return catalogue(language)
        german = catalogue(GERMAN)
        one = {
            key: words if change is lengthened and key.startswith("keyboard.") else _pattern(words, change)
            for key, words in german.one.items()
        }
        plural = {key: tuple(_pattern(w, change) for w in forms) for key, forms in german.plural.items()}
        return text._Catalogue(one, plural, german.form_of)

    def local(self: Translator, local: Local) -> tuple[str, Language]:
        words, language = own(self, local)
        change = PSEUDO.get(self.language)
        return (change(words), self.language) if change else (words, language)

    patch.setattr(text, "_catalogue", catalogue_of)
    patch.setattr(Translator, "_local", local)


def is_whole(language: Language) -> bool:
    """Whether a language says all that German says. That each does is another test's business."""
    if language in PSEUDO:
        return True
    staff = ("dock.po", "doctor.po", "staff.po")
    german, own = (
        {path.name for path in (text._LOCALES / tag).glob("*.po") if path.name not in staff}
        for tag in (GERMAN, language)
    )
    if not german <= own:
        return False
    wanted, there = text._catalogue(GERMAN), text._catalogue(language)
    staffs = ("dock.", "doctor.", "staff.")
    keys = {k for k in (*wanted.one, *wanted.plural) if not k.startswith(staffs)}
    return all(key in there.one or key in there.plural for key in keys)
