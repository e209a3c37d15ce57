"""The profiles on a terminal's disk, and which of them is in use. A cut anywhere leaves the old one or the new one.

    releases/NAME/     unpacked bundles, each with bundle.json and a copy of the floor (floor.json)
    current -> …       what the terminal shows; absent: the profile that its settings name
    good -> …          what the terminal has shown and been healthy with; absent likewise
    trial.json         how it was before `current` came, while `current` is not yet `good`
    refused.json       bundles that were taken back, by digest, and why: they are not tried again
    incoming/          what is being fetched and unpacked; cleared whenever the agent begins

There is no journal: where `current` and `good` differ, `current` is on trial. Each step is one rename of a link that
was written and synced before: activate (`current`), confirm (`good`), roll back (`current`).
"""

from __future__ import annotations

import contextlib
import errno
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provisioning.bundle import MANIFEST, Manifest, sync, unpack_bundle, write_whole

CURRENT, GOOD = "current", "good"
FLOOR_COPY = "floor.json"
MOST_REFUSED = 50


@dataclass(frozen=True, slots=True)
class Release:
    """An unpacked bundle. Its name is the first half of the bundle's SHA-256."""

    folder: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """Return the release's name."""
        return self.folder.name

    @property
    def profile(self) -> Path:
        """Return the profile's folder, which stays the same as long as the release is there."""
        return self.folder / self.manifest.profile


@dataclass(frozen=True, slots=True)
class Trial:
    """How a release came into use: what did not work before, and how often the agent began during its trial."""

    release: str
    faults: tuple[str, ...] = ()
    connected: bool = False
    begun: int = 0


class Releases:
    """The releases in the folder `state`. All methods can raise `OSError`, and leave everything usable."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._releases, self.incoming = state / "releases", state / "incoming"
        for folder in (state, self._releases):
            folder.mkdir(mode=0o755, parents=True, exist_ok=True)

    @property
    def current(self) -> Release | None:
        """What the terminal is to show; None: the profile that its settings name."""
        return self._behind(CURRENT)

    @property
    def good(self) -> Release | None:
        """What it was healthy with last; None: the profile that its settings name."""
        return self._behind(GOOD)

    @property
    def on_trial(self) -> bool:
        """Whether the current release has still to prove itself."""
        return self._target(CURRENT) != self._target(GOOD)

    def _target(self, link: str) -> str:
        try:
            return (self._state / link).readlink().name
        except OSError:
            return ""

    def _behind(self, link: str) -> Release | None:
        name = self._target(link)
        return self.find(name) if name else None

    def find(self, digest: str) -> Release | None:
        """Return the release of a bundle, by its digest, if it is there whole."""
        folder = self._releases / digest[:32]
        try:
            return Release(folder, Manifest.from_bytes((folder / MANIFEST).read_bytes()))
        except (OSError, ValueError):
            return None

    # Getting one ready

    def clear_incoming(self) -> Path:
        """Empty the folder for what is being fetched, and return it."""
        shutil.rmtree(self.incoming, ignore_errors=True)
        self.incoming.mkdir()
        return self.incoming

    def need_room(self, size: int) -> None:
        """Raise `OSError` (ENOSPC) if the disk has less than `size` bytes left."""
        if shutil.disk_usage(self._state).free < size:
            raise OSError(errno.ENOSPC, f"No space left: {size:,} bytes are needed")

    def stage(self, bundle: Path, digest: str, floor: bytes) -> Release:
        """Unpack a verified bundle beside the others. Raises `BundleError` too."""
        unpacked = self.incoming / digest[:32]
        manifest = unpack_bundle(bundle, unpacked)
        write_whole(unpacked / FLOOR_COPY, floor)
        folder = self._releases / digest[:32]
        if folder.exists():  # it was there, but not whole: nobody uses it
            self._discard(folder)
        unpacked.rename(folder)
        sync(self._releases)
        return Release(folder, manifest)

    # The three renames

    def activate(self, release: Release, trial: Trial) -> None:
        """Have the terminal show a release from its next start on."""
        self._write_trial(trial)
        self._point(CURRENT, release.name)

    def confirm(self) -> None:
        """The current release is healthy: it is what the terminal goes back to from now on."""
        self._point(GOOD, self._target(CURRENT))
        self.sweep()

    def roll_back(self, why: str) -> None:
        """Go back to what was good, and remember why: the same bundle is not tried again."""
        refused = {**self._read("refused.json"), self._target(CURRENT): why}
        kept = dict(list(refused.items())[-MOST_REFUSED:])
        with contextlib.suppress(OSError):  # a full disk must not keep the terminal on what is bad
            write_whole(self._state / "refused.json", json.dumps(kept, indent=1).encode())
        self._point(CURRENT, self._target(GOOD))
        self.sweep()

    def _point(self, link: str, name: str) -> None:
        path = self._state / link
        if not name:
            path.unlink(missing_ok=True)
        else:
            new = self._state / f".{link}.new"
            new.unlink(missing_ok=True)
            new.symlink_to(Path("releases") / name)
            new.replace(path)
        sync(self._state)

    # What is remembered

    def refused(self, digest: str) -> str | None:
        """Return why a bundle was taken back, or None."""
        why = self._read("refused.json").get(digest[:32])
        return None if why is None else str(why)

    @property
    def trial(self) -> Trial:
        """How the current release came into use."""
        document, name = self._read("trial.json"), self._target(CURRENT)
        if document.get("release") != name:
            return Trial(name)
        faults = tuple(str(fault) for fault in document.get("faults", ()))
        return Trial(name, faults, bool(document.get("connected")), int(document.get("begun", 0)))

    def begin_trial_again(self) -> Trial:
        """Count that the agent began anew during the trial, and return it."""
        before = self.trial
        trial = Trial(before.release, before.faults, before.connected, before.begun + 1)
        with contextlib.suppress(OSError):
            self._write_trial(trial)
        return trial

    def _write_trial(self, trial: Trial) -> None:
        document = {
            "release": trial.release,
            "faults": list(trial.faults),
            "connected": trial.connected,
            "begun": trial.begun,
        }
        write_whole(self._state / "trial.json", json.dumps(document).encode())

    def _read(self, name: str) -> dict[str, Any]:
        try:
            document = json.loads((self._state / name).read_bytes())
        except (OSError, ValueError):
            return {}
        return document if isinstance(document, dict) else {}

    def sweep(self) -> None:
        """Remove what is neither in use nor good."""
        kept = {self._target(CURRENT), self._target(GOOD)}
        for folder in self._releases.iterdir():
            if folder.name not in kept:
                self._discard(folder)

    def _discard(self, folder: Path) -> None:
        """Remove a release by a rename first: one that is half removed must not be taken for whole."""
        self.incoming.mkdir(exist_ok=True)
        gone = self.incoming / f"{folder.name}.gone"
        shutil.rmtree(gone, ignore_errors=True)
        folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def profile_in_use(state: Path, fallback: Path) -> Path:
    """Return the folder of the profile that a terminal is to show now. Links are followed once: as long as the
    program runs, it is this folder. Needs no right to write.
    """
    try:
        folder = (state / CURRENT).resolve(strict=True)
        return Release(folder, Manifest.from_bytes((folder / MANIFEST).read_bytes())).profile
    except (OSError, ValueError):
        return fallback


def floors_in(state: Path) -> Sequence[Path]:
    """Return where the floor is, and where copies of it are."""
    return (state / "floor.json", state / CURRENT / FLOOR_COPY, state / GOOD / FLOOR_COPY)
