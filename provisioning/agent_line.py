"""The line between the agent and the terminal on one computer: a Unix socket, JSON lines, a whole state in each.

The terminal says what it shows, whether somebody uses it and what does not work; nothing about a visit or a visitor.
The agent says two things only: begin anew, as soon as nobody is here; and whether a new profile was taken back, for
the counter. So neither can harm the other, and either may be gone and come back.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from kiosk.effects import TerminalUse
from kiosk.orders import is_target
from kiosk.visit import Visit, use_of

log = logging.getLogger(__name__)

MOST_BYTES = 4096
"""Of a line."""
CALL_AGAIN_S = 5.0
LOOK_AGAIN_S = 0.05
RESTART = b'{"restart": true}\n'
TAKEN_BACK = {True: b'{"taken_back": true}\n', False: b'{"taken_back": false}\n'}


@dataclass(frozen=True, slots=True)
class TerminalState:
    """What a terminal says about itself. `profile` is the folder of what it shows, `faults` the devices that do not
    work, `target` the bundle that IT wants here by a command (empty: as the settings say; None: not known yet). It
    calls once its first screen has been drawn, not before.
    """

    profile: str = ""
    free: bool = False
    faults: tuple[str, ...] = ()
    target: str | None = None

    def to_line(self) -> bytes:
        """Return the state as a line."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @staticmethod
    def from_line(line: bytes) -> TerminalState:
        """Read a line; raises `ValueError`."""
        document = json.loads(line)
        if not isinstance(document, dict):
            raise ValueError("not a state")
        profile, faults = document.get("profile"), document.get("faults")
        if not isinstance(profile, str) or not isinstance(faults, list):
            raise ValueError("not a state")
        named = tuple(sorted(str(fault)[:64] for fault in faults[:32]))
        target = document.get("target")
        wanted = target if target == "" or is_target(target) else None
        return TerminalState(profile, document.get("free") is True, named, wanted)


class AgentSide:
    """The agent's end: listens at `path` for its terminal. `state` is what it said last, None while it is away."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._taken_back = False
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._changed = asyncio.Event()
        self.wants: Callable[[str], None] = lambda _: None
        """Told which bundle IT wants here, with each thing that the terminal says."""
        self.state: TerminalState | None = None

    async def open(self) -> None:
        """Listen. Whoever may use the socket's folder may call."""
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._talk, self._path, limit=MOST_BYTES)
        self._path.chmod(0o660)

    async def close(self) -> None:
        """Stop listening."""
        if self._server:
            self._server.close()
        if self._writer:
            self._writer.close()
        self._path.unlink(missing_ok=True)

    async def until(self, wanted: Callable[[TerminalState | None], bool]) -> None:
        """Wait until the terminal's state is as wanted."""
        while not wanted(self.state):
            self._changed.clear()
            await self._changed.wait()

    def restart(self) -> None:
        """Have the terminal begin anew as soon as nobody uses it; nothing if it is away."""
        if self._writer:
            self._writer.write(RESTART)

    def say_taken_back(self, taken_back: bool) -> None:
        """Let the terminal know, now and whenever it calls, whether the last new profile was taken back."""
        self._taken_back = taken_back
        if self._writer:
            self._writer.write(TAKEN_BACK[taken_back])

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._writer:
            self._writer.close()  # the newest is the terminal: an older one is on its way out
        self._writer = writer
        greeted = False
        with contextlib.suppress(OSError, ValueError):
            while line := await reader.readline():
                if self._writer is writer:
                    self._say(TerminalState.from_line(line))
                    if not greeted:
                        writer.write(TAKEN_BACK[self._taken_back])
                        greeted = True
        writer.close()
        if self._writer is writer:
            self._writer = None
            self._say(None)

    def _say(self, state: TerminalState | None) -> None:
        self.state = state
        self._changed.set()
        if state and state.target is not None:
            self.wants(state.target)


class TerminalSide:
    """The terminal's end. `restart` is called once, when the agent wants it and nobody is here; `taken_back` whenever
    the agent says whether a new profile was taken back.
    """

    def __init__(
        self,
        path: Path,
        profile: Path,
        restart: Callable[[], None],
        taken_back: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self._path, self._restart, self._taken_back = path, restart, taken_back
        self._state = TerminalState(str(profile))
        self._wanted = False
        self._writer: asyncio.StreamWriter | None = None

    def observe(self, visit: Visit) -> None:
        """Take in how the terminal is after a step."""
        free = use_of(visit) in (TerminalUse.FREE, TerminalUse.OUT_OF_ORDER)
        faults = tuple(sorted(str(device) for device, _ in visit.devices.faults))
        if free is not self._state.free or faults != self._state.faults:
            self._say(replace(self._state, free=free, faults=faults))
            self._restart_if_free()

    def want(self, target: str) -> None:
        """Let the agent know which bundle IT wants here; empty: as the settings say."""
        if target != self._state.target:
            self._say(replace(self._state, target=target))

    async def run(self, drawn: Callable[[], bool]) -> None:
        """Call the agent once the first screen is drawn, and again where it goes away, until cancelled."""
        while not drawn():  # noqa: ASYNC110 - what was drawn is seen by looking, without any event
            await asyncio.sleep(LOOK_AGAIN_S)
        while True:
            with contextlib.suppress(OSError, ValueError):
                await self._call()
            await asyncio.sleep(CALL_AGAIN_S)

    async def _call(self) -> None:
        reader, self._writer = await asyncio.open_unix_connection(self._path, limit=MOST_BYTES)
        writer = self._writer
        try:
            writer.write(self._state.to_line())
            while line := await reader.readline():
                match json.loads(line):
                    case {"restart": True}:
                        self._wanted = True
                        self._restart_if_free()
                    case {"taken_back": bool(taken_back)}:
                        self._taken_back(taken_back)
        finally:
            self._writer = None
            writer.close()

    def _say(self, state: TerminalState) -> None:
        self._state = state
        if self._writer:
            self._writer.write(state.to_line())

    def _restart_if_free(self) -> None:
        if self._wanted and self._state.free:
            self._wanted = False
            log.info("beginning anew, as the agent asked for")
            self._restart()
