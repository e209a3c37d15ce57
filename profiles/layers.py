"""A profile's layers: its own folder, what it `extends`, what that extends, and so on; and how their files become one.

A place may extend a kind of place, a site the place, a terminal its site. `extends` in `place.yaml` is the name of a
folder beside the profile's own (`../citizen-centre`), or of a profile that ships (`citizen-centre`), which a folder of
that name beside it stands in for: so a bundle that holds all layers beside each other is whole by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.text import GERMAN, LANGUAGE_NAMES
from profiles.mistakes import Notes
from profiles.nodes import Entries, Node, Scalar

SHIPPED_PROFILES = Path(__file__).parent
MOST_LAYERS = 8
EXTENDS = "extends"
_NAME = re.compile(r"(?P<beside>\.\./)?(?P<name>\w[\w.+@-]{0,99})")


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer's folder. `prefix` comes before its files' names in mistakes: nothing for the profile's own."""

    path: Path
    prefix: str = ""
    real: Path = field(init=False)
    """The folder that `path` leads to."""

    def __post_init__(self) -> None:
        """Follow links once."""
        object.__setattr__(self, "real", self.path.resolve())

    def has(self, name: str) -> bool:
        """Whether something is there under a file's name."""
        path = self.path / name
        return path.exists() or path.is_symlink()


Open = Callable[[Layer, str], "tuple[Node | None, Notes]"]
"""Reads a layer's own file."""


def layers_of(root: Path, read: Open) -> tuple[Layer, ...]:
    """Return the layers of the profile at `root`, its own first. What cannot be extended is noted, and ends them."""
    layers = [Layer(root)]
    while (below := _below(layers, read)) is not None:
        layers.append(below)
    return tuple(layers)


def _below(layers: list[Layer], read: Open) -> Layer | None:
    tree, notes = read(layers[-1], "place.yaml")
    node = tree.entries.get(EXTENDS) if isinstance(tree, Entries) else None
    if node is None:
        return None
    named = _NAME.fullmatch(node.text) if isinstance(node, Scalar) else None
    if named is None:
        remedy = 'Write the name of a folder beside this one, "../citizen-centre", or of a profile that ships.'
        notes.add(node.line, '"extends" names no profile', remedy)
        return None
    below = _folder(layers[-1], named["name"], beside_only=bool(named["beside"]))
    if below is None:
        what = f'There is no profile "{named[0]}" to extend'
        notes.add(node.line, what, f"Put it beside this one, or choose one that ships: {', '.join(shipped_names())}.")
    elif below.real in {layer.real for layer in layers}:
        notes.add(node.line, "The profile extends itself", "Remove this line, or name another profile.")
    elif len(layers) == MOST_LAYERS:
        notes.add(node.line, "The profile has too many layers", f"At most {MOST_LAYERS} are read.")
    else:
        return below
    return None


def shipped_names() -> list[str]:
    """Return the names of the profiles that ship."""
    return sorted(path.parent.name for path in SHIPPED_PROFILES.glob("*/place.yaml"))


def _folder(above: Layer, name: str, *, beside_only: bool) -> Layer | None:
    beside = above.real.parent / name
    if (beside / "place.yaml").is_file():
        return Layer(beside, f"../{name}/")
    shipped = SHIPPED_PROFILES / name
    if not beside_only and name in shipped_names():
        return Layer(shipped, f"{name}/")
    return None


def merged(over: Node, under: Node) -> Node:
    """Return one tree of two: mappings key by key, anything else as `over` has it; each value keeps its line.

    A text with new German words replaces the one below in all languages, since their words belong to other German
    ones; without German words it adds languages. `null` takes a key away.
    """
    if not isinstance(over, Entries) or not isinstance(under, Entries):
        return _in_more_languages(over, under)
    if GERMAN in over.entries and _is_text(over):
        return over
    entries, lines = dict(under.entries), dict(under.key_lines)
    for key, child in over.entries.items():
        lines[key] = over.key_lines[key]
        if isinstance(child, Scalar) and child.plain and child.text in ("null", "~"):
            entries.pop(key, None)
            lines.pop(key)
        else:
            entries[key] = merged(child, entries[key]) if key in entries else child
    return Entries(entries, lines, over.line)


def _in_more_languages(over: Node, under: Node) -> Node:
    if not isinstance(over, Entries) or not isinstance(under, Scalar) or GERMAN in over.entries or not _is_text(over):
        return over
    return Entries({GERMAN: under, **over.entries}, {GERMAN: under.line, **over.key_lines}, over.line)


def _is_text(node: Entries) -> bool:
    return all(key in LANGUAGE_NAMES for key in node.entries)
