"""How often somebody may ask: a bucket that fills again, in this process's memory."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

_MOST_KEYS = 50_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests a second in the long run, and so many at once."""

    a_second: float
    at_once: int


TERMINALS = Rate(20, 60)
STAFF = Rate(20, 80)
STRANGERS = Rate(2, 40)


class Buckets:
    """The buckets of one kind of asker; the ones used longest ago are forgotten (token bucket)."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Take one; return 0, or in how many seconds there will be one."""
        now = self._clock()
        left, at = self._buckets.get(key, (float(self._rate.at_once), now))
        left = min(float(self._rate.at_once), left + (now - at) * self._rate.a_second)
        wait = 0.0 if left >= 1 else (1 - left) / self._rate.a_second
        self._buckets[key] = (left if wait else left - 1, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > _MOST_KEYS:
            self._buckets.popitem(last=False)
        return wait


class Rates:
    """All buckets of a hub."""

    def __init__(self, terminals: Rate = TERMINALS, staff: Rate = STAFF, strangers: Rate = STRANGERS) -> None:
        self.terminals = Buckets(terminals)
        self.staff = Buckets(staff)
        self.strangers = Buckets(strangers)
