"""Whether a service's form can be read, and whether the profile's texts fit it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kiosk.place import FormSource, Place, Service
from kiosk.text import GERMAN, Language
from profiles.folder import Folder
from profiles.form_words import form_words
from profiles.nodes import line_of

if TYPE_CHECKING:
    from kiosk.forms.schema import Form, Placed

SHOWN = 5
"""As many ids of untranslated questions are named."""

FACETS = frozenset({"review", "ask", "more", "item", "help", "true", "false"})
"""What may follow an element after `#`, besides an option's code: see `kiosk.forms.wording`."""


def check_form(folder: Folder, service: Service, place: Place) -> None:
    """Note what is wrong with the form of a service.

    It cannot be read, or not be walked to its end; texts or prefills are for nothing; questions have no words.
    """
    if service.form is None or not service.form.schema.is_file():
        return
    from kiosk.forms.check import sample_application, walk_with_samples
    from kiosk.forms.schema import Form
    from kiosk.forms.xdf3 import read_file

    notes = folder.notes_of(folder.name_of(service.form.schema))
    form = read_file(service.form.schema)
    if not isinstance(form, Form):
        remedy = "Export the form from the editor again, as XDatenfelder 3."
        notes.add(form.line or 1, f"The form cannot be read: {form.words.rstrip('.')}", remedy)
        return
    _, trouble = walk_with_samples(sample_application(form, place.code_lists, service.form))
    for words in trouble:
        notes.add(1, f"The form cannot be filled in to its end: {words.rstrip('.')}", "Change it in the editor.")
    known = set(_keys(form.children, ""))
    _check_prefill(folder, service, known)
    _check_texts(folder, service.form, known)
    for language in place.languages:
        if language != GERMAN:
            _check_language(folder, service, form, language)


def _keys(children: Iterable[Placed], above: str) -> Iterator[str]:
    """Yield what a text can be for: each element by its id and by its whole path, and the options of each."""
    for placed in children:
        element = placed.element
        path = f"{above}{element.id}"
        for key in (element.id, path):
            yield key
            yield from (f"{key}#{code.code}" for code in getattr(element, "codes", ()))
        yield from _keys(getattr(element, "children", ()), f"{path}.")


def _check_prefill(folder: Folder, service: Service, known: set[str]) -> None:
    assert service.form is not None
    name = f"services/{service.id}.yaml"
    for path in service.form.prefill:
        if path not in known:
            line = line_of(folder.trees[name], ("form", "prefill", path))
            remedy = "Write the ids on the way to the question, joined by dots."
            folder.notes[name].add(line, f'The form has no element "{path}"', remedy)


def _texts_file(source: FormSource) -> str:
    return f"forms/{source.schema.name.removesuffix('.xdf.xml')}.texts.yaml"


def _check_texts(folder: Folder, source: FormSource, known: set[str]) -> None:
    name = _texts_file(source)
    if name not in folder.trees:
        return
    for path, entries in (((), source.texts), (("hints",), source.hints)):
        for key in entries:
            base, _, facet = key.rpartition("#")
            if key not in known and not (base in known and facet in FACETS):
                line = line_of(folder.trees[name], (*path, key))
                remedy = "Correct the id, or remove the line."
                folder.notes[name].add(line, f'The form has no element "{key}"', remedy)


def _check_language(folder: Folder, service: Service, form: Form, language: Language) -> None:
    assert service.form is not None
    bare = _without_words(service.form, form, language)
    if not bare:
        return
    texts = _texts_file(service.form)
    name, path = (texts, ()) if texts in folder.trees else (f"services/{service.id}.yaml", ("form",))
    named = ", ".join(bare[:SHOWN]) + (", …" if len(bare) > SHOWN else "")
    what = f'{len(bare)} questions or answers of the form have no words in the language "{language}" ({named})'
    remedy = f'Add them to {texts}, "{bare[0]}: {{{language}: …}}" for example.'
    if language in folder.catalogues:
        remedy = f"Add them to languages/{language}.po: lotse profile texts {language}."
    folder.notes[name].add(line_of(folder.trees[name], path), what, remedy)


def _without_words(source: FormSource, form: Form, language: Language) -> list[str]:
    """The keys of questions, and of answers where there are few, that nobody translated."""
    catalogue = source.catalogues.get(language, {})
    bare = {
        words.key: None
        for words in form_words(form, source)
        if words.needed and language not in words.own and words.german not in catalogue
    }
    return list(bare)
