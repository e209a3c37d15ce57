"""`forms/<name>.texts.yaml`: a form's questions in other languages, and hints that help to answer them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.text import GERMAN, Local, Text
from profiles.folder import Folder
from profiles.mistakes import Notes
from profiles.nodes import Entries, Node
from profiles.records import translations, words


@dataclass(frozen=True, slots=True)
class FormTexts:
    """Texts and hints by element id (`F…`, `G…`, `F…#code` for an option)."""

    texts: Mapping[str, Text]
    hints: Mapping[str, Text]


def read_form_texts(folder: Folder, name: str) -> FormTexts:
    """Read a form's texts; what is wrong is noted under the file's own name."""
    tree, notes = folder.open(name)
    if tree is None:
        return FormTexts({}, {})
    if not isinstance(tree, Entries):
        notes.add(tree.line, "The texts of a form must have keys", 'Write "F60000000227: {en: Surname}".')
        return FormTexts({}, {})
    hints = tree.entries.get("hints")
    texts = {key: node for key, node in tree.entries.items() if key != "hints"}
    return FormTexts(_texts(texts, notes), _hints(hints, notes))


def _hints(node: Node | None, notes: Notes) -> dict[str, Text]:
    if node is None:
        return {}
    if isinstance(node, Entries):
        return _texts(node.entries, notes)
    notes.add(node.line, '"hints" must have keys', 'Write "F60000000227: {de: …, en: …}" under it.')
    return {}


def _texts(nodes: Mapping[str, Node], notes: Notes) -> dict[str, Text]:
    found: dict[str, Text] = {}
    for key, node in nodes.items():
        by_language = translations(node, notes, key, words)
        if by_language:
            found[key] = Local(notes.translated(node.line, key, by_language) if GERMAN in by_language else by_language)
    return found
