"""What a form says in German, element by element: what a translation has to cover."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.place import FormSource
from kiosk.text import GERMAN, Language, Local, Text, Translated

if TYPE_CHECKING:
    from kiosk.forms.schema import Field, Form, Group

FEW = 7
"""An answer out of so few is chosen from buttons: each of them needs words. Of longer lists, names may stay German."""


@dataclass(frozen=True, slots=True)
class FormWords:
    """One wording: the key that a text of the place would have, the German words, and the place's own by language."""

    key: str
    german: str
    own: frozenset[Language]
    needed: bool
    """Whether a visitor is lost without it: a question, or one of a few answers."""


def form_words(form: Form, source: FormSource) -> Iterator[FormWords]:
    """Yield every wording of a form that is shown."""
    from kiosk.forms.schema import Field, FieldKind

    for placed in form.placed():
        element = placed.element
        if not isinstance(element, Field) or element.kind is not FieldKind.HIDDEN:
            yield from _of_element(element, source)
    for texts in (source.texts, source.hints):
        for key, text in texts.items():
            if isinstance(text, Local) and GERMAN in text.words:
                yield FormWords(key, text.words[GERMAN], _own(text), needed=True)


def _of_element(element: Field | Group, source: FormSource) -> Iterator[FormWords]:
    from kiosk.forms.wording import clean, shortened

    few = len(getattr(element, "codes", ())) <= FEW
    said = [(element.id, clean(element.label), True), (f"{element.id}#review", clean(element.title), False)]
    for code in getattr(element, "codes", ()):
        said.append((f"{element.id}#{code.code}", clean(code.label), few))
        said.append((f"{element.id}#{code.code}#help", shortened(code.help), False))
    for key, german, needed in said:
        yield from _wording(key, german, source.texts, needed)
    yield from _wording(element.id, shortened(element.hint), source.hints, needed=False)


def _wording(key: str, german: str, texts: Mapping[str, Text], needed: bool) -> Iterator[FormWords]:
    text = texts.get(key)
    own = _own(text) if isinstance(text, Local) else frozenset()
    if german and GERMAN not in own:
        yield FormWords(key, german, own, needed)


def _own(text: Local) -> frozenset[Language]:
    """In which languages the place says it beside the German words."""
    return frozenset(text.words.own if isinstance(text.words, Translated) else text.words)
