"""The code by which staff open their page at a terminal: kept as an argon2id hash in the terminal's credential store.

After three wrong ones each further one makes everybody wait twice as long (NIST SP 800-63B, 5.2.2). The waits are kept
while the terminal runs; they outlast visits.
"""

from __future__ import annotations

import asyncio
import logging
import math
import secrets
import time
from collections.abc import Callable

from kiosk.privacy import Private

log = logging.getLogger(__name__)

DIGITS = 8
FREE_TRIES = 3
FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 3600.0


class StaffCodeHash:
    """Implements `kiosk.ports.StaffCode`. `stored` is the hash, as `hashed` makes it; None: no code opens anything."""

    def __init__(self, stored: str | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stored = stored
        self._clock = clock
        self._wrong = 0
        self._until = clock()
        self._one = asyncio.Lock()

    async def check(self, code: Private[str]) -> int | None:
        """Return None if the code is right, else the seconds until the next one is looked at; 0: at once."""
        async with self._one:  # many at once are many tries
            if (wait := self._wait()) > 0:
                return wait
            if await asyncio.to_thread(_fits, self._stored or "", code):
                self._wrong = 0
                return None
            self._wrong += 1
            if self._wrong >= FREE_TRIES:
                doubled = FIRST_WAIT_S * 2.0 ** min(self._wrong - FREE_TRIES, 20)
                self._until = self._clock() + min(doubled, LONGEST_WAIT_S)
            return self._wait()

    def _wait(self) -> int:
        return max(0, math.ceil(self._until - self._clock()))


def hashed(code: str) -> str:
    """Return what is kept of a code. Raises `ValueError` unless it has `DIGITS` digits."""
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        raise ValueError(f"a code has {DIGITS} digits")
    from argon2 import PasswordHasher

    return PasswordHasher().hash(code)


def new_code() -> str:
    """Return a code that nobody can guess."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def _fits(stored: str, code: Private[str]) -> bool:
    """Whether a code is the one. It takes a tenth of a second on purpose: call it on a thread."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(stored, code.reveal())
    except VerificationError:
        return False
    except InvalidHashError:
        log.error("there is no argon2 hash of the staff's code")
        return False
