"""The words of the staff's pages, in German and English: `locale/*.po`, the key is the msgid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

LANGUAGES: Mapping[str, str] = {"de": "Deutsch", "en": "English"}
_CLDR = {"de": "de", "en": "en_GB"}


@dataclass(frozen=True, slots=True)
class Words:
    """The catalogue of one language."""

    language: str
    one: Mapping[str, str]
    plural: Mapping[str, tuple[str, ...]]

    @property
    def locale(self) -> str:
        """The CLDR locale for dates and numbers."""
        return _CLDR[self.language]

    def say(self, key: str, /, **params: object) -> str:
        """Return a message. With `count` its plural form; a missing one raises `KeyError`."""
        if "count" in params:
            return self.plural[key][0 if params["count"] == 1 else 1].format(**params)
        return self.one[key].format(**params)

    def has(self, key: str) -> bool:
        """Whether there is such a message."""
        return key in self.one


@lru_cache
def words_of(language: str) -> Words:
    """Return the words of a language; German for one that there is not."""
    from babel.messages.pofile import read_po

    language = language if language in LANGUAGES else "de"
    with (Path(__file__).parent / "locale" / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    one = {m.id: str(m.string) for m in catalogue if m.id and isinstance(m.id, str)}
    plural = {m.id[0]: tuple(map(str, m.string or ())) for m in catalogue if isinstance(m.id, list | tuple)}
    return Words(language, one, plural)


def preferred(chosen: str | None, accepted: str) -> str:
    """Return the language that was chosen, or the first of the browser's (`Accept-Language`) that there is."""
    if chosen and chosen in LANGUAGES:
        return chosen
    tags = (part.split(";")[0].strip().lower()[:2] for part in accepted.split(","))
    return next((tag for tag in tags if tag in LANGUAGES), "de")
