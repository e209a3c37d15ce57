"""Reading values out of a tree: each kind of value says what it accepts, each mistake is noted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from kiosk.text import GERMAN, Language, Local, Text
from profiles.mistakes import Notes
from profiles.nodes import Entries, Items, Node, Scalar

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """A kind of value: `read` returns it, or None with a mistake in the notes. `empty` stands in then."""

    read: Callable[[Node, Notes, str], T | None]
    empty: T


class Record:
    """One mapping being read, key by key. After the last one, `done` names the keys that nobody knows."""

    def __init__(self, node: Node | None, notes: Notes, what: str) -> None:
        self.notes = notes
        self._known: list[str] = []
        self._node = node if isinstance(node, Entries) else None
        self.line = node.line if node is not None else 1
        if node is not None and self._node is None:
            notes.add(node.line, f'"{what}" must have keys', 'Write one "key: value" a line, indented alike.')

    def need(self, key: str, kind: Kind[T]) -> T:
        """Return the value of a key that must be there."""
        node = self.node(key)
        if node is None:
            if self._node is not None:
                self.notes.add(self.line, f'"{key}" is missing', f'Add a line "{key}: …".')
            return kind.empty
        value = kind.read(node, self.notes, key)
        return kind.empty if value is None else value

    def may(self, key: str, kind: Kind[T], default: T) -> T:
        """Return the value of a key that may be left out."""
        node = self.node(key)
        if node is None:
            return default
        value = kind.read(node, self.notes, key)
        return default if value is None else value

    def node(self, key: str) -> Node | None:
        """Return the tree under a key, or None; the key counts as known."""
        self._known.append(key)
        return None if self._node is None else self._node.entries.get(key)

    def passed(self, *keys: str) -> None:
        """Take keys as known that were read elsewhere."""
        self._known.extend(keys)

    def line_of(self, key: str) -> int:
        """Return the line of a key; the record's own where it is left out."""
        return self.line if self._node is None else self._node.key_lines.get(key, self.line)

    def done(self) -> None:
        """Note every key that was not asked for."""
        if self._node is None:
            return
        for key, line in self._node.key_lines.items():
            if key not in self._known:
                self.notes.add(line, f'The key "{key}" is not known', _instead(key, self._known))


def _instead(word: str, known: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, known, 1)
    if near:
        return f'Did you mean "{near[0]}"?'
    return f"Remove it. Known here: {', '.join(sorted(known))}."


def _scalar(node: Node, notes: Notes, key: str) -> Scalar | None:
    if isinstance(node, Scalar):
        return node
    notes.add(node.line, f'"{key}" must be one value', f'Write "{key}: value" in one line.')
    return None


def words(node: Node, notes: Notes, key: str) -> str | None:
    """Return a text, with each run of white space made one space."""
    scalar = _scalar(node, notes, key)
    if scalar is None:
        return None
    value = scalar.value
    if isinstance(value, str) and value.strip():
        return " ".join(value.split())
    if value is None or isinstance(value, str):
        notes.add(node.line, f'"{key}" is empty', "Write the text after the colon, or remove the line.")
    else:
        notes.add(node.line, f'"{key}" must be a text, {scalar.text} is not', f'Put quotes around it: "{scalar.text}".')
    return None


def text(node: Node, notes: Notes, key: str) -> Text | None:
    """Return a text in one or more languages: `{de: …, en: …}`, or plain words, which are German."""
    if isinstance(node, Scalar):
        plain = words(node, notes, key)
        if plain is None:
            return None
        return Local(notes.translated(node.line, key, {GERMAN: plain}))
    by_language = translations(node, notes, key, words)
    if not by_language:
        return None
    return Local(notes.translated(node.line, key, by_language))


_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*\Z")


def translations(node: Node, notes: Notes, key: str, read: Callable[[Node, Notes, str], T | None]) -> dict[Language, T]:
    """Return what stands under each language of a mapping `{de: …, en: …}`."""
    if not isinstance(node, Entries):
        notes.add(node.line, f'"{key}" must be a text or one for each language', f"Write {key}: {{de: …, en: …}}.")
        return {}
    result: dict[Language, T] = {}
    for tag, child in node.entries.items():
        if not _LANGUAGE.match(tag):
            remedy = "Use language codes such as de, en, de-x-leicht."
            notes.add(node.key_lines[tag], f'"{tag}" under "{key}" is not a language', remedy)
            continue
        value = read(child, notes, f"{key}.{tag}")
        if value is not None:
            result[Language(tag)] = value
    if not node.entries:
        notes.add(node.line, f'"{key}" is empty', f"Write {key}: {{de: …, en: …}}.")
    return result


