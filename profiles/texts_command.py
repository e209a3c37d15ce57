"""`lotse profile texts`: a place's German wordings as a `.po` file for one language, brought up to date."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from kiosk.place import FormSource, Place
from kiosk.text import GERMAN, LANGUAGE_NAMES, Language, Translated
from profiles.folder import MAX_YAML_BYTES, Folder
from profiles.form_words import form_words
from profiles.languages import FOLDER, with_gaps, words_in
from profiles.loading import read_profile


def run_texts(path: Path, tag: str, out: TextIO) -> int:
    """Write `languages/<tag>.po` of the profile at `path`, and say how many gaps it has. Returns the exit code."""
    language = Language(tag)
    if language not in LANGUAGE_NAMES or language == GERMAN:
        known = ", ".join(tag for tag in LANGUAGE_NAMES if tag != GERMAN)
        print(f'"{tag}" is not a language of Lotse. Choose one of: {known}.', file=out)
        return 2
    place, folder = read_profile(path)
    if place is None or folder.mistakes:
        for mistake in sorted(set(folder.mistakes)):
            print(mistake, file=out)
        return 1
    file = path / FOLDER / f"{language}.po"
    own, below = _said(folder, language)
    wanted = (german for german in german_words(folder, place, language) if german in own or german not in below)
    content, gaps = with_gaps(file, language, wanted)
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    print(f"{file}: {gaps} texts have no words yet" if gaps else f"{file}: every text has words", file=out)
    return 0


def _said(folder: Folder, language: Language) -> tuple[frozenset[str], frozenset[str]]:
    """Return the German wordings that the profile's own catalogue has words for, and those that a layer below has."""
    own: set[str] = set()
    below: set[str] = set()
    for file, _ in folder.files(f"{FOLDER}/{language}.po", MAX_YAML_BYTES):
        (own if file.is_relative_to(folder.root) else below).update(words_in(file))
    return frozenset(own), frozenset(below)


def german_words(folder: Folder, place: Place, language: Language) -> Iterator[str]:
    """Yield the German wordings that have no words for `language` in the file where they stand."""
    for name, notes in sorted(folder.notes.items()):
        for seen in notes.texts:
            words = seen.words.own if isinstance(seen.words, Translated) else seen.words
            if GERMAN in words and language not in words and not name.endswith(".texts.yaml"):
                yield words[GERMAN]
    for service in place.services:
        if service.form is not None:
            yield from _of_form(service.form, language)


def _of_form(source: FormSource, language: Language) -> Iterator[str]:
    from kiosk.forms.schema import Form
    from kiosk.forms.xdf3 import read_file

    form = read_file(source.schema)
    if isinstance(form, Form):
        yield from (words.german for words in form_words(form, source) if language not in words.own)
