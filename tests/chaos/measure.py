"""How the process is: memory, threads, open files, tasks, programs."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType, ModuleType

import psutil

from tests.chaos.marks import PREFIX, marked, marked_bytes


@dataclass(frozen=True, slots=True)
class State:
    """One look at the process."""

    pid: int
    mib: float
    """Memory that belongs to the process alone (USS): the proportional one moves with what else runs here."""
    pss: float
    threads: int
    files: int
    tasks: int
    programs: int


def look() -> State:
    """Sweep, give memory back, and look."""
    for _ in range(2):
        gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    own = psutil.Process()
    memory = own.memory_full_info()
    return State(
        os.getpid(),
        memory.uss / 2**20,
        memory.pss / 2**20,
        own.num_threads(),
        own.num_fds(),
        len(asyncio.all_tasks()),
        len(own.children(recursive=True)),
    )


def words_in_memory() -> list[tuple[str, list[int]]]:
    """Return what still holds words of visitors, by type, and of which visits."""
    gc.collect()
    found = []
    for holder in gc.get_objects():
        if isinstance(holder, (FrameType, ModuleType)):
            continue
        if whose := {number for each in gc.get_referents(holder) for number in _words_in(each)}:
            found.append((f"{type(holder).__module__}.{type(holder).__qualname__}", sorted(whose)))
    return found


def _words_in(thing: object) -> set[int]:
    if isinstance(thing, str):
        return marked([thing]) if PREFIX in thing.lower() else set()
    if isinstance(thing, (bytes, bytearray)):
        return marked_bytes(bytes(thing)) if PREFIX.encode() in thing.lower() else set()
    return set()
