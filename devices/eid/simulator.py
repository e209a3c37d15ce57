"""A double of the AusweisApp: its WebSocket with readers, cards and whole workflows, and what goes wrong there.

It speaks the SDK's messages (`ws://…/eID-Kernel`) by an implementation of its own and shares nothing with
the driver. It misbehaves as measured at 1.26.2: a lost card can report a success, a number that was sent is
replayed on the next card, the result's address has no `ResultMajor`. It serves the demo and tests only.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Self

from devices.eid.simulated_card import VirtualCard
from devices.eid.simulated_faults import AtPrompt, Dropped, NextFault, Trouble
from devices.eid.simulated_server import EidServer, LocalEidServer
from devices.eid.simulated_workflow import SimulatedWorkflow

if TYPE_CHECKING:
    from websockets.asyncio.server import Server, ServerConnection
    from websockets.http11 import Request, Response

PATH = "/eID-Kernel"

COMMANDS = frozenset(
    {
        "GET_ACCESS_RIGHTS",
        "SET_ACCESS_RIGHTS",
        "GET_CERTIFICATE",
        "ACCEPT",
        "CANCEL",
        "CONTINUE",
        "INTERRUPT",
        "SET_CARD",
        "SET_PIN",
        "SET_CAN",
        "SET_PUK",
        "SET_NEW_PIN",
    }
)
"""Commands that belong into a workflow."""


class AusweisAppDouble:
    """The double and its controls: for tests, and for the dock's buttons (call them on its loop).

    `start()` binds loopback only. Without the environment's LOTSE_SIMULATORS=1 it raises `RuntimeError`.
    """

    def __init__(self, server: EidServer | None = None, *, levels: tuple[int, ...] = (1, 2), pace: float = 0.0) -> None:
        if os.environ.get("LOTSE_SIMULATORS") != "1":
            raise RuntimeError("the double of the AusweisApp runs only in the demo and in tests (LOTSE_SIMULATORS=1)")
        self.server = server or LocalEidServer()
        self.levels = levels
        self.level = max(levels)
        self.pace = pace
        """Seconds that each step at the card takes, so that a person can see it."""
        self.keypad = False
        self.next_fault: NextFault | None = None
        self.at_prompt = AtPrompt.INSERT_CARD
        self.adds_result = False
        """From 2.3 on the address of a result says `ResultMajor`."""
        self.heard: list[str] = []
        """The names of all commands."""
        self._news = asyncio.Event()
        self.watchers: list[Callable[[], None]] = []
        """Called when reader or card change."""
        self.card: VirtualCard | None = None
        self.attached = True
        self._port = 0
        self._listener: Server | None = None
        self._socket: ServerConnection | None = None
        self._taken = False
        self._workflow: SimulatedWorkflow | None = None
        self._sending: set[asyncio.Task[None]] = set()

    # Life

    async def start(self, port: int = 0) -> Self:
        """Listen on 127.0.0.1; port 0 takes a free one."""
        from websockets.asyncio.server import serve

        silent = logging.Logger("silent", logging.CRITICAL)
        self._listener = await serve(
            self._talk,
            "127.0.0.1",
            port or self._port,
            process_request=self._admit,
            compression=None,
            close_timeout=1,
            logger=silent,
        )
        self._port = next(iter(self._listener.sockets)).getsockname()[1]
        return self

    async def stop(self) -> None:
        """Go away, with the connection that there is. `start` comes back on the same port."""
        if self._listener:
            self._listener.close()
            await self._listener.wait_closed()
            self._listener = None
        self._taken = False  # also of a client that was admitted and had not said anything yet
        for task in tuple(self._sending):
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"ws://127.0.0.1:{self._port}{PATH}"

    @property
    def connected(self) -> bool:
        """Whether a client is there."""
        return self._socket is not None

    @property
    def running(self) -> bool:
        """Whether a workflow runs."""
        return self._workflow is not None

    async def hears(self, name: str) -> None:
        """Return once a command was heard."""
        while name not in self.heard:
            await self.news()

    async def news(self) -> None:
        """Return once another command was heard."""
        self._news.clear()
        await self._news.wait()

    # Controls

    def insert_card(self, card: VirtualCard) -> None:
        """Put a card into the reader; one that lies there is taken out first."""
        if self.card:
            self.remove_card()
        self.card = card
        self._reader_changed()

    def remove_card(self) -> None:
        """Take the card out."""
        if self.card:
            self.card.can_proven = False
        self.card = None
        self._reader_changed()

    def attach_reader(self, *, keypad: bool = False) -> None:
        """Plug the reader in."""
        self.attached, self.keypad = True, keypad
        self._reader_changed()

    def detach_reader(self) -> None:
        """Pull the reader's plug; the card goes with it."""
        self.card, self.attached = None, False
        self._reader_changed()

    def _reader_changed(self) -> None:
        self.say("READER", self.reader())
        if self._workflow:
            self._workflow.card_changed()
        for watcher in self.watchers:
            watcher()

    # The wire

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        if request.path != PATH:
            return connection.respond(404, "no such thing\n")
        if self._taken:
            return connection.respond(429, "one client is enough\n")
        self._taken = True
        return None

    async def _talk(self, socket: ServerConnection) -> None:
        from websockets.exceptions import ConnectionClosed

        self._socket, self.level = socket, max(self.levels)
        try:
            async for text in socket:
                await self._take(text)
        except ConnectionClosed:
            pass
        finally:
            self._socket, self._taken = None, False
            if self._workflow:
                await self._workflow.drop()

    async def send(self, text: str) -> None:
        """Send raw text, whatever it is."""
        from websockets.exceptions import ConnectionClosed

        if self._socket is None:
            return
        try:
            await self._socket.send(text)
        except ConnectionClosed:
            return

    async def cut(self) -> None:
        """Cut the connection without a word."""
        if self._socket:
            self._socket.transport.abort()

    def say(self, name: str, body: Mapping[str, Any]) -> None:
        """Send a message soon, in order with the others."""
        task = asyncio.get_running_loop().create_task(self.send(json.dumps({"msg": name, **body})))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    def reader(self) -> dict[str, Any]:
        """Return the reader as the messages show it."""
        card: dict[str, Any] | None = None
        if self.card and not self.card.unknown:
            card = {
                "inoperative": self.card.inoperative,
                "deactivated": self.card.deactivated,
                "retryCounter": self.card.tries,
            }
        elif self.card and self.level >= 3:
            card = {}
        known = {"name": "Beispielleser 00 00", "attached": self.attached}
        return known | ({"insertable": False, "keypad": self.keypad, "card": card} if self.attached else {})

    async def _take(self, text: str | bytes) -> None:
        try:
            command = json.loads(text)
            name = command["cmd"]
        except (ValueError, KeyError, TypeError):
            await self.send(json.dumps({"msg": "INVALID", "error": "illegal value (offset: 0)"}))
            return
        self.heard.append(name)
        self._news.set()
        answer = self._at_any_time(name, command)
        if answer is not None:
            await self.send(json.dumps(answer))
        elif name in ("RUN_AUTH", "RUN_CHANGE_PIN"):
            await self._run(name, command)
        elif name not in COMMANDS:
            await self.send(json.dumps({"msg": "UNKNOWN_COMMAND", "error": name}))
        elif self._workflow:
            self._workflow.take(command)
        else:
            await self.send(json.dumps({"msg": "BAD_STATE", "error": name}))

    def _at_any_time(self, name: str, command: Mapping[str, Any]) -> dict[str, Any] | None:
        if name == "SET_API_LEVEL":
            return self._set_level(command.get("level"))
        key = "readers" if self.level > 1 else "reader"
        answers: Mapping[str, dict[str, Any]] = {
            "GET_INFO": {"msg": "INFO", "VersionInfo": {"Name": "AusweisApp2", "Implementation-Version": "double"}},
            "GET_STATUS": {"msg": "STATUS", "workflow": None, "progress": None, "state": None},
            "GET_API_LEVEL": self._level(),
            "GET_READER": {"msg": "READER", **self.reader()},
            "GET_READER_LIST": {"msg": "READER_LIST", key: [self.reader()] if self.attached else []},
        }
        return answers.get(name)

    def _level(self) -> dict[str, Any]:
        return {"msg": "API_LEVEL", "available": list(self.levels), "current": self.level}

    def _set_level(self, level: Any) -> dict[str, Any]:
        if level not in self.levels:
            return self._level() | {"error": "Level is invalid"}
        self.level = level
        return self._level()

    async def _run(self, name: str, command: Mapping[str, Any]) -> None:
        if self._workflow:
            await self.send(json.dumps({"msg": "BAD_STATE", "error": name}))
            return
        self._workflow = SimulatedWorkflow(self, name, command)
        self._workflow.start(self._ended)

    def _ended(self) -> None:
        self._workflow = None

    # Faults

    async def strikes(self, at: str) -> Trouble | None:
        """Do what was scheduled for `at`; return it if the workflow has to bear it."""
        fault = self.next_fault
        if fault is None or fault.at != at:
            return None
        self.next_fault = None
        match fault.trouble:
            case Trouble.LOSE_CARD:
                self.remove_card()
                return None
            case Trouble.GARBAGE:
                for nonsense in ("", "{", "[]", "null", '{"msg": 7}', '{"msg": "NOVELTY", "x": {"y": []}}', "\u0000"):
                    await self.send(nonsense)
                return None
            case Trouble.DROP:
                await self.cut()
                raise Dropped
        return fault.trouble
