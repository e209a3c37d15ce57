"""The slot of a virtual reader, and the hand at it: inserts a card, pulls it, swaps it, at any message.

The wire is that of vsmartcard's vpcd: two bytes of length, then the payload. One byte is a control (0 off, 1
on, 2 reset, 4 "send the ATR"), anything else a command. vpcd is a driver inside pcscd and listens; a card is
there as long as its connection is.
"""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from devices.eid.npa import refuse_outside_demo
from devices.eid.npa.apdu import Step

SEND_ATR = b"\x04"
POWER = (b"\x00", b"\x01", b"\x02")

UNSEEN = 0.5
"""Seconds. pcscd looks at a virtual reader every 0.4 s: a swap that is quicker is none to it. No hand is."""


class Trouble(StrEnum):
    """What can happen at a message."""

    PULL = "pull"
    """The card is pulled before it answers."""
    PULL_AFTER = "pull-after"
    """The card is pulled as soon as it has answered."""
    MUTE = "mute"
    """The card does not answer any more, and lies there."""
    GARBAGE = "garbage"
    """The answer is nonsense."""


@dataclass(frozen=True, slots=True)
class Mishap:
    """A trouble that strikes once: at the message with this number (from 1), or at the next of this kind."""

    trouble: Trouble
    at: int | Step


class Chip(Protocol):
    """A card that can be put in."""

    @property
    def atr(self) -> bytes:
        """The answer to reset."""

    def power(self) -> None:
        """Lose power, or be reset."""

    def step_of(self, data: bytes) -> Step:
        """Return what a command is about."""

    def answer(self, data: bytes) -> bytes:
        """Return the response to a command."""


class Slot:
    """One slot of the virtual reader whose driver listens at `port`, on this machine (connecting blocks shortly).

    Raises `RuntimeError` outside demo and tests. To be used on one event loop. `unseen` can be shorter where it is
    known otherwise that pcscd has seen the slot empty.
    """

    def __init__(self, port: int, host: str = "127.0.0.1", unseen: float = UNSEEN) -> None:
        refuse_outside_demo()
        self._port = port
        self._host = host
        self._unseen = unseen
        self._card: Chip | None = None
        self._serving: asyncio.Task[None] | None = None
        self._emptied = 0.0
        self.next_mishap: Mishap | None = None
        self.messages = 0
        """How many commands came since `count_from_here` or the beginning."""
        self.pulled = asyncio.Event()
        """Set when a mishap has struck."""

    @property
    def card(self) -> Chip | None:
        """The card that lies there."""
        return self._card

    def plan(self, mishap: Mishap | None) -> None:
        """Count messages anew, and let this happen."""
        self.messages = 0
        self.next_mishap = mishap
        self.pulled.clear()

    async def insert(self, card: Chip) -> None:
        """Put a card in, in place of one that lies there; no quicker than pcscd sees it."""
        await self.remove()
        await self._noticed()
        card.power()
        connection = socket.create_connection((self._host, self._port), timeout=1)
        try:
            reader, writer = await asyncio.open_connection(sock=connection)
        except BaseException:
            connection.close()  # a connection left behind would be a card that never answers
            raise
        self._card = card
        task = asyncio.get_running_loop().create_task(self._serve(card, reader, writer), name="virtual ID card")
        # Not in the task itself: one that is cancelled before its first turn never comes to its end.
        task.add_done_callback(lambda _: self._left(card, writer))
        self._serving = task

    async def remove(self) -> None:
        """Take the card out, if there is one."""
        task, self._serving = self._serving, None
        if task:
            task.cancel()
            await asyncio.wait({task})

    async def gone(self) -> None:
        """Return once no card lies there."""
        if self._serving:
            await asyncio.wait({self._serving})

    async def __aenter__(self) -> Slot:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.remove()
        await self._noticed()

    async def _noticed(self) -> None:
        """Give pcscd the time to see that the slot is empty."""
        await asyncio.sleep(self._emptied + self._unseen - asyncio.get_running_loop().time())

    async def _serve(self, card: Chip, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._served(card, reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the reader is gone, which is nothing to a card

    def _left(self, card: Chip, writer: asyncio.StreamWriter) -> None:
        """The card is out."""
        self._card = None
        self._emptied = asyncio.get_running_loop().time()
        card.power()
        writer.close()

    async def _served(self, card: Chip, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Take one message; whether the card still lies there afterwards."""
        size = await reader.readexactly(2)
        _acknowledge(writer)
        payload = await reader.readexactly(int.from_bytes(size, "big"))
        if payload == SEND_ATR:
            await _send(writer, card.atr)
            return True
        if payload in POWER:
            card.power()
            return True
        trouble = self._trouble(card.step_of(payload))
        if trouble is Trouble.PULL:
            return False
        if trouble is Trouble.MUTE:
            await asyncio.get_running_loop().create_future()
        answer = card.answer(payload)
        await _send(writer, b"\x6f" * 7 if trouble is Trouble.GARBAGE else answer)
        return trouble is not Trouble.PULL_AFTER

    def _trouble(self, step: Step) -> Trouble | None:
        self.messages += 1
        mishap = self.next_mishap
        if mishap is None or mishap.at not in (self.messages, step):
            return None
        self.next_mishap = None
        self.pulled.set()
        return mishap.trouble


async def _send(writer: asyncio.StreamWriter, payload: bytes) -> None:
    writer.write(len(payload).to_bytes(2, "big") + payload)
    await writer.drain()


def _acknowledge(writer: asyncio.StreamWriter) -> None:
    """Say at once that the length came: vpcd sends the rest only then, and Linux would wait 40 ms."""
    if hasattr(socket, "TCP_QUICKACK"):
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
