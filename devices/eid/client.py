"""The driver: workflows at the AusweisApp, one at a time, for `kiosk.ports.Eid`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from devices.eid.ausweisapp import Keeper
from devices.eid.authentication import Authentication
from devices.eid.link import Delays, Link
from devices.eid.look import Look
from devices.eid.pin_change import PinChange
from devices.eid.protocol import Command, Hear, Message
from devices.eid.workflow import VISITORS_TURN, Fetch, Outputs, Stage, Workflow
from kiosk.device_events import EidFailed
from kiosk.events import Event
from kiosk.faults import Fault, FaultCode
from kiosk.identity import Attribute, Identity
from kiosk.parts import Secret
from kiosk.ports import Tell
from kiosk.privacy import Private

__all__ = ["AusweisApp", "Delays", "Fetching", "Hold"]

log = logging.getLogger(__name__)

Fetching: TypeAlias = Callable[[str], Awaitable["Private[Identity] | Fault"]]
"""Fetches what was read from the address that an authentication ended with."""

Hold: TypeAlias = Callable[[], AbstractContextManager[None]]
"""Keeps the readers for an eID workflow, as long as what it returns is entered."""

_MAY_SHOW_A_CARD = frozenset({Hear.READER, Hear.INSERT_CARD, Hear.CHANGE_PIN})
"""After these a card may lie there that will never be asked for a number."""

_Happened: TypeAlias = Callable[[Any], "tuple[Any, Outputs]"]


@dataclass(slots=True)
class _Run:
    """A workflow that runs: its state, what comes in, and whom it tells."""

    workflow: Workflow
    tell: Tell
    inbox: asyncio.Queue[_Happened] = field(default_factory=asyncio.Queue)

    def put(self, happened: _Happened) -> None:
        self.inbox.put_nowait(happened)


class AusweisApp:
    """`kiosk.ports.Eid` by an AusweisApp: one that listens at `at` (`ws://localhost:24727/eID-Kernel`), or one of ours.

    A `Keeper` runs it for as long as `watch` runs. `watch` must be running for workflows to run: it holds the only
    connection there may be. `tc_token_url` is where the city's eID service begins a session; `fetch` gets what was
    read. Neither a PIN nor the address of a result is ever logged.

    With `hold` somebody else watches the readers too: it is entered for each whole workflow, since the AusweisApp keeps
    the card for itself meanwhile, and `CardInserted` and `CardRemoved` are left to that other one.
    """

    def __init__(
        self,
        at: str | Keeper,
        tc_token_url: str,
        fetch: Fetching,
        delays: Delays | None = None,
        hold: Hold | None = None,
    ) -> None:
        self._delays = delays or Delays()
        self._tc_token_url = tc_token_url
        self._fetch = fetch
        self._hold: Hold = hold or nullcontext
        self._keeper = None if isinstance(at, str) else at
        url = (lambda: at) if isinstance(at, str) else (lambda: at.url)
        self._link = Link(url, self._delays, self._heard, self._lost, cards=hold is None)
        self._run: _Run | None = None
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    # The port

    async def watch(self, tell: Tell) -> None:
        """Keep the connection, and tell `DeviceChanged`, `CardInserted` and `CardRemoved`, until cancelled."""
        try:
            async with asyncio.TaskGroup() as together:
                if self._keeper:
                    together.create_task(self._keeper.keep(), name="ausweisapp")
                together.create_task(self._held(tell), name="eid link")
        except ExceptionGroup as broken:
            raise broken.exceptions[0] from None

    async def _held(self, tell: Tell) -> None:
        try:
            await self._link.hold(tell)
        finally:
            await self._wound_up()

    async def identify(self, attributes: frozenset[Attribute], tell: Tell) -> None:
        """Run one authentication. Being cancelled stops the workflow at the card, and tells nothing more."""
        await self._whole(_Run(Authentication(tc_token_url=self._tc_token_url, wanted=attributes), tell))

    async def change_pin(self, transport: bool, tell: Tell) -> None:
        """Run one PIN change. `EidPinChanged` is told only when the card surely has its new PIN."""
        await self._whole(_Run(PinChange(transport=transport), tell))

    async def look(self, tell: Tell) -> None:
        """Look at the card; no workflow runs for it and no number is asked for."""
        await self._whole(_Run(Look(), tell))

    def accept(self) -> None:
        """The visitor agreed to what `EidAsksConsent` said."""
        if self._run and isinstance(self._run.workflow, Authentication):
            self._run.put(lambda workflow: workflow.accepted())

    def enter(self, secret: Secret, digits: Private[str]) -> None:
        """Answer `EidAsksSecret`; ignored if it is not what is being asked for."""
        if self._run:
            self._run.put(lambda workflow: workflow.entered(secret, digits))

    def cancel(self) -> None:
        """End the workflow; `EidFailed` with `eid.cancelled` is told at once."""
        if self._run:
            self._run.put(lambda workflow: workflow.cancelled())

    # What the link brings

    def _heard(self, message: Message) -> None:
        run = self._run
        if run is None:
            return
        run.put(lambda workflow: workflow.received(message))
        if message.name in _MAY_SHOW_A_CARD:
            self._settle(run)

    def _settle(self, run: _Run) -> None:
        """Have the card looked at in a while: one that lies there and is no use is not waited for."""
        loop = asyncio.get_running_loop()
        loop.call_later(self._delays.settle, run.put, lambda workflow: workflow.settled())

    def _lost(self) -> None:
        if self._run:
            self._run.put(lambda workflow: workflow.connection_lost())

    # One workflow

    async def _whole(self, run: _Run) -> None:
        """Run a workflow to its end, once the one before has left the card."""
        self.cancel()
        async with self._turn:
            try:
                async with asyncio.timeout(self._delays.connect):
                    await self._link.ready.wait()
            except TimeoutError:
                run.tell(EidFailed(Fault(FaultCode.EID_CLIENT_LOST, "no connection")))
                return
            run.workflow = replace(run.workflow, seen=self._link.card)
            self._run = run
            task = asyncio.get_running_loop().create_task(self._carry(run), name="eid workflow")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            await _outlived(run, task)

    async def _carry(self, run: _Run) -> None:
        """Drive a workflow, with the card kept for it."""
        with self._hold():
            await self._drive(run)

    async def _drive(self, run: _Run) -> None:
        """Put in what happens; send and tell what comes out."""
        fetching: asyncio.Task[None] | None = None
        self._link.busy = True
        try:
            await self._link.send(run.workflow.start())
            while not run.workflow.ended:
                before = run.workflow.stage
                run.workflow, outputs = await self._next(run)
                if run.workflow.stage is Stage.CARD is not before:
                    # Of a card that has lain there since before, the AusweisApp says nothing any more.
                    self._settle(run)
                for output in outputs:
                    match output:
                        case Command():
                            await self._link.send(output)
                        case Fetch(url):
                            fetching = asyncio.get_running_loop().create_task(self._fetched(run, url))
                        case Event():
                            run.tell(output)
        finally:
            if self._run is run:
                self._run = None
                self._link.busy = False
            if fetching:
                fetching.cancel()

    async def _next(self, run: _Run) -> tuple[Workflow, Outputs]:
        """Wait for what happens next, or for too long."""
        stage = run.workflow.stage
        patience = self._delays.visitor if stage in VISITORS_TURN else self._delays.answer
        if stage is Stage.ENDING:
            patience = self._delays.cancel
        try:
            async with asyncio.timeout(patience):
                happened = await run.inbox.get()
        except TimeoutError:
            if stage is Stage.ENDING:
                await self._link.reopen()
            return run.workflow.timed_out()
        after: tuple[Workflow, Outputs] = happened(run.workflow)
        return after

    async def _fetched(self, run: _Run, url: Private[str]) -> None:
        result: Private[Identity] | Fault
        try:
            result = await self._fetch(url.reveal())
        except Exception as error:
            # A bug of the fetching side. Only its kind: its text may hold the address.
            log.error("fetching what was read broke: %s", type(error).__name__)
            result = Fault(FaultCode.INTERNAL, type(error).__name__)
        run.put(lambda workflow: workflow.fetched(result))

    async def _wound_up(self) -> None:
        """Wait for what still runs; it ends with its connection."""
        if not self._tasks:
            return
        _, pending = await asyncio.wait(self._tasks, timeout=self._delays.cancel)
        for task in pending:
            task.cancel()


async def _outlived(run: _Run, task: asyncio.Task[None]) -> None:
    """Wait for a workflow's end. Being cancelled stops the workflow, silently, and waits all the same."""
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        run.tell = _nobody
        run.put(lambda workflow: workflow.cancelled())
        await asyncio.shield(task)
        raise


def _nobody(event: Event) -> None:
    """Tell no one: the visit is over, or has gone elsewhere."""
