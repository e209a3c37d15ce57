"""Looks for what a visitor may have left behind: in memory, on the disk, on screens."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from kiosk.privacy import Private
from kiosk.screen import Screen
from kiosk.text import Local, Msg, Verbatim, translator

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "latin-1")


def screens_as_text(screens: Iterable[Screen]) -> list[str]:
    """Return the words of each screen, the visitor's own among them."""
    return ["\n".join(_words(screen, screen)) for screen in screens]


def _words(thing: Any, screen: Screen) -> Iterator[str]:
    match thing:
        case Msg() | Local() | Verbatim():
            yield translator(screen.look.language).say(thing)
        case Private():
            yield from _words(thing.reveal(), screen)
        case str():
            yield thing
        case tuple() | list() | frozenset():
            for each in thing:
                yield from _words(each, screen)
        case _ if is_dataclass(thing) and not hasattr(thing, "step"):
            for field in fields(thing):
                if field.name not in ("event", "change", "more"):
                    yield from _words(getattr(thing, field.name), screen)


def in_memory(making: Callable[[], str]) -> list[str]:
    """Return where a needle is in a string or bytes of any live object: what holds it, by type.

    The needle is made here, so that it is not found in the hands of the one who looks for it.
    """
    gc.collect()
    needle = making()
    raw = _raw(needle)
    found: list[str] = []
    for holder in gc.get_objects():
        if holder is raw or isinstance(holder, (FrameType, ModuleType)):
            continue
        for each in gc.get_referents(holder):
            if _holds(each, needle, raw):
                found.append(f"{type(holder).__module__}.{type(holder).__qualname__}")
    return found


def _holds(thing: object, needle: str, raw: list[bytes]) -> bool:
    # No closure here: its cells would be found too.
    if isinstance(thing, str):
        return needle in thing
    if isinstance(thing, (bytes, bytearray)):
        for one in raw:
            if one in thing:
                return True
    return False


def _raw(needle: str) -> list[bytes]:
    return [needle.encode(encoding) for encoding in ENCODINGS]


def on_disk(needle: str, *folders: Path) -> list[Path]:
    """Return the files that hold the needle in any encoding."""
    raw = _raw(needle)
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(one in path.read_bytes() for one in raw)]
