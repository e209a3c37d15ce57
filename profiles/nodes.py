"""YAML, read strictly: plain trees that know their lines and files, and nothing that can hurt.

Lotse reads the part of YAML 1.2 that people write by hand: mappings, lists, texts, numbers, true and
false. Anchors, aliases (with their bombs), tags, duplicate keys and several documents in a file are
mistakes. Events of libyaml are built into a tree here instead of by PyYAML's composer, because the
composer recurses (a deeply nested file ends the process) and follows aliases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from profiles.mistakes import Line, Notes

MAX_DEPTH = 16
"""Nesting beyond this is never a profile."""

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}\Z")
_NUMBER = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{1,18}\Z")
_CONSTANTS: Mapping[str, bool | None] = {
    "true": True,
    "True": True,
    "false": False,
    "False": False,
    "null": None,
    "~": None,
    "": None,
}


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value. `plain` is False where it stands in quotes or in a block: then it is always text."""

    text: str
    line: int
    plain: bool

    @property
    def value(self) -> str | int | float | bool | None:
        """The value by YAML 1.2's core schema (decimal numbers only)."""
        if not self.plain:
            return self.text
        if self.text in _CONSTANTS:
            return _CONSTANTS[self.text]
        if _INTEGER.match(self.text):
            return int(self.text)
        return float(self.text) if _NUMBER.match(self.text) else self.text


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: list[Node]
    line: int


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping, in the order of the file. `key_lines` says where each key stands."""

    entries: dict[str, Node]
    key_lines: dict[str, int]
    line: int


Node: TypeAlias = "Scalar | Items | Entries"


class _Unreadable(Exception):
    """The file breaks a rule of the reading: line, what, remedy."""


class _Builder:
    """Builds one tree out of libyaml's events, without recursion."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._open: list[tuple[Items | Entries, Scalar | None]] = []
        self.root: Node | None = None

    def begin(self, container: Items | Entries) -> None:
        """Open a list or mapping."""
        if len(self._open) >= MAX_DEPTH:
            raise _Unreadable(container.line, "This is nested too deeply", "Keep to the structure of the example.")
        self._place(container)
        self._open.append((container, None))

    def end(self) -> None:
        """Close the innermost list or mapping."""
        self._open.pop()

    def scalar(self, scalar: Scalar) -> None:
        """Take a value, or the next key of a mapping."""
        if self._open:
            container, key = self._open[-1]
            if key is None and type(container) is Entries:
                self._key(container, scalar)
                return
        self._place(scalar)

    def _key(self, container: Entries, key: Scalar) -> None:
        self._open[-1] = (container, key)
        if key.text in container.entries:
            first = container.key_lines[key.text]
            self._notes.add(key.line, f'The key "{key.text}" is there twice', f"Remove it here or in line {first}.")
        container.key_lines[key.text] = key.line

    def _place(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        container, key = self._open[-1]
        if type(container) is Items:
            container.items.append(node)
            return
        if key is None:
            raise _Unreadable(node.line, "A key must be a word", 'Write "word: value".')
        assert type(container) is Entries
        container.entries[key.text] = node
        self._open[-1] = (container, None)


def parse(content: str, notes: Notes) -> Node | None:
    """Return the tree of one YAML document; None with a mistake in `notes` if it cannot be read."""
    builder = _Builder(notes)
    try:
        _feed(builder, content, notes.file)
    except _Unreadable as rule:
        line, what, remedy = rule.args
        notes.add(line, what, remedy)
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        _note_syntax(notes, mark.line + 1 if mark else 1, str(error.problem or error.context))
        return None
    except yaml.YAMLError:
        notes.add(1, "This file has a character that YAML does not allow", "Remove invisible control characters.")
        return None
    if builder.root is None:
        notes.add(1, "This file is empty", "Fill it, or remove it.")
    return builder.root


def _note_syntax(notes: Notes, line: int, problem: str) -> None:
    if "tab" in problem or "\\t" in problem:
        notes.add(line, "A line begins with a tab", "Indent with spaces.")
        return
    remedy = 'Look at this line and the one before: indentation, a colon after the key, quotes around a text with ":".'
    notes.add(line, f"This is not valid YAML ({problem})", remedy)


def _feed(builder: _Builder, content: str, file: str) -> None:
    loader = yaml.CSafeLoader(content)
    try:
        documents, line = 0, Line(1, file)
        while loader.check_event():
            event: Any = loader.get_event()
            kind, number = type(event), event.start_mark.line + 1
            if number != line:
                line = Line(number, file)
            if kind is yaml.ScalarEvent:
                _refuse_tricks(event)
                builder.scalar(Scalar(event.value, line, event.implicit[0]))
            elif kind is yaml.MappingStartEvent:
                _refuse_tricks(event)
                builder.begin(Entries({}, {}, line))
            elif kind is yaml.SequenceStartEvent:
                _refuse_tricks(event)
                builder.begin(Items([], line))
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                builder.end()
            elif kind is yaml.AliasEvent:
                raise _Unreadable(line, "Aliases (*name) are not allowed", "Write the value out.")
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise _Unreadable(line, "A second document begins here (---)", "Put it into a file of its own.")
    finally:
        loader.dispose()


def _refuse_tricks(event: Any) -> None:
    if event.anchor is not None:
        raise _Unreadable(event.start_mark.line + 1, "Anchors (&name) are not allowed", "Write the value out.")
    if event.tag is not None:
        raise _Unreadable(event.start_mark.line + 1, "Tags (!name) are not allowed", "Write the value without it.")


def plain(node: Node) -> object:
    """Return the tree as JSON has it, for the JSON schema."""
    match node:
        case Scalar():
            return node.value
        case Items():
            return [plain(item) for item in node.items]
        case Entries():
            return {key: plain(value) for key, value in node.entries.items()}


def line_of(node: Node, path: tuple[str | int, ...]) -> int:
    """Return the line of what `path` leads to, or of the last thing on the way that exists."""
    return _led(node, path)[0]


def lines_of(node: Node, path: tuple[str | int, ...]) -> set[tuple[str, int]]:
    """Return file and line of everything in what `path` leads to, as `line_of` finds it."""
    line, found = _led(node, path)
    return {place_of(at) for at in (line, *_lines_in(found))}


def place_of(line: int, file: str = "") -> tuple[str, int]:
    """Return file and line; `file` where the line knows none."""
    return (line.file if isinstance(line, Line) else file, int(line))


def _led(node: Node, path: tuple[str | int, ...]) -> tuple[int, Node | None]:
    """Return line and node at the end of a path; where it breaks off, the line of the last thing, and no node."""
    line = node.line
    for step in path:
        if isinstance(node, Entries) and isinstance(step, str) and step in node.entries:
            line, node = node.key_lines[step], node.entries[step]
        elif isinstance(node, Items) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            line = node.line
        else:
            return line, None
    return line, node


def _lines_in(node: Node | None) -> Iterator[int]:
    match node:
        case Entries():
            for key, child in node.entries.items():
                yield node.key_lines[key]
                yield from _lines_in(child)
        case Items():
            for child in node.items:
                yield from _lines_in(child)
        case Scalar():
            yield node.line
