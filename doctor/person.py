"""The person at the terminal: is told what to do, and asked what only eyes and ears can know."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from typing import Protocol, TextIO

from kiosk.text import Msg, Translator, msg

YES = frozenset({"", "j", "ja", "y", "yes"})


class Person(Protocol):
    """Somebody, or nobody (`present`)."""

    @property
    def present(self) -> bool:
        """Whether somebody can be asked."""

    def told(self, what: Msg) -> None:
        """Say what to do now."""

    async def confirms(self, question: Msg) -> bool:
        """Ask a question that is answered by yes or no."""


@dataclass(frozen=True, slots=True)
class Nobody:
    """Nobody is there: nothing is asked."""

    present: bool = False

    def told(self, what: Msg) -> None:
        """Nobody hears it."""

    async def confirms(self, question: Msg) -> bool:  # noqa: ARG002 - there is nobody
        """Nobody says yes."""
        return False


class AtTheConsole:
    """Somebody at the console where the doctor was started."""

    present = True

    def __init__(self, translator: Translator, out: TextIO = sys.stdout, source: TextIO = sys.stdin) -> None:
        self._say = translator.say
        self._out = out
        self._source = source

    def told(self, what: Msg) -> None:
        """Print what to do now."""
        self._out.write(f"  → {self._say(what)}\n")
        self._out.flush()

    async def confirms(self, question: Msg) -> bool:
        """Print the question and wait for a line. Being cancelled ends the waiting."""
        self._out.write(f"  ? {self._say(question)} {self._say(msg('doctor.yes-or-no'))} ")
        self._out.flush()
        loop = asyncio.get_running_loop()
        line: asyncio.Future[str] = loop.create_future()

        def readable() -> None:
            if not line.done():
                line.set_result(self._source.readline())

        loop.add_reader(self._source.fileno(), readable)
        try:
            answer = await line
            return answer != "" and answer.strip().casefold() in YES  # an end of input is no yes
        finally:
            loop.remove_reader(self._source.fileno())
