"""Old calls are deleted; what stays are counts that cannot point to a person.

No figure is under five and none finer than an hour. Hours with fewer calls are counted together as the rest of
their day, if those are five. The same holds for the reasons within a figure, and for what is left when the shown
ones are subtracted: neither a figure nor a difference of two tells of fewer than five people.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from hub.calls import CallState
from hub.storage import CallRow, FigureRow, TerminalRow, Topic, writing

FEWEST = 5
_RECENT_TAKEN = 20
_LOOKED_THROUGH = 500
NO_REASON = "none"
ALL = "all"


class Span(StrEnum):
    """What a figure counts: an hour, or what is left of a day."""

    HOUR = "hour"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Counted:
    """What is looked at of a call that is deleted. `waited` is None if nobody took it."""

    at: datetime
    reason: str
    waited: timedelta | None


@dataclass(frozen=True, slots=True)
class Figure:
    """How many called. `reason` is `ALL`, or one reason of the same span. `minutes` waited half of them at most."""

    start: datetime
    span: Span
    reason: str
    count: int
    minutes: int | None


def figures_of(day: Iterable[Counted]) -> list[Figure]:
    """Return what may be kept of the calls of one site and one day. Their times have the site's time zone."""
    hours: dict[datetime, list[Counted]] = defaultdict(list)
    for call in day:
        hours[call.at.replace(minute=0, second=0, microsecond=0)].append(call)
    kept = {hour: calls for hour, calls in hours.items() if len(calls) >= FEWEST}
    rest = [call for hour, calls in hours.items() if hour not in kept for call in calls]
    figures = [figure for hour, calls in sorted(kept.items()) for figure in _span(hour, Span.HOUR, calls)]
    if len(rest) >= FEWEST:
        midnight = datetime.combine(rest[0].at.date(), time(), rest[0].at.tzinfo)
        figures += _span(midnight, Span.REST, rest)
    return figures


def _span(start: datetime, span: Span, calls: list[Counted]) -> list[Figure]:
    figures = [Figure(start, span, ALL, len(calls), minutes_waited(call.waited for call in calls))]
    for reason, count in sorted(_shown(Counter(call.reason for call in calls)).items()):
        waits = minutes_waited(call.waited for call in calls if call.reason == reason)
        figures.append(Figure(start, span, reason, count, waits))
    return figures


def _shown(reasons: Mapping[str, int]) -> dict[str, int]:
    """Return the reasons that may be shown: each has five, and so have the others together, unless there are none."""
    shown = {reason: count for reason, count in reasons.items() if count >= FEWEST}
    while shown and 0 < sum(reasons.values()) - sum(shown.values()) < FEWEST:
        del shown[min(shown, key=lambda reason: (shown[reason], reason))]
    return shown


def minutes_waited(waits: Iterable[timedelta | None]) -> int | None:
    """Return the median in whole minutes, at least one; None if it would be that of fewer than five."""
    known = [wait for wait in waits if wait is not None]
    if len(known) < FEWEST:
        return None
    return max(1, round(median(wait.total_seconds() for wait in known) / 60))


class FigureBook:
    """Deletes old calls and keeps figures. Each method blocks on the disk: call it on a thread."""

    def __init__(
        self,
        engine: Engine,
        keep_days: int,
        timezone: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._keep_days = keep_days
        self._zone = ZoneInfo(timezone)
        self._now = now

    def forget_old(self) -> int:
        """Delete what was called long enough ago; keep its figures. Return how many were deleted.

        Whole days are deleted, so that a day is counted once. Several hubs may do it at the same time.
        """
        today = datetime.combine(self._now().astimezone(self._zone).date(), time(), self._zone)
        old = CallRow.called_at < today - timedelta(days=self._keep_days)
        days: dict[tuple[str, object], list[Counted]] = defaultdict(list)
        with writing(self._engine, Topic.CALLS) as session:
            rows = session.execute(select(TerminalRow.name, TerminalRow.site))
            sites = {row.name: row.site for row in rows}
            columns = (CallRow.terminal_name, CallRow.called_at, CallRow.reason, CallRow.taken_at, CallRow.state)
            gone = session.execute(delete(CallRow).where(old).returning(*columns)).all()
            for terminal, called_at, reason, taken_at, state in gone:
                if state == CallState.DONE or taken_at:
                    at = called_at.astimezone(self._zone)
                    waited = taken_at - called_at if taken_at else None
                    days[sites[terminal], at.date()].append(Counted(at, reason or NO_REASON, waited))
            for (site, _), calls in days.items():
                self._keep(session, site, calls)
        return len(gone)

    def _keep(self, session: Session, site: str, calls: list[Counted]) -> None:
        for each in figures_of(calls):
            key = (site, each.start, each.span.value, each.reason)
            row = session.get(FigureRow, key)
            if row is None:
                session.add(
                    FigureRow(
                        site=site,
                        start=each.start,
                        span=each.span.value,
                        reason=each.reason,
                        count=each.count,
                        minutes=each.minutes,
                    )
                )
            else:
                row.count += each.count

    def figures(self, site: str = "") -> tuple[tuple[str, Figure], ...]:
        """Return the site of each figure and the figure, the newest first; of all sites or of one."""
        query = select(FigureRow).order_by(FigureRow.start.desc(), FigureRow.site, FigureRow.reason)
        if site:
            query = query.where(FigureRow.site == site)
        with Session(self._engine) as session:
            return tuple(
                (row.site, Figure(row.start.astimezone(self._zone), Span(row.span), row.reason, row.count, row.minutes))
                for row in session.scalars(query)
            )

    def usual_minutes(self) -> dict[str, int]:
        """Return how long a call usually waits at a site: the median of the last twenty, if there are five."""
        columns = (TerminalRow.site, CallRow.called_at, CallRow.taken_at)
        query = (
            select(*columns)
            .join(TerminalRow, TerminalRow.name == CallRow.terminal_name)
            .where(CallRow.taken_at.is_not(None))
            .order_by(CallRow.taken_at.desc())
            .limit(_LOOKED_THROUGH)
        )
        waits: dict[str, list[timedelta | None]] = defaultdict(list)
        with Session(self._engine) as session:
            for site, called_at, taken_at in session.execute(query):
                if taken_at and len(waits[site]) < _RECENT_TAKEN:
                    waits[site].append(taken_at - called_at)
        usual = {site: minutes_waited(those) for site, those in waits.items()}
        return {site: minutes for site, minutes in usual.items() if minutes is not None}
