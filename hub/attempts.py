"""Attempts are limited: after some that failed, each further one has to wait twice as long as the last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, delete

from hub.settings import fingerprint
from hub.storage import AttemptRow, writing

FREE_FOR_LOGIN = 3
FREE_FOR_ADDRESS = 20
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=15)
_FORGOTTEN = timedelta(days=1)


class Attempts:
    """Counts what failed, for all hubs of a database. Each method blocks on the disk: call it on a thread.

    An attempt counts as failed when it begins, so that many at once are no way round; `succeeded` takes it back.
    """

    def __init__(self, engine: Engine, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = engine
        self._now = now

    def begin(self, login: str, address: str) -> timedelta | None:
        """Begin an attempt; return None, or how long one has to wait before it is looked at."""
        now = self._now()
        with writing(self._engine) as session:
            rows = [
                (session.get(AttemptRow, key, with_for_update=True), key, free) for key, free in _keys(login, address)
            ]
            waits = [row.until - now for row, _, _ in rows if row and row.until > now]
            if waits:
                return max(waits)
            for row, key, free in rows:
                failures = row.failures + 1 if row and row.until > now - _FORGOTTEN else 1
                session.merge(AttemptRow(key=key, failures=failures, until=now + wait_after(failures, free)))
        return None

    def succeeded(self, login: str, address: str) -> None:
        """Take the attempts of this login back, and of this address."""
        with writing(self._engine) as session:
            session.execute(delete(AttemptRow).where(AttemptRow.key.in_([key for key, _ in _keys(login, address)])))

    def forget_old(self) -> None:
        """Delete what no longer matters."""
        with writing(self._engine) as session:
            session.execute(delete(AttemptRow).where(AttemptRow.until < self._now() - _FORGOTTEN))


def wait_after(failures: int, free: int) -> timedelta:
    """Return how long to wait after so many failures in a row."""
    if failures < free:
        return timedelta()
    return min(FIRST_WAIT * (1 << min(failures - free, 20)), LONGEST_WAIT)


def _keys(login: str, address: str) -> tuple[tuple[str, int], ...]:
    return (
        (fingerprint(f"login {login.casefold()}"), FREE_FOR_LOGIN),
        (fingerprint(f"address {address}"), FREE_FOR_ADDRESS),
    )
