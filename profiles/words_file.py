"""`words.yaml`: what Lotse says in other words at a place, by the key of its message (`welcome.lead`)."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping

from kiosk.text import GERMAN, Local, Text, translator
from profiles.folder import Folder
from profiles.mistakes import Notes
from profiles.nodes import Entries, Node
from profiles.records import text, translations, words

FILE = "words.yaml"


def read_words(folder: Folder) -> Mapping[str, Local]:
    """Return the place's own words; none where there is no such file."""
    if not folder.has(FILE):
        return {}
    tree, notes = folder.open(FILE)
    if tree is None:
        return {}
    if not isinstance(tree, Entries):
        notes.add(tree.line, f"{FILE} must have keys", 'Write "welcome.lead: {de: …, en: …}", for example.')
        return {}
    found = {key: _read(node, notes, key) for key, node in tree.entries.items()}
    return {key: own for key, own in found.items() if isinstance(own, Local)}


def _read(node: Node, notes: Notes, key: str) -> Text | None:
    """Return a message's words; without German ones, they are for some languages only."""
    if isinstance(node, Entries) and GERMAN not in node.entries:
        return Local(translations(node, notes, key, words))
    return text(node, notes, key)


def check_words(folder: Folder, place_words: Mapping[str, Local]) -> None:
    """Note the words that stand for no message of Lotse, or leave out or invent a parameter."""
    tree, notes = folder.trees.get(FILE), folder.notes_of(FILE)
    if not isinstance(tree, Entries):
        return
    german = translator(GERMAN)
    for key, local in place_words.items():
        line = tree.key_lines[key]
        if not german.knows(key):
            notes.add(line, f'Lotse says nothing that is called "{key}"', "Take a key out of kiosk/locale/de.")
            continue
        wanted = _parameters(german.pattern(key))
        for language, own in local.words.items():
            _check_parameters(notes, line, f"{key}.{language}", wanted, own)


def _check_parameters(notes: Notes, line: int, key: str, wanted: frozenset[str], own: str) -> None:
    try:
        found = _parameters(own)
    except ValueError:
        notes.add(line, f'"{key}" has a brace that is not closed', "Write {name}, or leave the brace out.")
        return
    if found - wanted:
        known = f"Known here: {', '.join(sorted(wanted))}." if wanted else "There is none here."
        notes.add(line, f'"{key}" has a "{{{min(found - wanted)}}}" that nobody fills in', known)


def _parameters(pattern: str) -> frozenset[str]:
    return frozenset(_names(pattern))


def _names(pattern: str) -> Iterator[str]:
    return (name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None)
