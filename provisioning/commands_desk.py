"""Commands on a terminal: checked, kept until nobody is here, written down, carried out once, answered.

They are carried out one after the other in the order in which the hub offers them; what has a lower number than one
that was carried out comes too late. What may be done is the core's word in the end (`kiosk.afar`).
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

from kiosk.afar import nobody_is_here
from kiosk.counter_events import Ordered
from kiosk.effects import Obey, Refuse
from kiosk.orders import Answer, Outcome, TakePicture
from kiosk.ports import Tell
from kiosk.visit import Visit
from provisioning.commands import Command, Refusal, read_keys, verified
from provisioning.commands_ledger import DamagedLedgerError, Ledger

log = logging.getLogger(__name__)

Hand: TypeAlias = Callable[[Any], Awaitable[bytes | None] | None]
"""Does the rest of an order. What it does before it returns happens in the same instant in which nobody is here."""

MOST_WAITING = 20
"""Of what the hub offers, so many are looked at."""
MOST_REMEMBERED = 200
MOST_CONTENT = 256 * 1024
HAND_S = 120.0
MOST_WAIT_S = 86400.0
"""At a time. A profile's order is good for 90 days, and a timer of Qt's counts no further than 24."""


class CommandDesk:
    """Implements `kiosk.ports.OrderDesk`. All methods belong to the loop's thread; `run` works until cancelled.

    `terminal` is its name at the hub, `keys` the file of public keys, `tell` gets each answer to be brought to the hub.
    """

    def __init__(
        self,
        terminal: str,
        keys: Path,
        open_ledger: Callable[[], Ledger],
        hands: Mapping[type, Hand],
        tell: Callable[[Answer], None],
    ) -> None:
        self._terminal, self._keys, self._open_ledger, self._hands = terminal, keys, open_ledger, hands
        self._tell = tell
        self._ledger: Ledger | None = None
        self._offered: dict[str, str] = {}
        self._news = asyncio.Event()
        self._free = asyncio.Event()
        self._done: deque[str] = deque(maxlen=MOST_REMEMBERED)
        self._decision: tuple[int, asyncio.Future[Obey | Refuse]] | None = None
        self._work: Awaitable[bytes | None] | None = None
        self._writing = asyncio.Lock()
        self._out_of_service = False
        self.target_changed: Callable[[str], None] = lambda _: None

    def heard(self, offered: Sequence[tuple[str, str]]) -> None:
        """Take the open commands as the hub has them now: id and token of each, the oldest first."""
        self._offered = dict(offered[:MOST_WAITING])
        self._news.set()

    def observe(self, visit: Visit) -> None:
        """Take in how the terminal is after a step."""
        if nobody_is_here(visit):
            self._free.set()
        else:
            self._free.clear()
        out, before = visit.devices.out_of_service, self._out_of_service
        self._out_of_service = out
        if before and not out:
            self._news.set()

    def decided(self, decision: Obey | Refuse) -> None:
        """Carry out the rest of an order, at once."""
        number, decided = self._decision or (0, None)
        if decided is None or decided.done() or decision.number != number:
            return
        if isinstance(decision, Obey) and (hand := self._hands.get(type(decision.order))):
            try:
                self._work = hand(decision.order)
            except Exception as error:  # a bug in one order must not end the terminal
                log.error("an order broke: %s", type(error).__name__)
                self._work = _broken(error)
        decided.set_result(decision)

    async def told(self, command_id: str) -> None:
        """Note that the hub has an answer."""
        if self._ledger:
            await self._written(self._ledger.told, command_id)

    async def run(self, post: Tell) -> None:
        """Take up what holds, then carry out what comes."""
        try:
            self._ledger = await asyncio.to_thread(self._open_ledger)
        except DamagedLedgerError as error:
            log.error("no commands from afar: %s", error)
            return
        await self._take_up(self._ledger, post)
        while True:
            await self._news.wait()
            self._news.clear()
            await self._keep_service(self._ledger)
            while offer := self._next():
                await self._handle(*offer, self._ledger, post)

    async def _take_up(self, ledger: Ledger, post: Tell) -> None:
        await self._written(ledger.take_up)
        if order := ledger.out_of_service:
            await self._free.wait()
            post(Ordered(0, order))
        self.target_changed(ledger.target)
        for answer in ledger.answers:
            self._done.append(answer.id)
            self._tell(answer)

    async def _keep_service(self, ledger: Ledger) -> None:
        """Staff has brought the terminal back: a restart does not undo that."""
        if ledger.out_of_service and not self._out_of_service:
            await self._written(ledger.back_in_service)

    def _next(self) -> tuple[str, str] | None:
        return next(((name, token) for name, token in self._offered.items() if name not in self._done), None)

    async def _handle(self, name: str, token: str, ledger: Ledger, post: Tell) -> None:
        self._done.append(name)
        found = await asyncio.to_thread(self._verified, token)
        if isinstance(found, Command) and found.id != name:
            found = Refusal(Outcome.UNVERIFIED, "it is not the command that it is said to be")
        if isinstance(found, Refusal):
            log.warning("a command was refused: %s", found.why)
            self._tell(Answer(name, found.outcome, ledger.now(), ledger.last, found.why))
            return
        outcome, detail, content = await self._carried_out(found, ledger, post)
        log.info("command %d: %s", found.number, outcome)
        answer = Answer(found.id, outcome, ledger.now(), ledger.last, detail, content)
        if found.number == ledger.last and outcome is not Outcome.REPEATED:
            await self._written(ledger.end, answer)
        self.target_changed(ledger.target)
        self._tell(answer)

    def _verified(self, token: str) -> Command | Refusal:
        keys = read_keys(self._keys)
        return keys if isinstance(keys, Refusal) else verified(token, keys, self._terminal)

    async def _carried_out(self, command: Command, ledger: Ledger, post: Tell) -> tuple[Outcome, str, bytes | None]:
        if command.number <= ledger.last:
            return Outcome.REPEATED, f"number {command.number} comes after {ledger.last}", None
        if not await self._in_time(command, ledger):
            return self._ended(command, ledger)
        if not await self._written(ledger.begin, command):
            return Outcome.FAILED, "it cannot be written down", None
        while isinstance(await self._ordered(command, post), Refuse):
            if isinstance(command.order, TakePicture):
                return Outcome.REFUSED, "somebody is there", None
            if not await self._in_time(command, ledger):
                return self._ended(command, ledger)
        return await self._result()

    async def _in_time(self, command: Command, ledger: Ledger) -> bool:
        """Wait until nobody is here, unless for a picture; return whether the command is still wanted then."""
        left = (command.expires - ledger.now()).total_seconds()
        if not isinstance(command.order, TakePicture):
            with suppress(TimeoutError):
                async with asyncio.timeout(min(max(0.0, left), MOST_WAIT_S)):
                    await self._free.wait()
        return ledger.now() <= command.expires and command.id in self._offered

    def _ended(self, command: Command, ledger: Ledger) -> tuple[Outcome, str, bytes | None]:
        if ledger.now() <= command.expires:
            return Outcome.EXPIRED, "it was withdrawn", None
        return Outcome.EXPIRED, f"the clock here says {ledger.now():%Y-%m-%d %H:%M} UTC", None

    async def _ordered(self, command: Command, post: Tell) -> Obey | Refuse:
        decided: asyncio.Future[Obey | Refuse] = asyncio.get_running_loop().create_future()
        self._work, self._decision = None, (command.number, decided)
        post(Ordered(command.number, command.order))
        return await decided

    async def _result(self) -> tuple[Outcome, str, bytes | None]:
        if self._work is None:
            return Outcome.DONE, "", None
        try:
            async with asyncio.timeout(HAND_S):
                content = await self._work
        except Exception as error:
            return Outcome.FAILED, type(error).__name__, None
        if content and len(content) > MOST_CONTENT:
            return Outcome.FAILED, f"it has {len(content):,} bytes, which is too much", None
        return Outcome.DONE, "", content

    async def _written(self, work: Callable[..., None], *arguments: object) -> bool:
        """Write on a thread, one after the other; return whether it is on the disk."""
        try:
            async with self._writing:
                await asyncio.to_thread(work, *arguments)
        except OSError as error:
            log.error("what commands did cannot be written down: %s", error.strerror)
            return False
        return True


async def _broken(error: Exception) -> bytes | None:
    raise error
