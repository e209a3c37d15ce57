"""A profile's folder is read into a `Place`.

The loader is strict and never raises for what a person wrote: it returns the place, or every mistake
that it found. Forms' schemas are only seen to exist here; `profiles.forms` reads them when needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kiosk.place import CodeList, LifeSituation, Place, Service
from profiles.code_lists import read_code_list
from profiles.folder import Folder
from profiles.languages import read_languages
from profiles.layers import SHIPPED_PROFILES
from profiles.mistakes import Mistake
from profiles.nodes import Items, Node, Scalar, line_of
from profiles.place_file import read_place
from profiles.records import listed
from profiles.service_file import read_service
from profiles.situations_file import read_situation
from profiles.words_file import read_words

SHIPPED = SHIPPED_PROFILES / "citizen-centre"
"""The profile that a terminal has without a settings file."""


def load_profile(path: Path) -> Place | list[Mistake]:
    """Return the place that the folder at `path` describes, or all mistakes in it, by file and line."""
    place, folder = read_profile(path)
    if place is not None and not folder.mistakes:
        return place
    return sorted(set(folder.mistakes))


def read_profile(path: Path) -> tuple[Place | None, Folder]:
    """Read a profile's folder, with its layers, as far as it goes: a mistake in one file hides none in another.

    The folder knows the mistakes; the place is whole only if there are none.
    """
    folder = Folder(path)
    if not path.is_dir():
        what = "There is no such folder" if not path.exists() else "This is a file, but a profile is a folder"
        folder.notes_of(path.name).add(1, what, "Give the folder in which place.yaml lies.")
        return None, folder
    folder.catalogues.update(read_languages(folder))
    tree, notes = folder.open("place.yaml")
    place, ars = read_place(tree, notes, folder) if tree is not None else (None, "")
    situations = _situations(folder)
    services = _services(folder, ars)
    code_lists = _code_lists(folder)
    words = read_words(folder)
    _check_situations(folder, situations, services)
    if place is None:
        return None, folder
    _check_often(folder, place)
    ordered = tuple(service for _, service in sorted(services.values(), key=_order))
    hidden = {Path(name).stem for name in folder.hidden}
    often = tuple(service for service in place.often if service not in hidden)
    place = replace(place, situations=situations, services=ordered, often=often, code_lists=code_lists, words=words)
    return place, folder


def _order(positioned: tuple[int, Service]) -> tuple[int, str]:
    position, service = positioned
    return position, service.id


def _situations(folder: Folder) -> tuple[LifeSituation, ...]:
    name = "situations.yaml"
    tree, notes = folder.open(name)
    if tree is None:
        return ()
    situations = listed(tree, notes, name, read_situation) or ()
    first: dict[str, int] = {}
    for item in tree.items if isinstance(tree, Items) else ():
        key, line = _word(item, "id"), line_of(item, ("id",))
        if key and first.setdefault(key, line) != line:
            notes.add(line, f'The id "{key}" is there twice', f"Choose another one here or in line {first[key]}.")
    if not situations and not notes.mistakes:
        notes.add(1, "There are no life situations", "Add at least one, with id, title, examples and icon.")
    return situations


def _word(node: Node, key: str) -> str:
    child = getattr(node, "entries", {}).get(key)
    return child.text if isinstance(child, Scalar) else ""


def _services(folder: Folder, ars: str) -> dict[str, tuple[int, Service]]:
    services: dict[str, tuple[int, Service]] = {}
    for name in folder.yaml_names("services"):
        tree, notes = folder.open(name)
        service = read_service(tree, notes, folder, ars) if tree is not None else None
        if service is not None:
            services[name] = service
    return services


def _code_lists(folder: Folder) -> Mapping[str, CodeList]:
    lists: dict[str, CodeList] = {}
    for name in folder.yaml_names("code-lists"):
        tree, notes = folder.open(name)
        if tree is None:
            continue
        code_list = read_code_list(tree, notes)
        if code_list.uri in lists:
            line = line_of(tree, ("uri",))
            notes.add(line, f'Another file has the code list "{code_list.uri}"', "Remove one of the two files.")
        lists[code_list.uri] = code_list
    return lists


def _check_situations(
    folder: Folder, situations: tuple[LifeSituation, ...], services: Mapping[str, tuple[int, Service]]
) -> None:
    known = {situation.id for situation in situations}
    for name, (_, service) in services.items():
        if known and service.situation and service.situation not in known:
            line = line_of(folder.trees[name], ("situation",))
            remedy = f"Add it to situations.yaml, or choose one of: {', '.join(sorted(known))}."
            folder.notes[name].add(line, f'The life situation "{service.situation}" is not known', remedy)


def _check_often(folder: Folder, place: Place) -> None:
    tree, notes = folder.trees["place.yaml"], folder.notes["place.yaml"]
    files = {Path(name).stem for name in folder.names("services")}
    for index, service in enumerate(place.often):
        if service not in files:
            line = line_of(tree, ("often", index))
            notes.add(line, f'There is no service "{service}"', f"Remove it, or add services/{service}.yaml.")
    if not files:
        notes.add(1, "The profile has no services", "Add a file services/<name>.yaml for each.")
