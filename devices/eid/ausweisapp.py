"""The AusweisApp itself, as a process of ours: started without a window, watched, and started again.

Debian calls the program `AusweisApp2` (12) or `AusweisApp` (13). It gets a home of its own and nothing of our
environment, and writes no log: its log repeats what it reads and what it is told. It takes a free port by itself and
writes the number into that home, so nobody else's port is ever taken for its own.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import subprocess
import tempfile
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

log = logging.getLogger(__name__)

PROGRAMS = ("AusweisApp", "AusweisApp2")
PATH = "/eID-Kernel"
OPTIONS = ("--ui", "websocket", "--port", "0", "--no-logfile", "--no-loghandler", "--no-proxy")


class NotRunningError(ConnectionError):
    """The AusweisApp does not run now."""


class ProgramMissingError(NotRunningError):
    """There is no AusweisApp on this machine."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. Small in tests."""

    check: float = 2.0
    """Between questions whether it still answers."""
    answer: float = 2.0
    """For an answer to that; after a missing one it is asked once more, at once."""
    start: float = 10.0
    """For the port to open."""
    end: float = 3.0
    """For it to go by itself, before it is killed."""
    again_first: float = 0.1
    again_most: float = 30.0
    """Before it is started again: doubled while it does not stay."""


@dataclass(frozen=True, slots=True)
class Program:
    """How the AusweisApp is started: the program's full path, and what its environment has besides ours."""

    path: str = field(default_factory=lambda: found())
    extra: Mapping[str, str] = field(default_factory=dict)

    def start(self, home: Path) -> subprocess.Popen[bytes]:
        """Start it in `home`, and return at once. It ends with us, where the system can see to that."""
        runtime = _runtime(home)
        runtime.mkdir(parents=True, exist_ok=True, mode=0o700)
        tied = [setpriv, "--pdeathsig", "TERM", "--"] if (setpriv := shutil.which("setpriv")) else []
        return subprocess.Popen(  # noqa: S603 (a program by its full path, options of ours)
            [*tied, self.path, *OPTIONS],
            env=self._environment(home, runtime),
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _environment(self, home: Path, runtime: Path) -> Mapping[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "QT_QPA_PLATFORM": "offscreen",
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_RUNTIME_DIR": str(runtime),
            "TMPDIR": str(runtime),
            **self.extra,
        }


def found() -> str:
    """Return the full path of the AusweisApp. Raises `ProgramMissingError`."""
    for name in PROGRAMS:
        if path := shutil.which(name):
            return path
    raise ProgramMissingError("install Debian's ausweisapp (13) or ausweisapp2 (12)")


def port_of(process: subprocess.Popen[bytes], home: Path) -> int | None:
    """Return the port on loopback where this process listens; None before it does."""
    for file in _runtime(home).glob(f"AusweisApp*.{process.pid}.port"):
        with suppress(OSError, ValueError):
            return int(file.read_text())
    return None


def address(port: int) -> str:
    """Return where the WebSocket of an AusweisApp is."""
    return f"ws://127.0.0.1:{port}{PATH}"


def _runtime(home: Path) -> Path:
    return home / "run"


class Keeper:
    """Keeps an AusweisApp running: `keep` until cancelled. `url` is where it listens at the moment.

    A process that ends, or that lives and does not answer, is replaced by a new one. The connection to it
    (`devices.eid.link`) comes back by itself. Its home is a new folder each time `keep` begins, and is gone at the end.
    """

    def __init__(self, program: Program | None = None, patience: Patience | None = None) -> None:
        self._program = program
        self._patience = patience or Patience()
        self._port: int | None = None
        self._missing = False
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0
        """How often it was started."""

    @property
    def url(self) -> str:
        """Where its WebSocket is. Raises `NotRunningError`, or `ProgramMissingError` where there is no such program."""
        if self._port is None:
            raise ProgramMissingError if self._missing else NotRunningError
        return address(self._port)

    async def keep(self) -> None:
        """Start it, watch it, start it again; end it when cancelled."""
        wait = self._patience.again_first
        with _home() as home:
            while True:
                stayed = await self._once(home)
                wait = self._patience.again_first if stayed else min(wait * 2, self._patience.again_most)
                log.info("AusweisApp: started again in %.1f s", wait)
                await asyncio.sleep(wait)

    async def _once(self, home: Path) -> bool:
        """Run it until it ends or is of no use any more; whether it ever answered."""
        try:
            self.process = process = (self._program or Program()).start(home)
        except OSError as error:  # ProgramMissingError is one
            self._missing = isinstance(error, ProgramMissingError)
            log.info("AusweisApp: cannot be started (%s)", type(error).__name__)
            return False
        self.starts += 1
        try:
            return await self._watched(process, home)
        finally:
            self._port = None
            await _to_its_end(self._ended(process))

    async def _watched(self, process: subprocess.Popen[bytes], home: Path) -> bool:
        """Return when the process is gone or of no use; whether it ever answered."""
        gone = asyncio.ensure_future(asyncio.to_thread(process.wait))
        gone.add_done_callback(_noticed)
        try:
            if not await self._opened(process, home, gone):
                return False
            missing = 0
            while missing < 2:
                if await _within(gone, 0 if missing else self._patience.check):
                    return True
                missing = 0 if await self.answers() else missing + 1
            log.info("AusweisApp: does not answer")
            process.kill()
            return True
        finally:
            gone.cancel()

    async def _opened(self, process: subprocess.Popen[bytes], home: Path, gone: asyncio.Future[int]) -> bool:
        """Wait for its port; whether it opened."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience.start):
                while (port := port_of(process, home)) is None:
                    if await _within(gone, 0.05):
                        return False
                self._port = port
                return True
        return False

    async def answers(self) -> bool:
        """Whether it says anything. A plain request is refused, which is an answer; nothing else is disturbed."""
        writer: asyncio.StreamWriter | None = None
        try:
            async with asyncio.timeout(self._patience.answer):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
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


@contextmanager
def _home() -> Iterator[Path]:
    """A folder for as long as we live, of the kind that systemd gives a unit or a session. Else among the temporary."""
    named = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0] or os.environ.get("XDG_RUNTIME_DIR", "")
    parent = named if named and os.access(named, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="ausweisapp-", dir=parent, ignore_cleanup_errors=True) as home:
        yield Path(home)


async def _to_its_end(work: Coroutine[None, None, None]) -> None:
    """Wait for this, however often we are cancelled meanwhile; that is raised afterwards."""
    task, cancelled = asyncio.ensure_future(work), None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled:
        raise cancelled


async def _within(gone: asyncio.Future[int], seconds: float) -> bool:
    """Whether the process ends within this time."""
    done, _ = await asyncio.wait({gone}, timeout=seconds)
    return bool(done)


def _noticed(gone: asyncio.Future[int]) -> None:
    """Take the result, so that nobody misses it."""
    if not gone.cancelled():
        gone.exception()
