"""What a voice is to the rest: words in, sound and the places of the words in it out."""

from __future__ import annotations

import math
import re
from array import array
from dataclasses import dataclass
from typing import Protocol

from kiosk.faults import Fault
from kiosk.privacy import Private
from kiosk.text import Language

SAMPLE_BYTES = 2
_WORD = re.compile(r"\S*\w\S*")
_STOP = re.compile(r"[.!?:;,…]$")
_SPELLED = re.compile(r"[A-ZÄÖÜ]{2,4}")
_GAP, _PAUSE, _DIGIT, _CAPITAL = 1, 2, 7, 3
"""How many letters' time a gap, a stop, a digit and a letter of "PIN" take: fitted to espeak-ng's German."""


@dataclass(frozen=True, slots=True)
class WordMark:
    """At `seconds` from its beginning a sound comes to the word at characters `start` to `end` of its text."""

    seconds: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sound:
    """16-bit mono sound in the machine's byte order, `rate` samples a second, with its words in order."""

    samples: bytes
    rate: int
    marks: tuple[WordMark, ...] = ()

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / SAMPLE_BYTES / self.rate


class NoVoiceError(Exception):
    """There is nothing that could speak these words. The text says why, for IT, without the words."""


class NoLanguageError(NoVoiceError):
    """This voice does not know the language."""


class Synthesis(Protocol):
    """Words to sound. Neither ever lies in a file on a disk."""

    @property
    def notice(self) -> Fault | None:
        """Why it does not speak as it should, where it speaks all the same."""

    async def ready(self) -> Fault | None:
        """Make ready, so that the first words need not wait; return why it cannot speak, or None."""

    async def speech(self, words: Private[str], language: Language, rate: float) -> Sound:
        """Return the words as sound, `rate` times as fast as usual (0.5 … 2). Raises `NoVoiceError`."""

    def close(self) -> None:
        """End what runs for it."""


def words_in(text: str) -> list[tuple[int, int]]:
    """Return where each word of a text begins and ends; what has neither letter nor digit is none."""
    return [word.span() for word in _WORD.finditer(text)]


def estimated_marks(text: str, seconds: float) -> tuple[WordMark, ...]:
    """Return about where the words are, for a voice that does not say: each takes its share by its letters."""
    marks: list[tuple[float, int, int]] = []
    letters = 0.0
    for start, end in words_in(text):
        marks.append((letters, start, end))
        letters += _letters(text[start:end])
    return tuple(WordMark(seconds * at / letters, start, end) for at, start, end in marks)


def _letters(word: str) -> int:
    letter = _CAPITAL if _SPELLED.fullmatch(word.strip(".,")) else 1
    pause = _PAUSE if _STOP.search(word) else 0
    return _GAP + pause + sum(_DIGIT if each.isdigit() else letter for each in word)


_RATE, _TONE_S, _LOUD = 22_050, 0.25, 9_000
_TONES_HZ = (660, 880, 0) * 4


def tones() -> Sound:
    """Return two tones, four times, with pauses: found by ear, and no alarm."""
    samples = array("h")
    for frequency in _TONES_HZ:
        length = int(_RATE * _TONE_S)
        for at in range(length):
            fade = min(1.0, at / 400, (length - at) / 400)  # no click
            samples.append(int(_LOUD * fade * math.sin(2 * math.pi * frequency * at / _RATE)))
    return Sound(samples.tobytes(), _RATE)
