"""Handing in by FIT-Connect: `kiosk.ports.SubmissionService`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from kiosk.application_events import HandedIn, HandInFailed, KeptForLater
from kiosk.device_events import Device, DeviceChanged
from kiosk.effects import Application
from kiosk.faults import Fault, FaultCode
from kiosk.place import Destination
from kiosk.ports import Tell
from kiosk.privacy import Private
from online.fit_connect.crypto import prepare
from online.fit_connect.delivery import Delivery
from online.fit_connect.directory import Directory
from online.fit_connect.events import EventLog
from online.fit_connect.outbox import Outbox, OutboxError, Recipient
from online.fit_connect.parcel import Parcel, seal_application
from online.fit_connect.settings import Delays, FitConnectSettings, Secrets
from online.fit_connect.trouble import Trouble, passing
from online.fit_connect.wire import Wire

T = TypeVar("T")

CLOCK_APART_S = 3600.0
"""An application bears its date, and deadlines are kept by it: a clock that is further from the service's is wrong."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many parcels are still on the terminal, and how many of them the server refuses."""

    waiting: int
    stuck: int


class FitConnect:
    """Encrypts, keeps and sends applications.

    "Handed in" is told only when the submission service's signed event with our own authentication
    tags is verified; an answer to the PUT alone is not enough. An application that was taken into the
    outbox is delivered, even if the visit ends or the power fails meanwhile; `watch` does that, so it
    has to run. `destinations` are asked for their keys ahead, so that encryption works without network.
    """

    def __init__(
        self,
        settings: FitConnectSettings,
        secrets: Secrets,
        outbox: Outbox,
        *,
        destinations: Sequence[Destination] = (),
        delays: Delays | None = None,
    ) -> None:
        self._settings = settings
        self._outbox = outbox
        self._destinations = tuple(destinations)
        self._delays = delays or Delays()
        self._wire = Wire(settings, secrets, self._delays)
        self._directory = Directory(settings, self._wire, outbox)
        self._events = EventLog(settings, self._wire)
        self._delivery = Delivery(settings, self._wire, outbox, self._events)
        self._busy: set[str] = set()
        self._hoped: dict[str, asyncio.Future[str]] = {}
        self._rested: dict[str, float] = {}
        self._wake = asyncio.Event()

    async def hand_in(self, application: Application, tell: Tell) -> None:
        """Tell `HandedIn`, `KeptForLater` (which may be followed by `HandedIn`) or `HandInFailed`.

        After `KeptForLater` it waits for the delivery; cancelling it then loses nothing.
        """
        until = asyncio.get_running_loop().time() + self._delays.promise
        parcel = await self._sealed(application, until)
        if isinstance(parcel, Trouble):
            tell(HandInFailed(parcel.fault))
            return
        with self._claimed(parcel.reference):
            outcome = await self._first_tries(parcel, until)
            if isinstance(outcome, Parcel):
                tell(HandedIn(Private(outcome.submission_id)))
                return
            if not outcome.passing and await self._removed(parcel.reference):
                tell(HandInFailed(outcome.fault))
                return
            hope = self._hoped[parcel.reference] = asyncio.get_running_loop().create_future()
        tell(KeptForLater(Private(parcel.reference), outcome.fault))
        self._wake.set()
        try:
            submission_id = await hope
        finally:
            self._hoped.pop(parcel.reference, None)
        if submission_id:
            tell(HandedIn(Private(submission_id)))

    async def watch(self, tell: Tell) -> None:
        """Tell whether handing in works, now and at each change, and deliver what is kept."""
        await asyncio.to_thread(prepare)
        told: Fault | str | None = "nothing yet"
        failures = 0
        while True:
            self._wake.clear()
            trouble = await self._health()
            fault = trouble.fault if trouble else None
            if _code(fault) != _code(told):
                told = fault
                self._rested.clear()
                tell(DeviceChanged(Device.SUBMISSION, fault))
            if trouble is None:
                trouble = await self._deliver_kept()
            failures = failures + 1 if trouble else 0
            await self._pause(failures, trouble)

    async def backlog(self) -> Backlog:
        """Count what is still here. Raises `OutboxError`."""
        waiting = await self._outbox.waiting()
        return Backlog(len(waiting), sum(1 for parcel in waiting if parcel.stuck))

    async def aclose(self) -> None:
        """Close connections and the outbox."""
        await self._wire.aclose()
        await self._outbox.aclose()

    async def _sealed(self, application: Application, until: float) -> Parcel | Trouble:
        """Encrypt an application and take it into the outbox."""
        try:
            recipient = await self._recipient(application.destination, until)
            if isinstance(recipient, Trouble):
                return recipient
            if wrong := self._clock_wrong():
                return wrong
            parcel = await asyncio.to_thread(
                seal_application,
                application,
                recipient.destination_id,
                recipient.key,
                datetime.fromtimestamp(self._outbox.clock()).astimezone().date(),
                self._settings.metadata_version,
            )
            # Claimed until `hand_in` does: the pump must not take it in between.
            self._busy.add(parcel.reference)
            try:
                await self._outbox.add(parcel)
            except BaseException:
                self._busy.discard(parcel.reference)
                raise
        except OutboxError as problem:
            return _disk(problem)
        return parcel

    async def _recipient(self, destination: Destination, until: float) -> Recipient | Trouble:
        known = await self._directory.remembered(destination, self._settings.key_fresh_seconds)
        if known is not None:
            return known
        spare = await self._directory.remembered(destination, self._settings.key_usable_seconds)
        if spare is not None:
            until -= self._delays.promise / 2
        found = await self._patiently(lambda: self._directory.fetch(destination), until)
        if isinstance(found, Trouble) and found.passing and spare is not None:
            return spare
        return found

    async def _first_tries(self, parcel: Parcel, until: float) -> Parcel | Trouble:
        outcome = await self._patiently(lambda: self._run(parcel.reference), until)
        if isinstance(outcome, Parcel):
            await self._removed(parcel.reference)
        return outcome

    async def _patiently(self, attempt: Callable[[], Awaitable[T | Trouble]], until: float) -> T | Trouble:
        """Repeat while troubles are passing and it is not `until` on the loop's clock; return the last outcome."""
        loop = asyncio.get_running_loop()
        last: T | Trouble = passing(FaultCode.SUBMISSION_NETWORK, "no answer in time")
        failures = 0
        try:
            async with asyncio.timeout_at(until):
                while True:
                    last = await attempt()
                    if not isinstance(last, Trouble) or not last.passing:
                        return last
                    failures += 1
                    pause = max(last.after or 0.0, self._delays.after(failures))
                    if loop.time() + pause >= until:
                        return last
                    await asyncio.sleep(pause)
        except TimeoutError:
            return last

    async def _run(self, reference: str) -> Parcel | Trouble:
        try:
            return await self._delivery.run(reference)
        except OutboxError as problem:
            return _disk(problem)

    async def _removed(self, reference: str) -> bool:
        try:
            await self._outbox.remove(reference)
        except OutboxError as problem:
            _log.warning("a parcel could not be deleted: %s", problem)
            return False
        self._rested.pop(reference, None)
        return True

    async def _health(self) -> Trouble | None:
        try:
            await self._outbox.waiting()
            trouble = await self._events.refresh_keys() or await self._wire.authorise()
            trouble = trouble or self._clock_wrong()
            if trouble is None:
                await self._ask_ahead()
        except OutboxError as problem:
            return _disk(problem)
        return trouble

    def _clock_wrong(self) -> Trouble | None:
        ahead = self._wire.clock_ahead()
        if abs(ahead) <= CLOCK_APART_S:
            return None
        return passing(FaultCode.SUBMISSION_CLOCK, f"this computer's clock is off by {ahead:+.0f} s")

    async def _ask_ahead(self) -> None:
        for destination in self._destinations:
            if await self._directory.remembered(destination, self._settings.key_fresh_seconds / 2):
                continue
            found = await self._directory.fetch(destination)
            if isinstance(found, Trouble):
                _log.info("a destination cannot be used now: %s", found.fault.detail)

    async def _deliver_kept(self) -> Trouble | None:
        """Try every parcel that is due once; return the last passing trouble."""
        trouble: Trouble | None = None
        try:
            for parcel in await self._outbox.waiting():
                rest = self._rested.get(parcel.reference, 0.0)
                if parcel.reference in self._busy or asyncio.get_running_loop().time() < rest:
                    continue
                with self._claimed(parcel.reference):
                    outcome = await self._run(parcel.reference)
                    await self._conclude(parcel.reference, outcome, parcel.stuck)
                if isinstance(outcome, Trouble) and outcome.passing:
                    trouble = outcome
        except OutboxError as problem:
            return _disk(problem)
        return trouble

    async def _conclude(self, reference: str, outcome: Parcel | Trouble, stuck: str) -> None:
        hope = self._hoped.get(reference)
        if isinstance(outcome, Parcel):
            await self._removed(reference)
            if hope is not None and not hope.done():
                hope.set_result(outcome.submission_id)
            return
        if outcome.passing:
            if outcome.fault.code is FaultCode.SUBMISSION_UNVERIFIED:
                _log.warning("a kept application is not confirmed: %s", outcome.fault.detail)
            return
        # It was promised, so it stays, for IT to see; perhaps they can put right what is refused.
        self._rested[reference] = asyncio.get_running_loop().time() + self._delays.stuck
        if stuck != outcome.fault.code:
            _log.error("a kept application is refused: %s (%s)", outcome.fault.code, outcome.fault.detail)
            await self._outbox.note_stuck(reference, outcome.fault.code)
        if hope is not None and not hope.done():
            hope.set_result("")

    async def _pause(self, failures: int, trouble: Trouble | None) -> None:
        pause = self._delays.check
        if trouble is not None:
            asked = trouble.after or 0.0
            pause = max(asked, min(pause, self._delays.after(failures)))
        try:
            async with asyncio.timeout(pause):
                await self._wake.wait()
        except TimeoutError:
            return

    @contextmanager
    def _claimed(self, reference: str) -> Iterator[None]:
        self._busy.add(reference)
        try:
            yield
        finally:
            self._busy.discard(reference)


def _disk(problem: OutboxError) -> Trouble:
    return passing(FaultCode.SUBMISSION_DISK, f"outbox: {problem}")


def _code(fault: Fault | str | None) -> object:
    return fault.code if isinstance(fault, Fault) else fault
