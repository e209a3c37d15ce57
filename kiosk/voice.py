"""How fast and how loud a visitor is read to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from kiosk.text import LEICHTE_SPRACHE, Language

RATE_STEPS = 7
VOLUME_STEPS = 11
_MIDDLE_RATE = RATE_STEPS // 2
_MIDDLE_VOLUME = VOLUME_STEPS // 2
_DECIBELS_A_STEP = 3

PACES: Mapping[Language, float] = MappingProxyType({LEICHTE_SPRACHE: 0.8})
"""How fast a language is read to begin with, where that is not as fast as usual."""


@dataclass(frozen=True, slots=True)
class Voice:
    """`rate_step` 0 … 6, `volume_step` 0 … 10; a visit begins in the middle of both. `pace` is the language's.

    No step is silence: who turned it down by mistake still hears the way back.
    """

    rate_step: int = _MIDDLE_RATE
    volume_step: int = _MIDDLE_VOLUME
    pace: float = 1.0
    openly: bool = False
    """Whether what the visitor told is read to the room too: only where they chose so (EN 301 549 V3.2.1, 5.1.3.8)."""

    @property
    def rate(self) -> float:
        """How many times as fast as usual: 0.5 … 2 times the pace, each step by the same factor."""
        return float(self.pace * 2.0 ** ((self.rate_step - _MIDDLE_RATE) / _MIDDLE_RATE))

    @property
    def gain(self) -> float:
        """The factor on the sound: 1 at the loudest, 3 dB less with each step, so each sounds alike."""
        return float(10.0 ** (-_DECIBELS_A_STEP * (VOLUME_STEPS - 1 - self.volume_step) / 20))

    def reading(self, language: Language) -> Voice:
        """Return the voice at the pace of a visitor's language: all is read at that, foreign names too."""
        return replace(self, pace=PACES.get(language, 1.0))

    def faster(self, by: int) -> Voice:
        """Return a voice that is faster by some steps (slower if negative), within what there is."""
        return replace(self, rate_step=min(max(self.rate_step + by, 0), RATE_STEPS - 1))

    def louder(self, by: int) -> Voice:
        """Return a voice that is louder by some steps (quieter if negative), within what there is."""
        return replace(self, volume_step=min(max(self.volume_step + by, 0), VOLUME_STEPS - 1))


USUAL_VOICE = Voice()
"""The voice that a visit begins with."""
