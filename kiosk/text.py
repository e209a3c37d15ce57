"""What a screen says: keys with parameters, never finished sentences.

A `Text` is turned into words by a `Translator`, one for each language, as late as possible:
so the visitor, the counter and the receipt can each have it in a language of their own.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NewType, TypeAlias

from kiosk.privacy import Private

Language = NewType("Language", str)
"""A BCP 47 tag: `de`, `en`, `de-x-leicht`, …"""

GERMAN = Language("de")
LEICHTE_SPRACHE = Language("de-x-leicht")
ENGLISH = Language("en")
LANGUAGE_NAMES: Mapping[Language, str] = MappingProxyType(
    {
        GERMAN: "Deutsch",
        LEICHTE_SPRACHE: "Leichte Sprache",
        ENGLISH: "English",
        Language("tr"): "Türkçe",
        Language("uk"): "Українська",
        Language("ru"): "Русский",
        Language("ar"): "العربية",
        Language("pl"): "Polski",
        Language("fr"): "Français",
    }
)
"""The languages that the catalogues have, in the order of the welcome, each in its own words."""

Param: TypeAlias = "str | int | Decimal | date | Private[str] | Private[date] | Text"

_LOCALES = Path(__file__).parent / "locale"


@dataclass(frozen=True, slots=True)
class Msg:
    """A message of Lotse's own catalogue. `count` chooses the plural form and is `{count}`."""

    key: str
    params: Mapping[str, Param] = field(default_factory=dict)
    count: int | None = None


Catalogue: TypeAlias = Mapping[str, str]
"""German wording → words in another language."""


class Translated(Mapping[Language, str]):
    """Words that a text has itself, and those that a place's catalogues have for its German ones.

    A catalogue may be read when the first word is looked up in it.
    """

    __slots__ = ("_catalogues", "own")

    def __init__(self, own: Mapping[Language, str], catalogues: Mapping[Language, Catalogue]) -> None:
        self.own = own
        """The words that stand beside the German ones."""
        self._catalogues = catalogues

    def __getitem__(self, language: Language) -> str:
        own = self.own.get(language)
        return own if own is not None else self._catalogues[language][self.own[GERMAN]]

    def __iter__(self) -> Iterator[Language]:
        yield from self.own
        yield from (tag for tag in self._catalogues if tag not in self.own and tag in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Translated):
            return self.own == other.own and self._catalogues is other._catalogues
        return super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]  # as a dict


@dataclass(frozen=True, slots=True)
class Local:
    """A text of the place (profile, form translation): one wording for each language.

    German is the fallback, then the first there is.
    """

    words: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Words that are the same for everybody (a form's standard wording, a visitor's own answer).

    `language` says how they are to be pronounced and marked.
    """

    words: str | Private[str]
    language: Language = GERMAN


Text: TypeAlias = Msg | Local | Verbatim


def msg(key: str, count: int | None = None, **params: Param) -> Msg:
    """Return the message `key` with its parameters."""
    return Msg(key, params, count)


def local(de: str, **others: str) -> Local:
    """Return a place's text, German first."""
    return Local({GERMAN: de} | {Language(tag): words for tag, words in others.items()})


_PLACES_WORDS: dict[str, Local] = {}


def speak_for(words: Mapping[str, Local]) -> None:
    """Let all translators say these words of a place instead of Lotse's own, by message. A process is at one place."""
    if words != _PLACES_WORDS:
        _PLACES_WORDS.clear()
        _PLACES_WORDS.update(words)


class Translator:
    """Turns texts into the words of one language.

    `say` fills in parameters: visitor data is revealed here, since the words go to the visitor's
    own eyes and ears; `masked=True` gives a translator that shows `…` in its place, for the counter.
    """

    def __init__(self, language: Language, *, masked: bool = False) -> None:
        self.language = language
        self._masked = masked
        self._catalogue = _catalogue(language)

    def say(self, text: Text) -> str:
        """Return the words of `text`. A missing message raises `KeyError`: CI finds it first."""
        match text:
            case Msg():
                return self._message(text)
            case Local():
                return self._local(text)[0]
            case Verbatim():
                return self._param(text.words)

    def knows(self, key: str) -> bool:
        """Whether the language has the message `key`, which is not in plural forms."""
        return key in self._catalogue.one

    def language_of(self, text: Text) -> Language:
        """Return the language in which `say` answers for `text` (WCAG 3.1.2)."""
        match text:
            case Msg():
                return self.language
            case Local():
                return self._local(text)[1]
            case Verbatim():
                return text.language

    def pattern(self, key: str) -> str:
        """Return a message that `knows`, with the parameters in braces, as Lotse itself says it."""
        return self._catalogue.one[key]

    @property
    def letters(self) -> frozenset[str]:
        """Every character that this language's messages are written with."""
        catalogue = self._catalogue
        plurals = (words for forms in catalogue.plural.values() for words in forms)
        return frozenset("".join((*catalogue.one.values(), *plurals)))

    def _message(self, text: Msg) -> str:
        params = {name: self._param(value) for name, value in text.params.items()}
        if text.count is not None:
            params["count"] = self._param(text.count)
        own = _PLACES_WORDS.get(text.key)
        if own is not None and self.language in own.words:
            with suppress(LookupError, ValueError, AttributeError):  # the profile's check names what is wrong
                return own.words[self.language].format_map(params)
        return self._pattern(text).format_map(params)

    def _pattern(self, text: Msg) -> str:
        catalogue = self._catalogue
        if text.count is None:
            return catalogue.one[text.key]
        return catalogue.plural[text.key][catalogue.form_of(text.count)]

    def _local(self, text: Local) -> tuple[str, Language]:
        for language in (self.language, GERMAN):
            if language in text.words:
                return text.words[language], language
        language, words = next(iter(text.words.items()))
        return words, language

    def _param(self, value: Param) -> str:
        if isinstance(value, Private):
            return "…" if self._masked else self._param(value.reveal())
        if isinstance(value, str):
            return value
        if isinstance(value, date):
            from babel.dates import format_date

            return format_date(value, "long", locale=self.locale)
        if isinstance(value, (int, Decimal)):
            from babel.numbers import format_decimal

            return format_decimal(value, locale=self.locale)
        return self.say(value)

    @property
    def locale(self) -> str:
        """The CLDR locale for dates and numbers: English as it is written in Europe, the day before the month."""
        return "en_GB" if self.language == ENGLISH else self.language.split("-")[0]


@lru_cache
def translator(language: Language, masked: bool = False) -> Translator:
    """Return the one translator for `language`."""
    return Translator(language, masked=masked)


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """The messages of one language: singular ones, and those in plural forms, of which `form_of` a number chooses."""

    one: Mapping[str, str]
    plural: Mapping[str, tuple[str, ...]]
    form_of: Callable[[int], int]


@lru_cache
def _catalogue(language: Language) -> _Catalogue:
    from babel.messages.pofile import read_po

    one: dict[str, str] = {}
    plural: dict[str, tuple[str, ...]] = {}
    rule = "0"
    for path in sorted((_LOCALES / language).glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language.split("-")[0])
        rule = catalogue.plural_expr
        for message in catalogue:
            words = message.string or ""
            if isinstance(message.id, str) and isinstance(words, str):
                if message.id and words:
                    one[message.id] = words
            else:
                plural[message.id[0]] = tuple(words)
    return _Catalogue(one, plural, gettext.c2py(rule))
