"""The AusweisApp itself, as a process of ours: started without a window, watched, and started again.

Debian calls the program `AusweisApp2` (12) or `AusweisApp` (13). It gets a home of its own and nothing of our
environment, and writes no log: its log repeats what it reads and what it is told.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

log = logging.getLogger(__name__)

PROGRAMS = ("AusweisApp", "AusweisApp2")
PATH = "/eID-Kernel"


class ProgramMissingError(Exception):
    """There is no AusweisApp on this machine."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. Small in tests."""

    check: float = 15.0
    """Between questions whether it still answers."""
    answer: float = 5.0
    """For an answer to that; two missing in a row are one too many."""
    start: float = 10.0
    """For the port to open."""
    end: float = 3.0
    """For it to go by itself, before it is killed."""
    again_first: float = 0.5
    again_most: float = 30.0
    """Before it is started again: doubled while it does not stay."""


@dataclass(frozen=True, slots=True)
class Program:
    """How the AusweisApp is started. `home` is its alone; `port` is where it listens on loopback."""

    port: int
    home: Path
    path: str = field(default_factory=lambda: found())

    @property
    def url(self) -> str:
        """Where its WebSocket is."""
        return f"ws://127.0.0.1:{self.port}{PATH}"

    def start(self) -> subprocess.Popen[bytes]:
        """Start it, and return at once. It ends with us, where the system can see to that."""
        runtime = self.home / "run"
        for folder in (self.home, runtime):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        tied = [setpriv, "--pdeathsig", "TERM", "--"] if (setpriv := shutil.which("setpriv")) else []
        options = ["--ui", "websocket", "--port", str(self.port), "--no-logfile", "--no-loghandler", "--no-proxy"]
        return subprocess.Popen(  # noqa: S603 (a program by its full path, options of ours)
            [*tied, self.path, *options],
            env=self._environment(runtime),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _environment(self, runtime: Path) -> Mapping[str, str]:
        home = str(self.home)
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "QT_QPA_PLATFORM": "offscreen",
            "HOME": home,
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_RUNTIME_DIR": str(runtime),
            "TMPDIR": str(runtime),
        }


def found() -> str:
    """Return the full path of the AusweisApp. Raises `ProgramMissingError`."""
    for name in PROGRAMS:
        if path := shutil.which(name):
            return path
    raise ProgramMissingError("install Debian's ausweisapp (13) or ausweisapp2 (12)")


class Keeper:
    """Keeps the AusweisApp running: `keep` until cancelled.

    A process that ends, or that lives and does not answer, is replaced by a new one on the same port. The
    connection to it (`devices.eid.link`) comes back by itself.
    """

    def __init__(self, program: Program, patience: Patience | None = None) -> None:
        self._program = program
        self._patience = patience or Patience()
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0
        """How often it was started."""

    async def keep(self) -> None:
        """Start it, watch it, start it again; end it when cancelled."""
        wait = self._patience.again_first
        while True:
            self.process = process = self._program.start()
            self.starts += 1
            try:
                stayed = await self._watched(process)
            finally:
                await asyncio.shield(self._ended(process))
            wait = self._patience.again_first if stayed else min(wait * 2, self._patience.again_most)
            log.info("AusweisApp: ended (%s), started again in %.1f s", process.returncode, wait)
            await asyncio.sleep(wait)

    async def _watched(self, process: subprocess.Popen[bytes]) -> bool:
        """Return when the process is gone or of no use; whether it ever answered."""
        gone = asyncio.ensure_future(asyncio.to_thread(process.wait))
        gone.add_done_callback(_noticed)
        try:
            if not await self._opened(gone):
                return False
            missing = 0
            while missing < 2:
                if await _within(gone, self._patience.check):
                    return True
                missing = 0 if await self.answers() else missing + 1
            log.info("AusweisApp: does not answer")
            return True
        finally:
            gone.cancel()

    async def _opened(self, gone: asyncio.Future[int]) -> bool:
        """Wait for its port; whether it opened."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience.start):
                while not await self.answers():
                    if await _within(gone, 0.1):
                        return False
                return True
        return False

    async def answers(self) -> bool:
        """Whether it says anything. A plain request is refused, which is an answer; nothing else is disturbed."""
        writer: asyncio.StreamWriter | None = None
        try:
            async with asyncio.timeout(self._patience.answer):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._program.port)
                writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return bool(await reader.read(1))
        except (OSError, TimeoutError):
            return False
        finally:
            if writer:
                writer.close()

    async def _ended(self, process: subprocess.Popen[bytes]) -> None:
        """See to it that the process is gone, whatever state it is in."""
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, self._patience.end)
        except subprocess.TimeoutExpired:
            process.kill()
            await asyncio.to_thread(process.wait)


async def _within(gone: asyncio.Future[int], seconds: float) -> bool:
    """Whether the process ends within this time."""
    done, _ = await asyncio.wait({gone}, timeout=seconds)
    return bool(done)


def _noticed(gone: asyncio.Future[int]) -> None:
    """Take the result, so that nobody misses it."""
    if not gone.cancelled():
        gone.exception()
