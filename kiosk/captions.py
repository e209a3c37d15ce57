"""Captions of a video, read from WebVTT (W3C Candidate Recommendation, 4 April 2019, section 4): when, and which words.

Styles, regions and places are left aside: the words stand below the picture, in the visitor's size and contrast.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST = 2000
"""Captions of one video."""
_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMING = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?")
_TAG = re.compile(r"<[^>]*>")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&nbsp;": " ", "&lrm;": "\u200e", "&rlm;": "\u200f", "&amp;": "&"}


@dataclass(frozen=True, slots=True)
class Caption:
    """Words that are said from `start` to `end`, milliseconds from the beginning."""

    start: int
    end: int
    words: str


class CaptionError(ValueError):
    """What is wrong with a file of captions, and in which line."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


def read_captions(text: str) -> tuple[Caption, ...]:
    """Return the captions in their order; `CaptionError` where it is no WebVTT, is empty, or a time cannot be."""
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not re.fullmatch(r"WEBVTT([ \t].*)?", lines[0]):
        raise CaptionError(1, "It does not begin with WEBVTT")
    found: list[Caption] = []
    number = 1
    while number < len(lines):
        if "-->" in lines[number]:
            caption, number = _cue(lines, number, found[-1].start if found else 0)
            found += [caption] if caption.words else []
        number += 1
    if not found:
        raise CaptionError(1, "There are no captions in it")
    if len(found) > MOST:
        raise CaptionError(1, f"There are more than {MOST} captions in it")
    return tuple(found)


def _cue(lines: list[str], number: int, earliest: int) -> tuple[Caption, int]:
    """Read the cue whose time stands in a line; return it with the number of its last line."""
    match = _TIMING.fullmatch(lines[number].strip())
    if match is None:
        raise CaptionError(number + 1, "This is no time as in 00:01.000 --> 00:04.000")
    start, end = _milliseconds(match.groups()[:4]), _milliseconds(match.groups()[4:])
    if not earliest <= start < end:
        raise CaptionError(number + 1, "This caption ends before it begins, or begins before the one above")
    last = number
    while last + 1 < len(lines) and lines[last + 1].strip():
        last += 1
    words = _TAG.sub("", " ".join(lines[number + 1 : last + 1]))
    for entity, sign in _ENTITIES.items():
        words = words.replace(entity, sign)
    return Caption(start, end, " ".join(words.split())), last


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def caption_at(captions: tuple[Caption, ...], position: int) -> str:
    """Return the words that are said at a position; of several at once, the last that began."""
    return next((each.words for each in reversed(captions) if each.start <= position < each.end), "")
