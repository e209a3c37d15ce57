"""The numbers that open a card, and what wrong ones cost (TR-03110-2, 3.3; TR-03127).

Three wrong PINs block it. Before the third the PIN is suspended until the CAN was right, so that nobody can
block a card without holding it. The PUK unblocks ten times.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from devices.eid.npa.apdu import Status

TRIES = 3
UNBLOCKS = 10
PIN_SIZE = 6


class Password(IntEnum):
    """The references of the numbers in MSE:Set AT (TR-03110-3, B.11.1)."""

    CAN = 2
    PIN = 3
    PUK = 4


@dataclass(slots=True)
class Numbers:
    """A card's numbers and counters. A `pin` of five digits is the one of the letter: it can only be replaced."""

    pin: str = field(default="123456", repr=False)
    can: str = field(default="500540", repr=False)
    puk: str = field(default="9876543210", repr=False)
    tries: int = TRIES
    unblocks: int = UNBLOCKS
    deactivated: bool = False
    resumed: bool = False
    """Whether the CAN was right since the card got power."""
    charged: int = 0
    """How many wrong PINs the card ever took."""

    def value(self, password: Password) -> str:
        """Return the digits."""
        return {Password.CAN: self.can, Password.PIN: self.pin, Password.PUK: self.puk}[password]

    @property
    def transport(self) -> bool:
        """Whether the PIN is still that of the letter."""
        return len(self.pin) < PIN_SIZE

    def state(self, password: Password) -> int:
        """Return the status that choosing a number is answered with."""
        if password is not Password.PIN:
            return Status.OK
        if self.deactivated:
            return Status.DEACTIVATED
        return Status.OK if self.tries == TRIES else Status.TRIES_LEFT + self.tries

    def usable(self, password: Password) -> bool:
        """Whether a number may be tried now."""
        if password is not Password.PIN:
            return True
        return not self.deactivated and (self.tries > 1 or (self.tries == 1 and self.resumed))

    def right(self, password: Password) -> None:
        """A number was right."""
        if password is Password.CAN:
            self.resumed = True
        elif password is Password.PIN:
            self.tries, self.resumed = TRIES, False

    def wrong(self, password: Password) -> int:
        """A number was wrong; return the status that says so."""
        if password is not Password.PIN:
            return Status.FAILED
        self.tries, self.charged, self.resumed = self.tries - 1, self.charged + 1, False
        return Status.TRIES_LEFT + self.tries

    def change(self, digits: str) -> Status:
        """Set a new PIN."""
        if len(digits) != PIN_SIZE or not digits.isdecimal():
            return Status.WRONG_DATA
        self.pin, self.tries = digits, TRIES
        return Status.OK

    def unblock(self) -> Status:
        """Give the PIN its tries back, as long as the PUK has uses left."""
        if self.unblocks == 0:
            return Status.BLOCKED
        self.unblocks, self.tries = self.unblocks - 1, TRIES
        return Status.OK
