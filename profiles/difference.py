"""`lotse profile diff`: what is different in another version of a profile, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from kiosk.place import Place
from kiosk.text import GERMAN, LANGUAGE_NAMES, Language, translator
from profiles.folder import Folder
from profiles.loading import read_profile
from profiles.nodes import Entries, Items, Node, Scalar

Values = dict[tuple[str, ...], str]
"""Each single value by the way to it."""

_NAMED_BY = ("id", "pattern", "title", "word", "file")
"""What an entry of a list is called by, so that one more before it changes nothing about it."""
_OF_LANGUAGES = (".yaml", ".po")


def run_diff(old: Path, new: Path, out: TextIO) -> int:
    """Print how two profiles, with their layers, differ. Returns 0 if they do not, 1 if they do, 2 on mistakes."""
    both = []
    for path in (old, new):
        place, folder = read_profile(path)
        if place is None or folder.mistakes:
            out.writelines(f"{path}: {mistake}\n" for mistake in sorted(set(folder.mistakes)))
            return 2
        both.append((place, folder))
    lines = list(_differences(*both[0], *both[1]))
    out.writelines(f"{line}\n" for line in lines or ["no differences"])
    return 1 if lines else 0


def _differences(old: Place, before: Folder, new: Place, after: Folder) -> Iterator[str]:
    yield from _services(old, new)
    earlier, later = _values(before), _values(after)
    in_words: Counter[str] = Counter()
    for name in sorted(earlier.keys() | later.keys(), key=_order):
        if name.startswith("services/") and not (name in earlier and name in later):
            continue  # new, or taken away
        lines = list(_changes(earlier.get(name, {}), later.get(name, {}), in_words))
        if lines:
            yield f"{name}:"
            yield from (f"  {line}" for line in lines)
    yield from _of_forms_alone(
        before, after, {words for values in later.values() for words in values.values()}, in_words
    )
    yield from _files(before, after)
    if in_words:
        yield f"texts changed: {', '.join(f'{tag} {in_words[tag]}' for tag in LANGUAGE_NAMES if in_words[tag])}"


def _of_forms_alone(before: Folder, after: Folder, shown: set[str], in_words: Counter[str]) -> Iterator[str]:
    """Say what the catalogues translate in another way now and the places' own files do not have: words of forms."""
    for language in sorted(before.catalogues.keys() & after.catalogues.keys()):
        old, new = before.catalogues[language], after.catalogues[language]
        for german, words in new.items():
            if german not in shown and old.get(german, words) != words:
                in_words[language] += 1
                yield f'languages/{language}.po: "{german}": "{old[german]}" → "{words}"'


def _services(old: Place, new: Place) -> Iterator[str]:
    say = translator(GERMAN).say
    titles = [{service.id: say(service.title) for service in place.services} for place in (old, new)]
    yield from (f"new service: {title} ({key})" for key, title in titles[1].items() if key not in titles[0])
    yield from (f"service taken away: {title} ({key})" for key, title in titles[0].items() if key not in titles[1])
    both = [[key for key in titles[n] if key in titles[1 - n]] for n in (0, 1)]
    if both[0] != both[1]:
        yield f"services come in another order: {', '.join(both[1])}"


def _order(name: str) -> tuple[bool, bool, str]:
    return name != "place.yaml", name != "situations.yaml", name


def _values(folder: Folder) -> dict[str, Values]:
    return {name: dict(_of_node(tree, (), folder)) for name, tree in folder.trees.items()}


def _of_node(node: Node, way: tuple[str, ...], folder: Folder) -> Iterator[tuple[tuple[str, ...], str]]:
    match node:
        case Entries():
            for key, child in node.entries.items():
                if key not in ("extends", "hidden"):
                    yield from _of_node(child, (*way, key), folder)
        case Items() if not all(isinstance(item, Scalar) for item in node.items):
            for number, item in enumerate(node.items, 1):
                yield from _of_node(item, (*way, _called(item, number)), folder)
            yield way, ", ".join(_called(item, number) for number, item in enumerate(node.items, 1))
        case _:
            yield from _of_words(_words(node), way, folder)


