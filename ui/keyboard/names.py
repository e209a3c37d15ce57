"""What a key is called when it is spoken: letters with their marks, capitals named as such."""

from __future__ import annotations

import unicodedata

from kiosk.letters import letter_name
from kiosk.text import Translator, msg
from ui.keyboard.pages import Key, KeyRole


def name_of(
    key: Key, translator: Translator, *, capital: bool = False, locked: bool = False, chosen: bool = False
) -> str:
    """Return the accessible name of a key in its present state; `chosen`: its letters are shown now."""
    if key.role is KeyRole.TEXT:
        return " ".join(_spoken(key.capital if capital else key.text, translator))
    if key.role is KeyRole.SHIFT:
        state = "locked" if locked else "on" if capital else "off"
        return translator.say(msg(f"keyboard.shift.{state}"))
    if key.role is KeyRole.TAB:
        return _tab_name(key, translator)
    if key.role in (KeyRole.ORDER, KeyRole.SCRIPT):
        return translator.say(msg(f"keyboard.{key.role}.{'back' if chosen else 'name'}"))
    return translator.say(msg(f"keyboard.{key.role}.name"))


def legend_of(key: Key, translator: Translator, *, capital: bool = False) -> str:
    """Return the words or the letter written on a key."""
    if key.role is KeyRole.TEXT:
        return key.capital if capital else key.text
    if key.text.strip():
        return key.text
    return translator.say(msg(f"keyboard.{key.role}.legend"))


def _spoken(text: str, translator: Translator) -> list[str]:
    """A key may type several signs (".de"): a domain's letters are a word."""
    if len(unicodedata.normalize("NFD", text)) > 1 and text.startswith("."):
        return [letter_name(".", translator), text[1:]]
    return [letter_name(text, translator)]


def _tab_name(key: Key, translator: Translator) -> str:
    if key.tab == 0:
        return translator.say(msg("keyboard.tab.frequent"))
    if not key.text[0].isalpha():
        return translator.say(msg("keyboard.tab.signs"))
    if len(key.text) == 1:
        return translator.say(msg("keyboard.tab.letter", letter=key.text))
    return translator.say(msg("keyboard.tab.range", first=key.text[0], last=key.text[-1]))
