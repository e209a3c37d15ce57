"""What the checks work on: the settings, the place, and one device at a time, by the terminal's own drivers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from doctor.person import Person
from kiosk.device_events import Device, DeviceChanged
from kiosk.events import Event
from kiosk.faults import FaultCode
from kiosk.place import Place
from kiosk.ports import Ports, Watched
from kiosk.readiness import Detail, Finding, Verdict
from kiosk.text import Msg, Verbatim, msg
from profiles.settings import Settings

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Bench:
    """One terminal to be looked at. `secret` finds the secret of a credential's name."""

    settings: Settings
    place: Place
    secret: Callable[[str], str | None]
    person: Person

    def has(self, part: str) -> bool:
        """Whether the settings name such a device or service."""
        return getattr(self.settings, part, None) is not None

    @asynccontextmanager
    async def only(self, part: str) -> AsyncIterator[Ports]:
        """Put one device or service of the settings to work, and away again."""
        from composition.equipment import equip

        alone = Settings(self.settings.profile, self.settings.terminal, self.settings.window)
        equipment = equip(replace(alone, **{part: getattr(self.settings, part)}), self.place, self.secret)
        try:
            yield equipment.ports
        finally:
            await equipment.close()


class Heard:
    """The events that a port told, to be waited for."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._news = asyncio.Event()
        self._broke: BaseException | None = None

    def tell(self, event: Event) -> None:
        """Take an event."""
        self._events.append(event)
        self._news.set()

    async def first(self, kind: type[E], fits: Callable[[E], bool] = lambda _: True) -> E:
        """Wait for the first event of a kind that fits; one that came before counts."""
        seen = 0
        while True:
            for event in self._events[seen:]:
                if isinstance(event, kind) and fits(event):
                    return event
            seen = len(self._events)
            if self._broke:
                raise self._broke
            self._news.clear()
            await self._news.wait()

    def ended(self, task: asyncio.Task[None]) -> None:
        """The watching is over: who still waits gets to know if it broke."""
        self._broke = None if task.cancelled() else task.exception()
        self._news.set()

    def last(self, device: Device) -> DeviceChanged:
        """Return what a device said last; it has said something."""
        said = (event for event in reversed(self._events) if isinstance(event, DeviceChanged))
        return next(event for event in said if event.device is device)

    async def within(self, seconds: float, kind: type[E], fits: Callable[[E], bool] = lambda _: True) -> E | None:
        """Wait for it so long; None if it does not come."""
        try:
            async with asyncio.timeout(seconds):
                return await self.first(kind, fits)
        except TimeoutError:
            return None


@asynccontextmanager
async def watched(port: Watched) -> AsyncIterator[Heard]:
    """Let a port watch its device meanwhile."""
    heard = Heard()
    watching = asyncio.get_running_loop().create_task(port.watch(heard.tell))
    watching.add_done_callback(heard.ended)
    try:
        yield heard
    finally:
        watching.cancel()
        await asyncio.wait({watching})


async def state_of(heard: Heard, device: Device) -> DeviceChanged:
    """Wait until a device says how it is."""
    return await heard.first(DeviceChanged, lambda event: event.device is device)


async def settled(heard: Heard, device: Device, patience: float) -> DeviceChanged:
    """Give a device this many seconds to work; return how it is then."""
    await heard.within(patience, DeviceChanged, lambda event: event.device is device and event.fault is None)
    await state_of(heard, device)
    return heard.last(device)


def ready(check: str, key: str = "") -> Finding:
    """Return that all is well; `key` says what exactly, where a check has several good ends."""
    return Finding(check, Verdict.READY, msg(key or f"doctor.ready.{check}"))


def short(check: str, verdict: Verdict, words: Msg) -> Finding:
    """Return that something is less than ready, with what to do."""
    return Finding(check, verdict, words, msg(f"doctor.remedy.{check}"))


def of_state(check: str, state: DeviceChanged) -> Finding | None:
    """Return what a device's own words mean for it: None if it works and has no complaint."""
    fault = state.fault or state.notice
    if fault is None:
        return None
    verdict = Verdict.NOT_READY if state.fault else Verdict.LIMITED
    found = replace(short(check, verdict, fault.title), fault=state.fault, details=_for_it(fault.code, fault.detail))
    return replace(found, remedy=msg("doctor.remedy.clock")) if fault.code is FaultCode.SUBMISSION_CLOCK else found


def _for_it(code: str, detail: str) -> tuple[Detail, ...]:
    said = (fact("doctor.detail", detail),) if detail else ()
    return (fact("doctor.code", code), *said)


def fact(label: str, value: str) -> Detail:
    """Return a figure or a name under a label, the same in every language."""
    return Detail(msg(label), Verbatim(value))
