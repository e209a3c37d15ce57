"""Bundles: a profile's folder, with the layers under it, as one reproducible file, and its way back onto a disk.

A bundle is an uncompressed POSIX tar (pax) of plain files in the order of their names, without owner, time and
rights: the same folders and version give the same bytes everywhere, so that two people can build it and compare.
`bundle.json` comes first and says what it is; each layer is a folder beside it, so that a profile finds what it
`extends` where it looks for it. What comes from afar is unpacked by a list of what may be, not of what may not.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any

FORMAT = 1
MANIFEST = "bundle.json"
MOST_BYTES = 64 * 1024 * 1024
"""Of a whole bundle: more than any city's texts, forms and pictures, little for any disk."""
MOST_FILES = 5000
MOST_FILE_BYTES = 16 * 1024 * 1024
"""Of one file: what the largest form may have (`profiles.folder`)."""

_NAME = re.compile(r"[\w][\w .+@-]{0,99}", re.UNICODE)
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")


class BundleError(ValueError):
    """A folder that cannot be bundled, or a file that is no bundle: the text says why, for IT."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle is: the folder in it that is the place's profile, and how IT calls this version."""

    profile: str
    version: str

    def to_bytes(self) -> bytes:
        """Return the manifest's file."""
        document = {"format": FORMAT, "profile": self.profile, "version": self.version}
        return json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False).encode() + b"\n"

    @staticmethod
    def from_bytes(content: bytes) -> Manifest:
        """Read a manifest's file; raises `BundleError`."""
        try:
            document: Any = json.loads(content)
            known, profile, version = document["format"], document["profile"], document["version"]
        except (ValueError, KeyError, TypeError):
            raise BundleError(f"{MANIFEST} cannot be read") from None
        if known != FORMAT:
            raise BundleError(f"the bundle has format {known}; this software reads {FORMAT}")
        if not (isinstance(profile, str) and _NAME.fullmatch(profile)):
            raise BundleError(f"{MANIFEST} names no profile")
        if not (isinstance(version, str) and _VERSION.fullmatch(version)):
            raise BundleError(f"{MANIFEST} names no version")
        return Manifest(profile, version)


def write_bundle(layers: Sequence[Path], version: str, out: IO[bytes]) -> Manifest:
    """Write the bundle of a profile to `out`: `layers` are its folder and those that it extends.

    Raises `BundleError` for what a bundle does not take: links, odd names, too many or too large files.
    """
    if not _VERSION.fullmatch(version):
        raise BundleError("a version has letters, digits, dots, hyphens, plus signs and underscores, at most 64")
    manifest = Manifest(layers[0].resolve().name, version)
    names = [layer.resolve().name for layer in layers]
    if len(set(names)) != len(names) or MANIFEST in names:
        raise BundleError("two layers have folders of the same name")
    files = sorted((name, path) for layer in layers for name, path in _files(layer.resolve()))
    _check_amount(files)
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        _add(tar, MANIFEST, manifest.to_bytes())
        for name, path in files:
            _add(tar, name, path.read_bytes())
    return manifest


def _check_amount(files: Sequence[tuple[str, Path]]) -> None:
    total = 0
    for name, path in files:
        size = path.stat().st_size
        total += size
        if size > MOST_FILE_BYTES:
            raise BundleError(f"{name} has {size:,} bytes; at most {MOST_FILE_BYTES:,} are taken")
    if len(files) > MOST_FILES:
        raise BundleError(f"there are {len(files):,} files; at most {MOST_FILES:,} are taken")
    if total > MOST_BYTES:
        raise BundleError(f"the files have {total:,} bytes together; at most {MOST_BYTES:,} are taken")


def _files(layer: Path) -> Iterator[tuple[str, Path]]:
    """Yield what goes into a bundle; what editors and version control leave lying about does not."""
    for path in layer.rglob("*"):
        inner = path.relative_to(layer)
        if any(part[0] in ".~" or part == "__pycache__" for part in inner.parts) or path.name.endswith(("~", ".bak")):
            continue
        name = str(PurePosixPath(layer.name, *inner.parts))
        if path.is_symlink():
            raise BundleError(f"{name} is a link; put the file itself there")
        if path.is_dir():
            continue
        _check_name(name)
        yield name, path


def _check_name(name: str) -> None:
    parts = name.split("/")
    if len(parts) > 8 or not all(_NAME.fullmatch(part) for part in parts):
        raise BundleError(f'"{name[:100]}" is no name for a file in a bundle')


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    entry.mode = 0o644
    tar.addfile(entry, io.BytesIO(content))


def read_manifest(bundle: Path) -> Manifest:
    """Return what a bundle is; raises `BundleError` and `OSError`."""
    try:
        with tarfile.open(bundle, mode="r:") as tar:
            entry = tar.next()
            source = tar.extractfile(entry) if entry and entry.name == MANIFEST and entry.isreg() else None
            if source is None:
                raise BundleError(f"the file does not begin with {MANIFEST}")
            return Manifest.from_bytes(source.read(4096))
    except tarfile.TarError as error:
        raise BundleError(f"the file is no bundle ({type(error).__name__})") from None


def unpack_bundle(bundle: Path, folder: Path) -> Manifest:
    """Unpack a bundle into the new folder `folder`, and return what it is.

    Everything is on the disk, and not only promised, when this returns (fsync). Raises `BundleError` for
    anything but plain files under sane names, and `OSError` (a full disk); `folder` is then to be removed.
    """
    folder.mkdir()
    try:
        with tarfile.open(bundle, mode="r:") as tar:
            manifest = _unpack(tar, folder)
    except tarfile.TarError as error:
        raise BundleError(f"the file is no whole bundle ({type(error).__name__})") from None
    if not (folder / manifest.profile).is_dir():
        raise BundleError(f'the bundle has no folder "{manifest.profile}"')
    for path in [*folder.rglob("*"), folder]:
        if path.is_dir():
            sync(path)
    return manifest


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Yield the folder of the profile in a bundle, or `path` itself where it is a folder. Raises `BundleError`."""
    if not path.is_file():
        yield path
        return
    with TemporaryDirectory() as folder:
        inner = Path(folder, "bundle")
        yield inner / unpack_bundle(path, inner).profile


def _unpack(tar: tarfile.TarFile, folder: Path) -> Manifest:
    manifest, seen, total = None, set[str](), 0
    for entry in tar:
        total += entry.size
        if not entry.isreg() or entry.name in seen:
            raise BundleError("the bundle holds something else than plain files, each once")
        if entry.size > MOST_FILE_BYTES or total > MOST_BYTES or len(seen) > MOST_FILES:
            raise BundleError("the bundle is larger than a bundle may be")
        _check_name(entry.name)
        seen.add(entry.name)
        source = tar.extractfile(entry)
        assert source is not None
        target = folder / entry.name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            shutil.copyfileobj(source, file)
            file.flush()
            os.fsync(file.fileno())
        if manifest is None:
            manifest = Manifest.from_bytes(target.read_bytes()) if entry.name == MANIFEST else None
            if manifest is None:
                raise BundleError(f"the bundle does not begin with {MANIFEST}")
    if manifest is None:
        raise BundleError("the bundle is empty")
    return manifest


def sync(path: Path) -> None:
    """Have the disk write down a file, or which names a folder holds."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write a file so that there is the old one or the new one, whenever the power fails."""
    new = path.with_name(f".{path.name}.new")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:  # noqa: PTH123 - a mode is given
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    sync(path.parent)