def _of_words(words: str, way: tuple[str, ...], folder: Folder) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield a value; if it is a text, also what the catalogues have for it."""
    yield way, words
    text = way[:-1] if way and way[-1] == GERMAN else way
    if way and way[-1] in LANGUAGE_NAMES and way[-1] != GERMAN:
        return
    for language, catalogue in folder.catalogues.items():
        if words in catalogue:
            yield (*text, language), catalogue[words]


def _words(node: Node) -> str:
    if isinstance(node, Items):
        return ", ".join(_words(item) for item in node.items)
    return " ".join(node.text.split()) if isinstance(node, Scalar) else ""


def _called(item: Node, number: int) -> str:
    for key in _NAMED_BY:
        child = item.entries.get(key) if isinstance(item, Entries) else None
        if isinstance(child, Entries):
            child = child.entries.get(GERMAN)
        if isinstance(child, Scalar):
            return _words(child)
    return str(number)


def _changes(old: Values, new: Values, in_words: Counter[str]) -> Iterator[str]:
    for way in sorted(old.keys() | new.keys(), key=lambda way: _place_in(way, new, old)):
        before, after = old.get(way), new.get(way)
        if before == after:
            continue
        if way and way[-1] in LANGUAGE_NAMES:
            in_words[way[-1]] += 1
        key = ".".join(way) or "the whole"
        if before is None:
            yield f"{key}: new, {_quoted(after)}"
        elif after is None:
            yield f"{key}: no longer {_quoted(before)}"
        else:
            yield f"{key}: {_quoted(before)} → {_quoted(after)}"


def _quoted(value: str | None) -> str:
    return value if value and value.replace(".", "").isdecimal() else f'"{value}"'


def _place_in(way: tuple[str, ...], *versions: Values) -> tuple[int, tuple[str, ...], int]:
    """Return where a value comes among the differences: in the file's order, German before its translations."""
    first = next(
        (number for version in versions for number, known in enumerate(version) if known[:1] == way[:1]),
        0,
    )
    text = way[:-1] if way and way[-1] in LANGUAGE_NAMES else way
    return first, text, list(LANGUAGE_NAMES).index(Language(way[-1])) if text != way else 0


def _files(before: Folder, after: Folder) -> Iterator[str]:
    """Say which forms, pictures and films differ."""
    names = [dict(_other_files(folder)) for folder in (before, after)]
    for name in sorted(names[0].keys() | names[1].keys()):
        old, new = names[0].get(name), names[1].get(name)
        if old is None or new is None:
            yield f"{name}: {'new' if old is None else 'no longer there'}"
        elif old.read_bytes() != new.read_bytes():
            yield f"{name}: changed"
            if name.endswith(".xdf.xml"):
                yield from (f"  {line}" for line in _form_changes(old, new))


def _other_files(folder: Folder) -> Iterator[tuple[str, Path]]:
    for layer in reversed(folder.layers):
        for path in sorted(layer.path.rglob("*")):
            name = path.relative_to(layer.path).as_posix()
            hidden = any(part[0] in ".~_" for part in name.split("/"))
            if path.is_file() and not hidden and path.suffix not in _OF_LANGUAGES:
                yield name, path


def _form_changes(old: Path, new: Path) -> Iterator[str]:
    from kiosk.forms.schema import Form
    from kiosk.forms.xdf3 import read_file

    before, after = read_file(old), read_file(new)
    if not isinstance(before, Form) or not isinstance(after, Form):
        return
    if before.version != after.version:
        yield f"version {before.version} → {after.version}"
    labels = [{placed.element.id: placed.element.label for placed in form.placed()} for form in (before, after)]
    yield from (f'new: "{label}" ({key})' for key, label in labels[1].items() if key not in labels[0])
    yield from (f'no longer asked: "{label}" ({key})' for key, label in labels[0].items() if key not in labels[1])
    for key, label in labels[1].items():
        if labels[0].get(key, label) != label:
            yield f'{key}: "{labels[0][key]}" → "{label}"'
