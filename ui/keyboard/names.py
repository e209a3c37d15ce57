"""What a key is called when it is spoken: letters with their marks, capitals named as such."""

from __future__ import annotations

import unicodedata

from kiosk.text import Translator, msg
from ui.keyboard.pages import Key, KeyRole

_SMALL = "LATIN SMALL LETTER "


def name_of(key: Key, translator: Translator, *, capital: bool = False, locked: bool = False) -> str:
    """Return the accessible name of a key in its present state."""
    if key.role is KeyRole.TEXT:
        return " ".join(_spoken(key.capital if capital else key.text, translator))
    if key.role is KeyRole.SHIFT:
        state = "locked" if locked else "on" if capital else "off"
        return translator.say(msg(f"keyboard.shift.{state}"))
    if key.role is KeyRole.TAB:
        return _tab_name(key, translator)
    return translator.say(msg(f"keyboard.{key.role}.name"))


def legend_of(key: Key, translator: Translator, *, capital: bool = False) -> str:
    """Return the words or the letter written on a key."""
    if key.role is KeyRole.TEXT:
        return key.capital if capital else key.text
    if key.text.strip():
        return key.text
    return translator.say(msg(f"keyboard.{key.role}.legend"))


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


def _spoken(text: str, translator: Translator) -> list[str]:
    """A key may type several signs (".de"): a domain's letters are a word."""
    if len(unicodedata.normalize("NFD", text)) > 1 and text.startswith("."):
        return [letter_name(".", translator), text[1:]]
    return [letter_name(text, translator)]


def _lowered(letter: str) -> str:
    """The small form; İ keeps its dot as a mark, so that it is called otherwise than I."""
    return letter[0].lower() + letter[1:]


def _small_name(letter: str, translator: Translator) -> str:
    if letter[:2] == "k͟":
        return translator.say(msg("keyboard.letter.kh" if letter.islower() else "keyboard.letter.kh-capitals"))
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


def _tab_name(key: Key, translator: Translator) -> str:
    if key.tab == 0:
        return translator.say(msg("keyboard.tab.frequent"))
    if not key.text[0].isalpha():
        return translator.say(msg("keyboard.tab.signs"))
    if len(key.text) == 1:
        return translator.say(msg("keyboard.tab.letter", letter=key.text))
    return translator.say(msg("keyboard.tab.range", first=key.text[0], last=key.text[-1]))


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")
