"""`code-lists/*.yaml`: external code lists that the place's forms need."""

from __future__ import annotations

from kiosk.place import CodeList
from kiosk.text import Text
from profiles.mistakes import Notes
from profiles.nodes import Entries, Node
from profiles.records import Kind, Record, matching, text

_URI = matching(r"(urn|https?):\S{3,200}", "the address of a code list", 'Write its URN, "urn:de:…:codeliste:…".')


def _entries(node: Node, notes: Notes, key: str) -> dict[str, Text] | None:
    if not isinstance(node, Entries) or not node.entries:
        notes.add(node.line, f'"{key}" must have one line for each code', 'Write "code: name" under it.')
        return None
    read = {code: text(child, notes, code) for code, child in node.entries.items()}
    return {code: label for code, label in read.items() if label is not None}


def read_code_list(tree: Node, notes: Notes) -> CodeList:
    """Return one code list: `uri` and `entries`, code to label."""
    record = Record(tree, notes, notes.file)
    code_list = CodeList(uri=record.need("uri", _URI), entries=record.need("entries", Kind(_entries, {})))
    record.done()
    return code_list
