"""A profile's folder: files are read only from inside it, and only if they are sane."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kiosk.text import Language
from profiles.mistakes import Mistake, Notes
from profiles.nodes import Node, parse

MAX_YAML_BYTES = 512 * 1024
MAX_LOGO_BYTES = 512 * 1024
MAX_SCHEMA_BYTES = 16 * 1024 * 1024


class Folder:
    """The files below `root`, what they hold and what is wrong in them.

    `notes` and `trees` are by the file's name in the folder. A name that leads out of the folder,
    by `..` or by a symbolic link, is a mistake.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.notes: dict[str, Notes] = {}
        self.catalogues: dict[Language, Mapping[str, str]] = {}
        self.trees: dict[str, Node] = {}
        self._real = root.resolve()

    @property
    def mistakes(self) -> list[Mistake]:
        """Every mistake in every file."""
        return [mistake for notes in self.notes.values() for mistake in notes.mistakes]

    def notes_of(self, name: str) -> Notes:
        """Return the notes about a file."""
        return self.notes.setdefault(name, Notes(name, self.catalogues))

    def open(self, name: str) -> tuple[Node | None, Notes]:
        """Read a YAML file: its tree, or None with a mistake in its notes."""
        notes = self.notes_of(name)
        path = self.file(name, notes, 1, MAX_YAML_BYTES)
        tree = None if path is None else read_yaml(path, notes)
        if tree is not None:
            self.trees[name] = tree
        return tree, notes

    def names(self, subfolder: str) -> list[str]:
        """Return the names of all files in a subfolder, sorted; hidden ones and editors' backups left out."""
        folder = self.root / subfolder
        if not folder.is_dir():
            return []
        try:
            names = sorted(path.name for path in folder.iterdir())
        except OSError as error:
            remedy = "Check the folder's access rights."
            self.notes_of(subfolder).add(1, f"The folder cannot be read ({error.strerror})", remedy)
            return []
        return [f"{subfolder}/{name}" for name in names if name[0] not in ".~" and not name.endswith(("~", ".bak"))]

    def yaml_names(self, subfolder: str) -> list[str]:
        """Return the names of a subfolder's YAML files; any other file there is a mistake."""
        names = self.names(subfolder)
        for name in names:
            if not name.endswith(".yaml"):
                remedy = "Rename the file, or move it elsewhere."
                self.notes_of(name).add(1, f'Only files named *.yaml belong into "{subfolder}"', remedy)
        return [name for name in names if name.endswith(".yaml")]

    def file(self, name: str, notes: Notes, line: int, limit: int = MAX_SCHEMA_BYTES) -> Path | None:
        """Return the path of a file that exists inside the folder; None with a mistake if there is none."""
        path = self.root / name
        try:
            real = path.resolve()
            inside = real.is_relative_to(self._real)
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
