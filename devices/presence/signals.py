"""From what a sensor sends to "somebody is there" and "nobody is there"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from devices.input_events import EV_ABS, EV_SW, reader

_SW_FRONT_PROXIMITY, _ABS_DISTANCE = 0x0B, 0x19

Sensed = Callable[[bool], None]


class Signals(Protocol):
    """How one kind of sensor is read."""

    def reader(self, sensed: Sensed) -> Callable[[bytes], None]:
        """Return what takes the sensor's bytes and calls `sensed`."""


@dataclass(frozen=True, slots=True)
class Words:
    """A sensor that sends one word when somebody comes and another when nobody is left, anywhere among other bytes."""

    present: bytes
    absent: bytes

    def reader(self, sensed: Sensed) -> Callable[[bytes], None]:
        """Return what looks for the words; the last one counts."""
        longest_first = sorted((self.present, self.absent), key=len, reverse=True)
        word = re.compile(b"|".join(map(re.escape, longest_first)))
        keep = len(longest_first[0]) - 1
        rest = b""

        def take(data: bytes) -> None:
            nonlocal rest
            rest += data
            found = None
            for found in word.finditer(rest):  # noqa: B007 - the last one is wanted
                pass
            if found is not None:
                sensed(found.group() == self.present)
                rest = rest[found.end() :]
            rest = rest[max(0, len(rest) - keep) :]

        return take


@dataclass(frozen=True, slots=True)
class Report:
    """A HID sensor (hidraw): in each report of `length` bytes, any bit of `mask` in byte `byte` says "somebody"."""

    byte: int
    mask: int
    length: int

    def reader(self, sensed: Sensed) -> Callable[[bytes], None]:
        """Return what looks at each whole report: hidraw hands out one a reading."""

        def take(data: bytes) -> None:
            for start in range(0, len(data) - self.length + 1, self.length):
                sensed(bool(data[start + self.byte] & self.mask))

        return take


@dataclass(frozen=True, slots=True)
class Proximity:
    """A HID sensor that the kernel knows (evdev): `SW_FRONT_PROXIMITY`, or `ABS_DISTANCE` of at most `near`."""

    near: int

    def reader(self, sensed: Sensed) -> Callable[[bytes], None]:
        """Return what looks at input events."""

        def take(kind: int, code: int, value: int) -> None:
            if (kind, code) == (EV_SW, _SW_FRONT_PROXIMITY):
                sensed(bool(value))
            elif (kind, code) == (EV_ABS, _ABS_DISTANCE):
                sensed(value <= self.near)

        return reader(take)
