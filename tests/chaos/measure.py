"""How the process is: memory, threads, open files, tasks, programs."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, ModuleType

import psutil

from tests.chaos.marks import PREFIX, marked, marked_bytes


@dataclass(frozen=True, slots=True)
class State:
    """One look at the process."""

    pid: int
    mib: float
    """Memory that the process has written to (anonymous, and swapped out). USS and PSS have the libraries' pages too:
    40 MiB of Qt leave USS as soon as anybody else on this machine starts a program with Qt."""
    uss: float
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
    return State(
        os.getpid(),
        _written(),
        own.memory_full_info().uss / 2**20,
        own.num_threads(),
        own.num_fds(),
        len(asyncio.all_tasks()),
        len(own.children(recursive=True)),
    )


def _written() -> float:
    """Return the MiB of `proc_pid_smaps(5)`'s Anonymous and Swap."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    kib = {name: int(value.split()[0]) for name, _, value in (line.partition(":") for line in lines[1:])}
    return (kib["Anonymous"] + kib["Swap"]) / 2**10


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
