"""Looking at a card: a connection with it on a thread of its own, so that one that blocks hangs nobody."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol, Self

from devices.cards.pcsc import Context, PcscError
from devices.cards.recognition import Recognised, Transmit

log = logging.getLogger(__name__)

Ask = Callable[[Transmit], Recognised]


class Connected(Protocol):
    """A card that one is connected with."""

    def transmit(self, command: bytes) -> bytes:
        """Send a command and return the answer, status word included."""


class Contact(Protocol):
    """What a look needs of PC/SC: see `devices.cards.pcsc.Context`."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def card(self, reader: str) -> AbstractContextManager[Connected]:
        """Connect with the card in a reader."""


class Looks:
    """One look at a time in each reader, each no longer than `deadline` seconds.

    One that is still blocked when its time is over is left behind, and its answer dropped; the next one in
    the same reader waits for its end.
    """

    def __init__(self, deadline: float, connect: Callable[[], Contact] = Context) -> None:
        self._deadline = deadline
        self._connect = connect
        self._running: dict[str, asyncio.Future[Recognised]] = {}

    async def at(self, reader: str, ask: Ask) -> Recognised:
        """Return what the card in a reader is: of an unknown kind if it does not say so in time."""
        try:
            async with asyncio.timeout(self._deadline):
                if earlier := self._running.get(reader):
                    await asyncio.wait({earlier})
                look = self._running[reader] = self._begun(reader, ask)
                return await asyncio.shield(look)
        except TimeoutError:
            log.info("a card was not looked at in time")
            return Recognised()

    def _begun(self, reader: str, ask: Ask) -> asyncio.Future[Recognised]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Recognised] = loop.create_future()

        def answered(found: Recognised) -> None:
            if not answer.done():
                answer.set_result(found)

        def look() -> None:
            found = self._asked(reader, ask)
            try:
                loop.call_soon_threadsafe(answered, found)
            except RuntimeError:
                return  # the loop is closed: nobody wants to know any more

        threading.Thread(target=look, name="look at a card", daemon=True).start()
        return answer

    def _asked(self, reader: str, ask: Ask) -> Recognised:
        try:
            # A context of its own: the watch waits in the other one.
            with self._connect() as context, context.card(reader) as card:
                return ask(card.transmit)
        except PcscError as error:
            log.info("a card could not be looked at: %s", error)
        except Exception as error:
            # What a card answers may break anything; its text may hold what is on the card.
            log.error("looking at a card broke: %s", type(error).__name__)
        return Recognised()
