"""What IT may have a terminal do from afar: a closed list. There is no order that runs anything or looks at a visit.

An order travels as JSON (`document_of`, `order_of`) inside a signed command.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeAlias, TypeGuard

from kiosk.text import GERMAN, LANGUAGE_NAMES, Language

MAX_WORDS = 200
MAX_NAME = 170
MAX_LINES = 200
_TARGET = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}(/[a-z0-9][a-z0-9.-]{0,62}){0,3}")


class Do(StrEnum):
    """What can be ordered, as it is called on the wire."""

    RESTART = "restart"
    OUT_OF_SERVICE = "out-of-service"
    IN_SERVICE = "in-service"
    IDENTIFY = "identify"
    REPORT = "report"
    LOG = "log"
    PICTURE = "picture"
    TAKE_PROFILE = "take-profile"


@dataclass(frozen=True, slots=True)
class Restart:
    """Begin anew."""


@dataclass(frozen=True, slots=True)
class TakeOutOfService:
    """Show that nothing can be done here; `words` say why, by language. Empty: as when staff does it."""

    words: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class PutInService:
    """Serve visitors again."""


@dataclass(frozen=True, slots=True)
class Identify:
    """Flash and sound, so that somebody in the room sees which one it is. `name` is what it is called."""

    name: str


@dataclass(frozen=True, slots=True)
class TellReadiness:
    """Tell what works and what does not."""


@dataclass(frozen=True, slots=True)
class TellLog:
    """Tell the last `lines` of the log."""

    lines: int


@dataclass(frozen=True, slots=True)
class TakePicture:
    """Take a picture of the screen on which visits begin."""


@dataclass(frozen=True, slots=True)
class TakeProfile:
    """Show another profile: `target` is its bundle's name in the repository."""

    target: str


Order: TypeAlias = (
    Restart | TakeOutOfService | PutInService | Identify | TellReadiness | TellLog | TakePicture | TakeProfile
)


class Outcome(StrEnum):
    """How an order ended. `INTERRUPTED`: the power failed meanwhile; it may not have been done, and is not repeated."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    EXPIRED = "expired"
    REPEATED = "repeated"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a terminal tells about the command with this `id`. `detail` is for IT; `content` what was asked for.

    `last` is the highest number that this terminal has seen.
    """

    id: str
    outcome: Outcome
    at: datetime
    last: int
    detail: str = ""
    content: bytes | None = None


def document_of(order: Order) -> dict[str, Any]:
    """Return an order as JSON has it."""
    match order:
        case TakeOutOfService(words):
            return {"do": Do.OUT_OF_SERVICE.value, "words": dict(words)}
        case Identify(name):
            return {"do": Do.IDENTIFY.value, "name": name}
        case TellLog(lines):
            return {"do": Do.LOG.value, "lines": lines}
        case TakeProfile(target):
            return {"do": Do.TAKE_PROFILE.value, "target": target}
    return {"do": next(do.value for do, kind in _BARE.items() if isinstance(order, kind))}


def order_of(document: object) -> Order:
    """Return the order that JSON has. Raises `ValueError`, whose text names what is wrong, for all that is none."""
    if not isinstance(document, dict) or document.get("do") not in list(Do):  # what it says may not be hashable
        raise ValueError("there is no such order")
    do = Do(document["do"])
    content = {key: value for key, value in document.items() if key != "do"}
    if len(content) > (0 if do in _BARE else 1):
        raise ValueError(f"{do} has something that does not belong there")
    return _BARE[do]() if do in _BARE else _FULL[do](content)


def _out_of_service(content: Mapping[str, Any]) -> Order:
    words = content.get("words")
    if not isinstance(words, dict) or (words and GERMAN not in words):
        raise ValueError("words must be texts by language, German among them")
    if not set(words) <= set(LANGUAGE_NAMES):
        raise ValueError(f"languages are {', '.join(LANGUAGE_NAMES)}")
    return TakeOutOfService({Language(tag): _line(said, MAX_WORDS) for tag, said in words.items()})


def _log(content: Mapping[str, Any]) -> Order:
    lines = content.get("lines")
    if not isinstance(lines, int) or isinstance(lines, bool) or not 1 <= lines <= MAX_LINES:
        raise ValueError(f"lines must be a number from 1 to {MAX_LINES}")
    return TellLog(lines)


def _take_profile(content: Mapping[str, Any]) -> Order:
    target = content.get("target")
    if not is_target(target):
        raise ValueError("target must be the name of a bundle: city/foyer.tar")
    return TakeProfile(target)


def is_target(value: object) -> TypeGuard[str]:
    """Whether this can be the name of a bundle in a repository."""
    return isinstance(value, str) and _TARGET.fullmatch(value) is not None


def _line(value: object, most: int) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > most or not value.isprintable():
        raise ValueError(f"a text is one line of up to {most} characters")
    return value


_BARE: Mapping[Do, type[Restart | PutInService | TellReadiness | TakePicture]] = MappingProxyType(
    {
        Do.RESTART: Restart,
        Do.IN_SERVICE: PutInService,
        Do.REPORT: TellReadiness,
        Do.PICTURE: TakePicture,
    }
)
_FULL: Mapping[Do, Callable[[Mapping[str, Any]], Order]] = MappingProxyType(
    {
        Do.OUT_OF_SERVICE: _out_of_service,
        Do.IDENTIFY: lambda content: Identify(_line(content.get("name"), MAX_NAME)),
        Do.LOG: _log,
        Do.TAKE_PROFILE: _take_profile,
    }
)
