"""A profile's folder and its layers: files are read only from inside them, and only if they are sane."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from pathlib import Path

from kiosk.text import Language
from profiles.layers import EXTENDS, Layer, layers_of, merged
from profiles.mistakes import Mistake, Notes
from profiles.nodes import Entries, Node, Scalar, parse
from profiles.records import TRUTH

MAX_YAML_BYTES = 512 * 1024
MAX_LOGO_BYTES = 512 * 1024
MAX_SCHEMA_BYTES = 16 * 1024 * 1024


class Folder:
    """The files of the profile at `root` and of the layers below it, what they hold and what is wrong in them.

    `trees`, merged of all layers, are by the file's name in the folder, `notes` by the name in mistakes. A name that
    leads out of its layer's folder, by `..` or by a symbolic link, is a mistake. `hidden` are the services' files that
    a layer takes away.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.notes: dict[str, Notes] = {}
        self.catalogues: dict[Language, Mapping[str, str]] = {}
        self.trees: dict[str, Node] = {}
        self.hidden: set[str] = set()
        self._own: dict[str, Node | None] = {}
        self.layers = layers_of(root, lambda layer, name: (self.own(layer, name), self.notes_of(layer.prefix + name)))

    @property
    def mistakes(self) -> list[Mistake]:
        """Every mistake in every file."""
        return [mistake for notes in self.notes.values() for mistake in notes.mistakes]

    def notes_of(self, name: str) -> Notes:
        """Return the notes about a file."""
        return self.notes.setdefault(name, Notes(name, self.catalogues))

    def name_of(self, path: Path) -> str:
        """Return how a file of one of the layers is called in mistakes."""
        layer = next(layer for layer in self.layers if path.is_relative_to(layer.path))
        return layer.prefix + path.relative_to(layer.path).as_posix()

    def open(self, name: str) -> tuple[Node | None, Notes]:
        """Read a YAML file in all its layers: the merged tree; None if it is hidden, or with a mistake in its notes."""
        tree = self._service(name, self.layers) if name.startswith("services/") else self._merged(name)
        if tree is not None:
            self.trees[name] = tree
        elif not any(layer.has(name) for layer in self.layers):
            self.file(name, self.notes_of(name), 1)
        return tree, self.notes_of(name)

    def own(self, layer: Layer, name: str) -> Node | None:
        """Return the tree of a layer's own file, which is read once; None if it has none that can be read."""
        full = layer.prefix + name
        if full not in self._own and layer.has(name):
            notes = self.notes_of(full)
            path = _inside(layer, name, notes, 1, MAX_YAML_BYTES)
            self._own[full] = None if path is None else read_yaml(path, notes)
        return self._own.get(full)

    def _merged(self, name: str) -> Node | None:
        trees = [tree for layer in self.layers if (tree := self.own(layer, name)) is not None]
        return reduce(lambda under, over: merged(over, under), reversed(trees)) if trees else None

    def _service(self, name: str, layers: Sequence[Layer]) -> Node | None:
        """Return a service as the topmost layer that has it says; what it extends comes from the layers below that."""
        found = next((number for number, layer in enumerate(layers) if layer.has(name)), None)
        tree = None if found is None else self.own(layers[found], name)
        if found is None or not isinstance(tree, Entries):
            return tree
        notes, hidden, wanted = self.notes_of(name), tree.entries.get("hidden"), tree.entries.get(EXTENDS)
        if hidden is not None and TRUTH.read(hidden, notes, "hidden"):
            if layers == self.layers:
                self.hidden.add(name)
            return None
        if wanted is None:
            return tree
        service = wanted.text if isinstance(wanted, Scalar) else ""
        below = self._service(f"services/{service}.yaml", layers[found + 1 :])
        if below is None:
            remedy = "Write the id of a service that a layer below offers, or remove this line and fill in all keys."
            notes.add(wanted.line, f'No layer below has a service "{service[:60]}"', remedy)
        return tree if below is None else merged(tree, below)

    def has(self, name: str) -> bool:
        """Whether a layer has a file."""
        return any(layer.has(name) for layer in self.layers)

    def names(self, subfolder: str) -> list[str]:
        """Return the names of all layers' files in a subfolder, sorted; hidden ones and editors' backups left out."""
        return sorted({f"{subfolder}/{name}" for layer in self.layers for name in self._listed(layer, subfolder)})

    def _listed(self, layer: Layer, subfolder: str) -> list[str]:
        folder = layer.path / subfolder
        if not folder.is_dir():
            return []
        try:
            names = [path.name for path in folder.iterdir()]
        except OSError as error:
            remedy = "Check the folder's access rights."
            self.notes_of(layer.prefix + subfolder).add(1, f"The folder cannot be read ({error.strerror})", remedy)
            return []
        return [name for name in names if name[0] not in ".~" and not name.endswith(("~", ".bak"))]

    def yaml_names(self, subfolder: str) -> list[str]:
        """Return the names of a subfolder's YAML files; any other file there is a mistake."""
        names = self.names(subfolder)
        for name in names:
            if not name.endswith(".yaml"):
                remedy = "Rename the file, or move it elsewhere."
                notes = self.notes_of(self._topmost(name).prefix + name)
                notes.add(1, f'Only files named *.yaml belong into "{subfolder}"', remedy)
        return [name for name in names if name.endswith(".yaml")]

    def file(self, name: str, notes: Notes, line: int, limit: int = MAX_SCHEMA_BYTES) -> Path | None:
        """Return the path of a file in the topmost layer that has it; None with a mistake if none has."""
        return _inside(self._topmost(name), name, notes, line, limit)

    def files(self, name: str, limit: int) -> Iterator[tuple[Path, Notes]]:
        """Yield the path of a file in each layer that has it, the topmost first, with the notes about it."""
        for layer in self.layers:
            if layer.has(name):
                notes = self.notes_of(layer.prefix + name)
                path = _inside(layer, name, notes, 1, limit)
                if path is not None:
                    yield path, notes

    def _topmost(self, name: str) -> Layer:
        return next((layer for layer in self.layers if layer.has(name)), self.layers[0])


def _inside(layer: Layer, name: str, notes: Notes, line: int, limit: int) -> Path | None:
    path = layer.path / name
    try:
        real = path.resolve()
        inside = real.is_relative_to(layer.real)
        size = real.stat().st_size if inside and real.is_file() else None
    except (OSError, ValueError, RuntimeError):
        notes.add(line, f'The file "{name}" cannot be read', "Check its name and its access rights.")
        return None
    if not inside:
        notes.add(line, f'"{name}" leads out of the profile\'s folder', "Copy the file into the folder.")
    elif size is None:
        notes.add(line, f'There is no file "{name}"', "Put it there, or correct the name.")
    elif size > limit:
        notes.add(line, f'The file "{name}" is too large ({size:,} bytes)', f"At most {limit:,} bytes are read.")
    else:
        return path
    return None


def read_yaml(path: Path, notes: Notes) -> Node | None:
    """Return the tree of the YAML file at `path`; None with a mistake if it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        notes.add(1, f"The file cannot be read ({error.strerror})", "Check its name and its access rights.")
        return None
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        notes.add(line, "A letter here is not UTF-8", "Save the file with the encoding UTF-8.")
        return None
    return parse(words, notes)
