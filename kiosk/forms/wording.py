"""How a form's elements are called on the screen: the schema's German words, and what the place puts in their stead.

Keys of `FormSource.texts`: an element's id, or the ids of its whole path joined by `.` where one place needs words
of its own; behind it, after `#`,

| `F…#001` | an option, by its code (`true`, `false` for yes and no) |
| `F…#001#help` | the option's explanation |
| `F…#review` | what the answer is called on the review page |
| `G…#ask` | the question that offers a group which may be left out |
| `G…#more` | the question that offers one more of a group |
| `G…#item` | what one of several is called |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from kiosk.forms.schema import Code, Field, Group
from kiosk.place import FormSource
from kiosk.text import GERMAN, Catalogue, Language, Local, Text, Translated, Verbatim, msg

HINT = 170
"""Characters of a hint: about two lines at the usual size. Longer help is cut at the end of a sentence."""
LONGEST_HINT = 280
"""A single sentence may be this long."""

_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"(?<=[a-zäöüß)\"“]{2}[.!?])\s+(?=[A-ZÄÖÜ])")
_NO_HINT = re.compile(r"https?://|\burn:|www\.")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one form. Paths are tuples of element ids."""

    texts: Mapping[str, Text]
    hints: Mapping[str, Text]
    catalogues: Mapping[Language, Catalogue]

    @classmethod
    def of(cls, source: FormSource | None) -> Wording:
        """Return what the profile says about a form."""
        return cls(source.texts, source.hints, source.catalogues) if source else cls({}, {}, {})

    def label(self, path: tuple[str, ...], element: Field | Group) -> Text:
        """Return the question, or the title of a group."""
        return self._found(self.texts, path, "", clean(element.label)) or Verbatim(clean(element.label))

    def review(self, path: tuple[str, ...], element: Field | Group) -> Text:
        """Return what the answer is called: the place's short name, then its question, then the schema's title."""
        title = clean(element.title or element.label)
        short = self._found(self.texts, path, "#review", title)
        return short or self._found(self.texts, path, "", clean(element.label)) or Verbatim(title)

    def hint(self, path: tuple[str, ...], element: Field | Group) -> Text | None:
        """Return a short help, or None."""
        words = shortened(element.hint)
        return self._found(self.hints, path, "", words) or (Verbatim(words) if words else None)

    def option(self, path: tuple[str, ...], code: Code) -> Text:
        """Return the words of an option."""
        return self._found(self.texts, path, f"#{code.code}", clean(code.label)) or Verbatim(clean(code.label))

    def option_help(self, path: tuple[str, ...], code: Code) -> Text | None:
        """Return the explanation of an option."""
        words = shortened(code.help)
        return self._found(self.texts, path, f"#{code.code}#help", words) or (Verbatim(words) if words else None)

    def yes_no(self, path: tuple[str, ...], code: str) -> Text:
        """Return "Ja" or "Nein", or better words of the place."""
        return self._found(self.texts, path, f"#{code}", "") or msg("form.yes" if code == "true" else "form.no")

    def ask(self, path: tuple[str, ...], group: Group, *, more: bool) -> Text:
        """Return the question whether a group is to be filled in, for the first time or once more."""
        found = self._found(self.texts, path, "#more" if more else "#ask", "")
        return found or msg("form.ask-more" if more else "form.ask", group=self.label(path, group))

    def item(self, path: tuple[str, ...], group: Group, number: int) -> Text:
        """Return what the `number`th of several is called."""
        name = self._found(self.texts, path, "#item", "") or self.label(path, group)
        return msg("form.item", group=name, number=number)

    def _found(self, texts: Mapping[str, Text], path: tuple[str, ...], what: str, german: str) -> Text | None:
        """Look up the whole path, then the id. Words that the place leaves out are the schema's, translated."""
        text = texts.get(".".join(path) + what) or texts.get(path[-1] + what)
        if not german or not (text is None or isinstance(text, Local)):
            return text
        own = text.words if text else {}
        if GERMAN in own:
            return text
        if own or self.catalogues:
            return Local(Translated({GERMAN: german} | dict(own), self.catalogues))
        return None


@lru_cache(maxsize=4096)
def clean(words: str) -> str:
    """Return words without line breaks and a colon at the end."""
    return _SPACE.sub(" ", words).strip().rstrip(":").strip()


@lru_cache(maxsize=4096)
def shortened(help_text: str) -> str:
    """Return as many whole sentences of a help text as make a hint; "" if it says nothing to a visitor."""
    words = _SPACE.sub(" ", help_text).strip()
    kept = ""
    for sentence in _SENTENCE_END.split(words):
        longer = f"{kept} {sentence}".strip()
        if _NO_HINT.search(sentence) or len(longer) > (HINT if kept else LONGEST_HINT):
            break
        kept = longer
    return kept
