"""`lotse profile check`: every mistake of a profile, by file and line, with its remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TextIO

from kiosk.place import Colours, Place
from kiosk.text import GERMAN, Language
from profiles.contrast import GROUNDS, ON_ACTION, TEXT, readable, weak_pairs
from profiles.folder import Folder
from profiles.form_check import check_form
from profiles.languages import check_languages
from profiles.loading import read_profile
from profiles.logo_check import check_logo
from profiles.mistakes import Mistake
from profiles.nodes import line_of, lines_of, place_of, plain
from profiles.schema_check import PROFILE_SCHEMA, problems
from profiles.words_file import check_words


def check_profile(path: Path) -> list[Mistake]:
    """Return every mistake in the profile at `path`, by file and line; an empty list if there is none."""
    place, folder = read_profile(path)
    _check_schema(folder)
    check_languages(folder)
    if place is not None:
        _check_translations(folder, place)
        _check_colours(folder, place.colours)
        _check_situations(folder, place)
        check_words(folder, place.words)
        for service in place.services:
            check_form(folder, service, place)
        if place.logo is not None:
            check_logo(place.logo, folder.notes_of(folder.name_of(place.logo)))
    return sorted(set(folder.mistakes))


def run_check(path: Path, out: TextIO) -> int:
    """Print one line a mistake, or that there is none. Returns the exit code: 1 if there is a mistake."""
    mistakes = check_profile(path)
    for mistake in mistakes:
        print(mistake, file=out)
    if not mistakes:
        print("no mistakes", file=out)
    return 1 if mistakes else 0


def _check_schema(folder: Folder) -> None:
    document, files = _document(folder)
    known = {(mistake.file, mistake.line) for mistake in folder.mistakes}
    for path, what, remedy, doubled in problems(PROFILE_SCHEMA, document):
        name, depth = _file_of(path, files)
        if name is None:
            continue
        tree = folder.trees[name]
        line = line_of(tree, path[depth:])
        if not known & (lines_of(tree, path[depth:]) if doubled else {place_of(line, name)}):
            folder.notes[name].add(line, what, remedy)


def _document(folder: Folder) -> tuple[dict[str, object], dict[tuple[str, ...], str]]:
    """The profile as one document, each file under its name; and where each file went."""
    document: dict[str, object] = {}
    files: dict[tuple[str, ...], str] = {}
    for name, tree in folder.trees.items():
        subfolder, _, file = name.rpartition("/")
        stem = Path(file).stem
        if subfolder:
            inner = document.setdefault(subfolder, {})
            assert isinstance(inner, dict)
            inner[stem] = plain(tree)
        else:
            document[stem] = plain(tree)
        files[(subfolder, stem) if subfolder else (stem,)] = name
    return document, files


def _file_of(path: tuple[str | int, ...], files: dict[tuple[str, ...], str]) -> tuple[str | None, int]:
    for depth in (1, 2):
        name = files.get(tuple(str(step) for step in path[:depth]))
        if name is not None:
            return name, depth
    return None, 0


def _check_translations(folder: Folder, place: Place) -> None:
    for notes in folder.notes.values():
        for seen in notes.texts:
            for language in place.languages:
                if language not in seen.words:
                    what = f'"{seen.key}" has no words in the language "{language}"'
                    notes.add(seen.line, what, _where_to_translate(language, seen.words, folder))


def _where_to_translate(language: Language, words: Mapping[Language, str], folder: Folder) -> str:
    if language in folder.catalogues:
        return f"Add it to languages/{language}.po: lotse profile texts {language}."
    if words.keys() == {GERMAN}:
        return f'Write "de: …" and "{language}: …" under it.'
    return f'Add a line "{language}: …" under it.'


def _check_colours(folder: Folder, colours: Colours) -> None:
    notes, tree = folder.notes["place.yaml"], folder.trees["place.yaml"]
    for key, words, ratio in weak_pairs(colours):
        line = line_of(tree, ("colours", key))
        what = f'The colour "{key}" has too little contrast {words}: {ratio:.1f}, needed is 4.5'
        notes.add(line, what, _better(key, colours))


def _better(key: str, colours: Colours) -> str:
    if key == "action" and colours.action:
        darker = readable(colours.action, (*GROUNDS.values(), ON_ACTION, *_tints(colours)))
        return f'Take a darker one, "{darker}" for example.'
    return f'Take a lighter tint: dark words ({TEXT}) and "action" must be readable on it.'


def _tints(colours: Colours) -> Iterator[str]:
    if colours.action_tint:
        yield colours.action_tint


def _check_situations(folder: Folder, place: Place) -> None:
    for index, situation in enumerate(place.situations):
        if situation.id and not place.services_of(situation.id):
            line = line_of(folder.trees["situations.yaml"], (index, "id"))
            remedy = "Remove it, or give it a service."
            what = f'No service belongs to the life situation "{situation.id}"'
            folder.notes["situations.yaml"].add(line, what, remedy)
