"""What a letter, a digit or a sign is called when it is spoken by itself; and which languages have Latin letters."""

from __future__ import annotations

import unicodedata

from kiosk.text import LANGUAGE_NAMES, Language, Translator, msg

_SMALL = "LATIN SMALL LETTER "


def is_latin(language: Language) -> bool:
    """Whether a language is written in Latin letters, as names have to be here (DIN 91379)."""
    return "LATIN" in unicodedata.name(LANGUAGE_NAMES.get(language, "L")[0])


def letter_name(letter: str, translator: Translator) -> str:
    """Return how one letter, digit or sign is called."""
    if letter.isascii() and letter.isdecimal():
        return letter
    if unicodedata.category(letter[0]) not in ("Lu", "Ll", "Lo"):
        return translator.say(msg(f"keyboard.sign.{_slug(unicodedata.name(letter))}"))
    if letter[0].isupper() and letter[0].lower() != letter[0]:
        small = letter_name(unicodedata.normalize("NFC", _lowered(letter)), translator)
        return translator.say(msg("keyboard.capital", letter=small.upper() if len(small) == 1 else small))
    return _small_name(letter, translator)


def _lowered(letter: str) -> str:
    """The small form; İ keeps its dot as a mark, so that it is called otherwise than I."""
    return letter[0].lower() + letter[1:]


def _small_name(letter: str, translator: Translator) -> str:
    if letter[:2] == "k͟":
        return translator.say(msg("keyboard.letter.kh" if letter.islower() else "keyboard.letter.kh-capitals"))
    if "LATIN" not in unicodedata.name(letter[0]):
        return letter  # й is no и with a mark: the voice of its language knows it
    parts = unicodedata.normalize("NFD", letter)
    first, marks = parts[0], parts[1:]
    base, stroke = _base(first, translator)
    slugs = [*stroke, *(_slug(unicodedata.name(mark).removeprefix("COMBINING ")) for mark in marks)]
    if not slugs or letter in "äöü":
        return letter if letter in "äöü" else base
    words = [translator.say(msg(f"keyboard.mark.{slug}")) for slug in slugs]
    return translator.say(msg("keyboard.with", letter=base, marks=translator.say(msg("keyboard.and")).join(words)))


def _base(letter: str, translator: Translator) -> tuple[str, list[str]]:
    """Return the name of a letter without marks, and a stroke or hook that Unicode counts to the letter."""
    if letter.isascii() or not unicodedata.name(letter).startswith("LATIN"):
        return letter, []
    name, _, mark = unicodedata.name(letter).removeprefix(_SMALL).partition(" WITH ")
    if len(name) == 1 and mark:
        return name.lower(), [_slug(mark)]
    return translator.say(msg(f"keyboard.letter.{_slug(name)}")), []


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")
