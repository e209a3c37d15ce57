"""`lotse profile build`: check a profile and make a bundle of it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from kiosk.place import Place
from provisioning.bundle import BundleError, unpack_bundle, write_bundle
from provisioning.bundle_reach import unreachable_services

Load = Callable[[Path], Place | Sequence[object]]
"""Reads a profile's folder: the place, or its mistakes."""


def run_build(layers: Sequence[Path], load: Load, version: str, bundle: Path, out: TextIO) -> int:
    """Write the bundle of a profile that `lotse profile check` found no mistake in; return the exit code.

    Where a visitor would not get to a service, or something has a size or name that no bundle takes, or the bundle
    by itself could not be shown (a layer that it extends is missing), no file is left.
    """
    place = load(layers[0])
    lines = unreachable_services(place) if isinstance(place, Place) else [str(mistake) for mistake in place]
    if lines:
        out.writelines(f"{line}\n" for line in lines)
        return 1
    new = bundle.with_name(f".{bundle.name}.new")
    try:
        with new.open("w+b") as file:
            manifest = write_bundle(layers, version, file)
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        _check_alone(new, load)
        new.replace(bundle)
    except BundleError as fault:
        out.write(f"{fault}\n")
        return 1
    finally:
        new.unlink(missing_ok=True)
    out.write(f"{bundle}: {manifest.profile} {manifest.version}, {size:,} bytes, sha256 {digest}\n")
    return 0


def _check_alone(bundle: Path, load: Load) -> None:
    """Raise `BundleError` if the bundle, with nothing beside it, is no profile."""
    with TemporaryDirectory() as folder:
        alone = Path(folder, "bundle")
        place = load(alone / unpack_bundle(bundle, alone).profile)
    if not isinstance(place, Place):
        raise BundleError(f"the bundle by itself cannot be shown: {place[0]}")
