"""What terminals say of themselves: whether they are there, how they and their devices are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from hub.storage import FleetRow, PlanRow, TerminalRow, Topic, writing
from kiosk.effects import TerminalUse

REPORT_EVERY = timedelta(seconds=30)
"""How often a hub writes down which terminals are connected to it."""
GONE_AFTER = 3 * REPORT_EVERY
"""A hub that died can take nothing back: what it wrote holds for this long."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class TerminalRecord:
    """A terminal as it stands. `devices` are pairs of a device and its fault's code, where it has one.

    `state` is None until it says so.
    """

    name: str
    site: str
    location: str
    key_fingerprint: str = field(repr=False)
    connected: bool
    state: TerminalUse | None
    devices: tuple[tuple[str, str], ...]
    x: float | None
    y: float | None


class TerminalBook:
    """The terminals of all sites. Each method is one transaction and blocks on the disk: call it on a thread.

    `hub` tells hub processes on the same database apart.
    """

    def __init__(self, engine: Engine, hub: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = engine
        self._hub = hub
        self._now = now

    def terminals(self) -> tuple[TerminalRecord, ...]:
        """Return all terminals in the order of their names."""
        since = self._now() - GONE_AFTER
        columns = (
            TerminalRow.name,
            TerminalRow.site,
            TerminalRow.location,
            TerminalRow.key_fingerprint,
            TerminalRow.seen_at,
            TerminalRow.state,
            TerminalRow.devices,
            TerminalRow.x,
            TerminalRow.y,
        )
        with Session(self._engine) as session:
            rows = session.execute(select(*columns)).all()
        records = [
            TerminalRecord(
                name,
                site,
                location,
                key,
                seen is not None and seen > since,
                TerminalUse(state) if state else None,
                tuple(sorted(devices.items())),
                x,
                y,
            )
            for name, site, location, key, seen, state, devices, x, y in rows
        ]
        return tuple(sorted(records, key=lambda terminal: _by_number(terminal.name)))

    def plans(self) -> dict[str, str]:
        """Return the version of each floor plan that was brought, by site."""
        with Session(self._engine) as session:
            return {row.site: row.version for row in session.execute(select(PlanRow.site, PlanRow.version))}

    def told(self, name: str, devices: Mapping[str, str], state: TerminalUse | None) -> None:
        """Write down how a terminal's devices are, and what it does, unless it does not say."""
        changes: dict[str, object] = {"devices": dict(devices)}
        if state:
            changes["state"] = state
        with writing(self._engine, Topic.TERMINALS) as session:
            session.execute(update(TerminalRow).where(TerminalRow.name == name).values(changes))

    def connected(self, names: Collection[str]) -> None:
        """Write down that these are connected to this hub now."""
        self._mark(names, TerminalRow.name.is_not(None), {"seen_at": self._now(), "seen_by": self._hub})

    def left(self, names: Collection[str]) -> None:
        """Write down that these are no longer connected to this hub; they may be to another."""
        listed = sorted(names)
        with writing(self._engine) as session:
            for begin in range(0, len(listed), _AT_ONCE):
                chosen = FleetRow.terminal_name.in_(listed[begin : begin + _AT_ONCE])
                session.execute(update(FleetRow).where(chosen).values(last_seen_at=self._now()))
        self._mark(names, TerminalRow.seen_by == self._hub, {"seen_at": None, "seen_by": None})

    def _mark(self, names: Collection[str], only: object, changes: Mapping[str, object]) -> None:
        listed = sorted(names)
        with writing(self._engine, Topic.TERMINALS, lasting=False) as session:
            for begin in range(0, len(listed), _AT_ONCE):
                chosen = TerminalRow.name.in_(listed[begin : begin + _AT_ONCE])
                session.execute(update(TerminalRow).where(chosen, only).values(changes))  # type: ignore[arg-type]


def _by_number(name: str) -> tuple[str, int, str]:
    """Sort "Terminal 2" before "Terminal 10"."""
    words = name.rstrip("0123456789")
    number = name[len(words) :]
    return words, int(number) if number else 0, name
