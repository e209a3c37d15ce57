"""`languages/<tag>.po`: a place's texts in one more language, as gettext catalogues.

The `msgid` is the German wording, of the profile or of a form's schema; so a text that changes is missing until it
is translated anew, and translators can use the tools that they have. Words that a text has in its own file win.
"""

from __future__ import annotations

import logging
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from io import BytesIO
from pathlib import Path

from babel.messages.pofile import PoFileError

from kiosk.text import GERMAN, LANGUAGE_NAMES, Catalogue, Language
from profiles.folder import MAX_YAML_BYTES, Folder

FOLDER = "languages"

UNREADABLE = (OSError, ValueError, LookupError, PoFileError)
log = logging.getLogger(__name__)


class PoFile(Mapping[str, str]):
    """One catalogue, read when the first word is looked up: a terminal starts in one language."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _words(self) -> Mapping[str, str]:
        try:
            return _read(self._path)
        except UNREADABLE as error:
            log.error("%s cannot be read: %s", self._path.name, type(error).__name__)
            return {}

    def __getitem__(self, german: str) -> str:
        return self._words[german]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


def read_languages(folder: Folder) -> dict[Language, Catalogue]:
    """Return the catalogues of a profile. Words of an upper layer win over those of the layers below."""
    layered: dict[Language, list[PoFile]] = {}
    for name in folder.names(FOLDER):
        path = Path(name)
        language = Language(path.stem)
        for file, notes in folder.files(name, MAX_YAML_BYTES):
            if path.suffix != ".po" or language not in LANGUAGE_NAMES or language == GERMAN:
                known = ", ".join(tag for tag in LANGUAGE_NAMES if tag != GERMAN)
                notes.add(1, f'"{path.name}" is not a language of Lotse', f"Name it <language>.po, one of: {known}.")
            else:
                layered.setdefault(language, []).append(PoFile(file))
    return {language: _layered(files) for language, files in layered.items()}


def _layered(files: Sequence[PoFile]) -> Catalogue:
    return files[0] if len(files) == 1 else ChainMap(*files)  # type: ignore[arg-type]  # nobody writes into it


def check_languages(folder: Folder) -> None:
    """Note which catalogues cannot be read."""
    for language in folder.catalogues:
        for file, notes in folder.files(f"{FOLDER}/{language}.po", MAX_YAML_BYTES):
            try:
                _read(file)
            except UNREADABLE as error:
                line = getattr(error, "lineno", None)
                remedy = "Correct it with an editor for .po files."
                notes.add(line + 1 if isinstance(line, int) else 1, "This is not a valid .po file", remedy)


def _read(path: Path) -> Mapping[str, str]:
    return {german: words for german, (words, _) in words_in(path).items()}


def words_in(path: Path) -> Mapping[str, tuple[str, int]]:
    """Return what a catalogue says: words and line by German wording. Raises one of `UNREADABLE`."""
    from babel.messages.pofile import read_po

    return {
        message.id: (" ".join(message.string.split()), message.lineno or 1)
        for message in read_po(BytesIO(path.read_bytes()), abort_invalid=True)
        if isinstance(message.id, str) and isinstance(message.string, str) and message.id and message.string
    }


def with_gaps(path: Path, language: Language, german: Iterable[str]) -> tuple[bytes, int]:
    """Return the `.po` file at `path` brought up to date, and how many texts in it have no words yet.

    Texts that are new come to the end without words; those that nobody shows any more are left out.
    """
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po, write_po

    before = read_po(BytesIO(path.read_bytes())) if path.exists() else Catalog()
    after = Catalog(locale=language.split("-")[0], fuzzy=False, charset="utf-8")
    gaps = 0
    for wording in dict.fromkeys(german):
        known = before.get(wording)
        words = known.string if known is not None and isinstance(known.string, str) else ""
        gaps += not words
        after.add(wording, words)
    content = BytesIO()
    write_po(content, after, width=0, omit_header=True)
    locale = language.replace("-x-", "@")  # gettext writes a private variant (`de-x-leicht`) as `de@leicht`
    header = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: {locale}\\n"\n\n'
    return header.encode() + content.getvalue(), gaps
