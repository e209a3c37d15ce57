"""Words letter by letter, as on the telephone: "A wie Aachen" (DIN 5009:2022), "A as in Alfa" (ICAO)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from kiosk.letters import letter_name
from kiosk.text import Language, Translator, msg, translator


def spelled(words: str, by: Translator) -> str:
    """Return words spelled in a translator's language; capitals are named as such, and nothing is left out."""
    return ". ".join(_named(letter, by) for letter in _letters(" ".join(words.split())))


def sign_name(sign: str, by: Translator) -> str:
    """Return how a letter, digit, sign or space is called; what has no name in this language is left to the voice."""
    if sign.isspace():
        return by.say(msg("keyboard.space.name"))
    try:
        return letter_name(sign, by)
    except (KeyError, ValueError):
        return sign


def _letters(words: str) -> Iterator[str]:
    """Yield the letters, each with its marks."""
    letter = ""
    for sign in unicodedata.normalize("NFC", words):
        if letter and not unicodedata.combining(sign):
            yield letter
            letter = ""
        letter += sign
    if letter:
        yield letter


def _named(letter: str, by: Translator) -> str:
    word = _alphabet(by.language).get(letter.lower())
    if word is None:
        return sign_name(letter, by)
    capital = letter != letter.lower()
    return by.say(msg("spelling.capital" if capital else "spelling.letter", letter=letter, word=word))


@lru_cache
def _alphabet(language: Language) -> dict[str, str]:
    """The catalogue has it as one text, "a Aachen, b Berlin, …"; a language without one has "–"."""
    entries = translator(language).say(msg("spelling.alphabet")).split(",")
    pairs = (entry.strip().partition(" ") for entry in entries)
    return {letter: word.strip() for letter, _, word in pairs if word}