def listed(node: Node, notes: Notes, key: str, read: Callable[[Node, Notes, str], T | None]) -> tuple[T, ...] | None:
    """Return a list's values; those with a mistake are left out."""
    if not isinstance(node, Items):
        notes.add(node.line, f'"{key}" must be a list', 'Write one "- value" a line under it.')
        return None
    values = (read(item, notes, key) for item in node.items)
    return tuple(value for value in values if value is not None)


def list_of(kind: Kind[T]) -> Kind[tuple[T, ...]]:
    """Return the kind of a list of values of one kind."""
    return Kind(lambda node, notes, key: listed(node, notes, key, kind.read), ())


def record_of(read: Callable[[Record], T], empty: T) -> Kind[T]:
    """Return the kind of a mapping with known keys, as `read` reads it."""

    def record(node: Node, notes: Notes, key: str) -> T | None:
        if not isinstance(node, Entries):
            Record(node, notes, key)
            return None
        entry = Record(node, notes, key)
        value = read(entry)
        entry.done()
        return value

    return Kind(record, empty)


def matching(pattern: str, what: str, remedy: str, empty: str = "") -> Kind[str]:
    """Return the kind of texts that match a pattern."""
    compiled = re.compile(rf"(?:{pattern})\Z")

    def read(node: Node, notes: Notes, key: str) -> str | None:
        value = words(node, notes, key)
        if value is None or compiled.match(value):
            return value
        notes.add(node.line, f'"{key}: {value[:60]}" is not {what}', remedy)
        return None

    return Kind(read, empty)


def number(low: float, high: float, unit: str = "") -> Kind[float]:
    """Return the kind of numbers from `low` to `high`."""
    return _numeric(low, high, unit, (int, float), "a number")


def whole(low: int, high: int, unit: str = "") -> Kind[int]:
    """Return the kind of whole numbers from `low` to `high`."""
    kind = _numeric(low, high, unit, (int,), "a whole number")
    return Kind(lambda node, notes, key: _int(kind.read(node, notes, key)), low)


def _int(value: float | None) -> int | None:
    return None if value is None else int(value)


def _numeric(low: float, high: float, unit: str, types: tuple[type, ...], what: str) -> Kind[float]:
    span = f"{low:g} to {high:g} {unit}".strip()

    def read(node: Node, notes: Notes, key: str) -> float | None:
        scalar = _scalar(node, notes, key)
        if scalar is None:
            return None
        value = scalar.value
        if isinstance(value, types) and not isinstance(value, bool) and isinstance(value, (int, float)):
            if low <= value <= high:
                return value
            notes.add(node.line, f'"{key}: {scalar.text}" is out of range', f"Allowed is {span}.")
        else:
            notes.add(node.line, f'"{key}" must be {what}', f"Write digits without quotes, {span}.")
        return None

    return Kind(read, low)


def one_of(choices: Mapping[str, T] | frozenset[str], empty: T) -> Kind[T]:
    """Return the kind of a word out of a few; a mapping says what each word means."""

    def read(node: Node, notes: Notes, key: str) -> T | None:
        value = words(node, notes, key)
        if value is None:
            return None
        if value in choices:
            return choices[value] if isinstance(choices, Mapping) else value  # type: ignore[return-value]
        near = _instead(value, list(choices)).replace("Remove it. Known here:", "Choose one of:")
        notes.add(node.line, f'"{key}: {value[:60]}" is not known', near)
        return None

    return Kind(read, empty)


def _truth(node: Node, notes: Notes, key: str) -> bool | None:
    scalar = _scalar(node, notes, key)
    if scalar is None:
        return None
    if isinstance(scalar.value, bool):
        return scalar.value
    notes.add(node.line, f'"{key}: {scalar.text[:60]}" is neither true nor false', "Write true or false.")
    return None


NOWHERE = Local({GERMAN: "…"})
TEXT: Kind[Text] = Kind(text, NOWHERE)
WORDS: Kind[str] = Kind(words, "")
TRUTH: Kind[bool] = Kind(_truth, False)
OPTIONAL_TEXT: Kind[Text | None] = Kind(text, None)
TEXTS: Kind[tuple[Text, ...]] = list_of(TEXT)
