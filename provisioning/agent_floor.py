"""What a terminal never goes below again: versions that it has seen signed, and a time that has surely come.

python-tuf protects against what is older than the metadata in its folder, by the clock of the machine. Where the
folder was wiped or the clock runs late, both are lost; so the floor is a file of its own, a copy of it lies with the
profile that is in use, and it only rises. Its time is what the repository's timestamp says about when it was signed,
never this machine's clock: a clock that was once a year ahead must not lock the terminal out for a year.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tuf.api.metadata import Root

from provisioning.bundle import write_whole

log = logging.getLogger(__name__)

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
Wall = Callable[[], datetime]


def wall_clock() -> datetime:
    """Return the machine's time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Seen:
    """A role's highest version, and the keys that it was signed by: with other keys counting may begin anew.

    That is how a repository recovers after a stolen key signed a huge version (specification, 5.3.11).
    """

    version: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Floor:
    """The lowest time, root and versions that are believed. The empty floor believes everything."""

    time: datetime = BEGINNING
    root: int = 0
    roles: Mapping[str, Seen] = field(default_factory=dict)

    def sunk(self, root: Root, versions: Mapping[str, int]) -> str | None:
        """Return what is below the floor, in words, or None."""
        if root.version < self.root:
            return f"root {root.version}, after {self.root} was seen"
        for role, version in versions.items():
            seen = self.roles.get(role)
            if seen and version < seen.version and seen.keys == keys_of(root, role):
                return f"{role} {version}, after {seen.version} was seen"
        return None

    def raised(self, at: datetime, root: Root, versions: Mapping[str, int]) -> Floor:
        """Return the floor after something verified, signed `at` that time, was seen."""
        seen = {role: Seen(version, keys_of(root, role)) for role, version in versions.items()}
        return Floor(max(self.time, at), max(self.root, root.version), seen)

    def to_bytes(self) -> bytes:
        """Return the floor as a file."""
        roles = {role: {"version": seen.version, "keys": list(seen.keys)} for role, seen in self.roles.items()}
        return json.dumps({"time": self.time.isoformat(), "root": self.root, "roles": roles}, indent=1).encode()

    @staticmethod
    def from_bytes(content: bytes) -> Floor:
        """Read a floor; raises `ValueError`."""
        try:
            document: Any = json.loads(content)
            roles = {role: Seen(int(seen["version"]), tuple(seen["keys"])) for role, seen in document["roles"].items()}
            at = datetime.fromisoformat(document["time"])
            return Floor(at.replace(tzinfo=at.tzinfo or UTC), int(document["root"]), roles)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("not a floor") from error


def keys_of(root: Root, role: str) -> tuple[str, ...]:
    """Return the ids of a role's keys."""
    return tuple(sorted(root.roles[role].keyids))


class FloorFile:
    """The floor on the disk: the highest of the files at `paths`. The first is written, the others are copies."""

    def __init__(self, *paths: Path, wall: Wall = wall_clock, lasting: Callable[[], float] | None = None) -> None:
        self._path = paths[0]
        self._wall = wall
        self._lasting = lasting or (lambda: time.clock_gettime(time.CLOCK_BOOTTIME))
        found = [floor for path in paths if (floor := _read(path))]
        self.floor = max(found, key=lambda floor: (floor.root, floor.time), default=Floor())
        self._base, self._since = self.floor.time, self._lasting()

    def now(self) -> datetime:
        """Return the time by the clock, but not before the floor, which rises while this runs."""
        return max(self._wall(), self._surely())

    def _surely(self) -> datetime:
        return self._base + timedelta(seconds=self._lasting() - self._since)

    def late_by(self) -> timedelta:
        """Return by how much the clock is surely late."""
        return max(timedelta(0), self.now() - self._wall())

    def rise(self, floor: Floor) -> None:
        """Keep a floor that `Floor.raised` returned; raises `OSError`."""
        if floor != self.floor:
            write_whole(self._path, floor.to_bytes())
            self._base, self._since = max(self._surely(), floor.time), self._lasting()
            self.floor = floor


def _read(path: Path) -> Floor | None:
    try:
        return Floor.from_bytes(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        log.warning("%s cannot be read (%s): another copy of it counts", path.name, type(error).__name__)
        return None
