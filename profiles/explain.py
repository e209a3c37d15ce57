"""`lotse profile explain`: what a profile says under a key, in which file and line, and what that overrides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from kiosk.place import Place
from kiosk.text import GERMAN, LANGUAGE_NAMES, Language
from profiles.folder import MAX_YAML_BYTES, Folder
from profiles.languages import FOLDER, words_in
from profiles.layers import EXTENDS
from profiles.loading import read_profile
from profiles.nodes import Entries, Items, Node, Scalar, line_of, place_of

SHORT = 80
"""Characters of a value that are shown."""

Steps = tuple[str, ...]


def run_explain(key: str, path: Path, out: TextIO) -> int:
    """Print each value under a key with its origin, and what it stands instead of. Returns the exit code: 2 if unknown.

    A key is the way to a value, joined by dots: `place.timers.idle` (or `timers.idle`), `services.hund-anmelden.costs`.
    The name of a file that is not YAML (`logo.svg`) says which layer it is of.
    """
    place, folder = read_profile(path)
    found = list(_of_file(key, folder) or explained(key, folder, place))
    files = sorted({name.partition("/")[0].removesuffix(".yaml") for name in _names(folder)})
    out.writelines(f"{line}\n" for line in found)
    if not found:
        out.write(f'The profile says nothing about "{key}". A key begins with one of: {", ".join(files)}.\n')
    return 0 if found else 2


def _of_file(key: str, folder: Folder) -> list[str]:
    """Return which layers have a file of that name; nothing for YAML."""
    having = [layer.prefix + key for layer in folder.layers if (layer.path / key).is_file()]
    if not having or key.endswith(".yaml"):
        return []
    return [having[0], *(f"    instead of {name}" for name in having[1:])]


def explained(key: str, folder: Folder, place: Place | None) -> Iterator[str]:
    """Yield the lines about a key of a YAML file; none if nothing is said there. `place` knows Lotse's own values."""
    name, words = _in_file(key, folder)
    layers = list(_of_layers(name, folder))
    if name in folder.hidden:
        hidden = next(tree for tree in layers if isinstance(tree, Entries) and "hidden" in tree.entries)
        yield f"{key} is not offered   {_where(hidden, ('hidden',))}"
        layers.remove(hidden)
    merged = folder.trees.get(name, layers[0] if layers else None)
    if merged is None:
        return
    steps = _steps(merged, words)
    if steps is not None:
        for leaf in _leaves(merged, steps):
            yield from _leaf(name, leaf, merged, layers)
    elif words and words[-1] in LANGUAGE_NAMES and (text := _steps(merged, words[:-1])) is not None:
        yield from _translated(key, Language(words[-1]), _at(merged, text), folder)
    elif name == "place.yaml" and (own := _lotses_own(place, words)):
        yield f"{key}: {own}   Lotse's own, no layer says it"


def _leaf(name: str, steps: Steps, merged: Node, layers: Sequence[Node]) -> Iterator[str]:
    """Say a value, and what each layer below the one that it is of would have said."""
    origin = _where(merged, steps)
    yield f"{'.'.join((_stem(name), *steps))}: {_short(_at(merged, steps))}   {origin}"
    lower = False
    for tree in layers:
        below = _at(tree, steps)
        if below is not None and lower:
            yield f"    instead of {_short(below)}   {_where(tree, steps)}"
        lower = lower or (below is not None and _where(tree, steps) == origin)


def _translated(key: str, language: Language, text: Node | None, folder: Folder) -> Iterator[str]:
    """Say what the catalogues have for a text that has no words of a language beside it."""
    german = text.entries.get(GERMAN) if isinstance(text, Entries) else text
    wording = _short(german, most=10_000)
    found = []
    for file, notes in folder.files(f"{FOLDER}/{language}.po", MAX_YAML_BYTES):
        words, line = words_in(file).get(wording, ("", 0))
        found += [f"{words}   {notes.file}:{line}"] if words else []
    for number, words in enumerate(found):
        yield f"    instead of {words}" if number else f"{key}: {words}"


def _names(folder: Folder) -> list[str]:
    inner = [name for subfolder in ("services", "forms", "code-lists") for name in folder.names(subfolder)]
    own = [name for name in ("words.yaml",) if folder.has(name)]
    return ["place.yaml", "situations.yaml", *own, *(name for name in inner if name.endswith(".yaml"))]


def _stem(name: str) -> str:
    return name.removesuffix(".yaml").removesuffix(".texts").replace("/", ".")


def _in_file(key: str, folder: Folder) -> tuple[str, list[str]]:
    """Return the file that a key leads into, and the rest of the way; into `place.yaml` where it names none."""
    key = key.replace("/", ".")
    for name in sorted(_names(folder), key=len, reverse=True):
        if f"{key}.".startswith(f"{_stem(name)}."):
            return name, [word for word in key[len(_stem(name)) :].split(".") if word]
    return "place.yaml", key.split(".")


def _of_layers(name: str, folder: Folder) -> Iterator[Node]:
    """Yield what each layer's own file says, the topmost first; a service may extend one with another name."""
    for layer in folder.layers:
        tree = folder.own(layer, name)
        if tree is not None:
            yield tree
            extended = _at(tree, (EXTENDS,)) if name.startswith("services/") else None
            if isinstance(extended, Scalar):
                name = f"services/{extended.text}.yaml"


def _steps(node: Node, words: Sequence[str]) -> Steps | None:
    """Return the keys that words lead along: a key may have dots itself."""
    if not words:
        return ()
    for count in range(len(words), 0, -1):
        key = ".".join(words[:count])
        child = _at(node, (key,))
        rest = _steps(child, words[count:]) if child is not None else None
        if rest is not None:
            return (key, *rest)
    return None


def _at(node: Node | None, steps: Steps) -> Node | None:
    for step in steps:
        if isinstance(node, Entries):
            node = node.entries.get(step)
        elif isinstance(node, Items) and step.isdecimal() and int(step) < len(node.items):
            node = node.items[int(step)]
        else:
            return None
    return node


def _leaves(node: Node, steps: Steps) -> Iterator[Steps]:
    """Yield the way to each single value, and to each list: a list is one value."""
    child = _at(node, steps)
    if isinstance(child, Entries):
        for key in child.entries:
            yield from _leaves(node, (*steps, key))
    else:
        yield steps


def _where(node: Node, steps: Steps) -> str:
    file, line = place_of(line_of(node, tuple(int(step) if step.isdecimal() else step for step in steps)))
    return f"{file}:{line}"


def _short(node: Node | None, most: int = SHORT) -> str:
    match node:
        case Scalar():
            words = " ".join(node.text.split())
        case Items() if all(isinstance(item, Scalar) for item in node.items):
            words = f"[{', '.join(_short(item) for item in node.items)}]"
        case Items():
            words = f"a list of {len(node.items)}"
        case Entries():
            words = ", ".join(node.entries)
        case None:
            words = ""
    return words if len(words) <= most else f"{words[: most - 2]} …"


def _lotses_own(place: Place | None, words: Sequence[str]) -> str:
    value: object = place
    for word in words:
        value = getattr(value, word, None)
    return str(value) if isinstance(value, (int, float)) else ""
