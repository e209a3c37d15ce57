"""Official words and what they mean: Lotse's own, and those of the place.

A word is offered where it occurs in what a screen says, in the visitor's language; what visitors wrote is not looked
through. A language without an explanation of a word does not offer it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kiosk.place import Place
from kiosk.screen import Screen
from kiosk.speech import heard, utterances
from kiosk.text import GERMAN, Language, Text, Verbatim, msg, translator

CORE = (
    "application",
    "authority",
    "biometric",
    "can",
    "certificate-of-conduct",
    "day-care",
    "degree-of-care",
    "eid",
    "evb",
    "housing-benefit",
    "housing-permit",
    "immigration-office",
    "integration-course",
    "landlord",
    "landlord-confirmation",
    "main-home",
    "mark",
    "parental-allowance",
    "pin",
    "proxy",
    "puk",
    "receipt",
    "registration-certificate",
    "registration-office",
    "registry-office",
    "residence-permit",
    "second-home",
    "transport-pin",
    "vehicle-papers",
)
"""The words that Lotse explains itself: `glossary.<name>.words`, with other forms parted by "|", and `.text`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A word as it is shown, and its explanation."""

    name: str
    word: Text
    text: Text


_KEPT = 1024
_known: dict[tuple[object, ...], tuple[str, ...]] = {}


def known_on(screen: Screen, place: Place, service: str) -> tuple[str, ...]:
    """Return what `explained_on` does; a screen is looked through once, not at every letter that is typed.

    A screen of a `service` with the same parts says the same official words, whatever a visitor has written.
    """
    key = (place, screen.look.language, service, screen.id, tuple(part.id for part in screen.parts))
    found = _known.get(key)
    if found is None:
        if len(_known) >= _KEPT:
            _known.clear()
        found = _known[key] = explained_on(screen, place)
    return found


def explained_on(screen: Screen, place: Place) -> tuple[str, ...]:
    """Return the names of the words that a screen uses and that can be explained, in the order in which they come."""
    language = screen.look.language
    by_form = _forms(place, language)
    if not by_form:
        return ()
    said = " ".join(one.words.reveal() for one in utterances(screen, translator(language)) if not one.private)
    return tuple(dict.fromkeys(by_form[found] for found in _pattern(frozenset(by_form)).findall(said)))


def entries(names: Iterable[str], place: Place, language: Language) -> tuple[Entry, ...]:
    """Return words with their explanations, in German where the language has none."""
    own = {f"place.{number}": each for number, each in enumerate(place.glossary)}
    return tuple(
        Entry(name, own[name].word, own[name].text) if name in own else _core(name, language)
        for name in names
        if name in own or name in CORE
    )


def _core(name: str, language: Language) -> Entry:
    tag = language if translator(language).knows(f"glossary.{name}.text") else GERMAN
    say = translator(tag).say
    word = say(msg(f"glossary.{name}.words")).partition("|")[0].strip()
    return Entry(name, Verbatim(word, tag), Verbatim(say(msg(f"glossary.{name}.text")), tag))


@lru_cache(maxsize=32)
def _forms(place: Place, language: Language) -> Mapping[str, str]:
    """Return which word a form belongs to, in a language."""
    say, knows = translator(language).say, translator(language).knows
    found = {
        heard(form): name
        for name in CORE
        if knows(f"glossary.{name}.text")
        for form in say(msg(f"glossary.{name}.words")).split("|")
    }
    for number, each in enumerate(place.glossary):
        forms = "|".join(say(text) for text in (each.word, each.forms) if text is not None)
        found.update((heard(form), f"place.{number}") for form in forms.split("|"))
    return {form: name for form, name in found.items() if form}


@lru_cache(maxsize=32)
def _pattern(forms: frozenset[str]) -> re.Pattern[str]:
    """Whole words, the longest first: "Transport-PIN" is not "PIN"."""
    longest = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest))})(?!\w)")
