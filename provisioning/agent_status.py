"""How the agent is doing, in one file: for `lotse agent --status`, for monitoring, and for IT's lists of a fleet."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kiosk.orders import is_target
from provisioning.agent_floor import wall_clock
from provisioning.agent_releases import Release
from provisioning.bundle import write_whole

log = logging.getLogger(__name__)

FORMAT = 1
FILE = "status.json"


class Status:
    """The file `status.json` in the folder `state`. That it cannot be written stops nothing.

    Keys: `version` and `release` (in use; empty: the settings' profile), `looked` (last check without trouble),
    `trouble` and `line` (of the last check; empty if all was well), `taken_back` (the last one: version and why),
    `target` (assigned by IT; empty: the settings'), `hours_old` (since the repository's last signature), `alarm` (older
    than it may be, or the clock late).
    """

    def __init__(self, state: Path, now: Callable[[], datetime] = wall_clock) -> None:
        self._path, self._now = state / FILE, now
        self._last: dict[str, Any] = read_status(state)

    @property
    def taken_back(self) -> bool:
        """Whether the last new release was taken back, and none has been healthy since."""
        return bool(self._last.get("taken_back"))

    @property
    def target(self) -> str:
        """The bundle that IT assigned; empty: as the settings say."""
        target = self._last.get("target", "")
        return target if is_target(target) else ""

    def aimed(self, target: str) -> None:
        """Another bundle is wanted."""
        self._write({"target": target})

    def looked(self, current: Release | None) -> None:
        """The repository was looked into, without trouble."""
        self._write(_use(current) | {"looked": self._now().isoformat(timespec="minutes"), "trouble": "", "line": ""})

    def failed(self, trouble: str, line: str, current: Release | None) -> None:
        """There was trouble; what is in use stays."""
        self._write(_use(current) | {"trouble": str(trouble), "line": line})

    def confirmed(self, release: Release) -> None:
        """A new release is healthy."""
        self._write(_use(release) | {"taken_back": None})

    def rolled_back(self, version: str, why: str, current: Release | None) -> None:
        """A release was taken back."""
        self._write(_use(current) | {"taken_back": {"version": version, "why": why}})

    def aged(self, age: timedelta, *, alarm: bool, late: timedelta) -> None:
        """So long ago the repository was signed, as far as this terminal has seen; so late is its clock."""
        clock = late > timedelta(minutes=5)
        self._write({"hours_old": int(age.total_seconds() // 3600), "alarm": alarm or clock, "clock_late": clock})

    def _write(self, change: dict[str, Any]) -> None:
        changed = {"format": FORMAT, **self._last, **change}
        if changed == self._last:
            return
        self._last = changed
        try:
            write_whole(self._path, json.dumps(changed, indent=1, ensure_ascii=False).encode() + b"\n")
        except OSError as error:
            log.warning("%s cannot be written: %s", FILE, error.strerror)


def _use(release: Release | None) -> dict[str, Any]:
    if release is None:
        return {"version": "", "release": ""}
    return {"version": release.manifest.version, "release": release.name}


def read_status(state: Path) -> dict[str, Any]:
    """Return what the file says; empty if there is none that can be read."""
    try:
        document = json.loads((state / FILE).read_bytes())
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}
