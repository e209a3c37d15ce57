"""A driver on the double of the AusweisApp, as a terminal has it, and what it tells."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from devices.eid.client import AusweisApp, Delays
from devices.eid.simulated_server import LocalEidServer
from devices.eid.simulator import AusweisAppDouble
from kiosk.device_events import EidAsksConsent, EidAsksSecret, EidFailed
from kiosk.events import Event
from kiosk.faults import Fault
from kiosk.identity import Attribute
from kiosk.parts import Secret
from kiosk.privacy import Private

E = TypeVar("E", bound=Event)

QUICK = Delays(
    connect=2.0,
    answer=0.5,
    visitor=5.0,
    cancel=0.2,
    settle=0.02,
    again_first=0.01,
    again_most=0.05,
    reopen=0.05,
)
NAMES = frozenset({Attribute.GIVEN_NAMES, Attribute.FAMILY_NAME})


@dataclass
class Told:
    """What was told, in order; `until` waits for one more of a kind."""

    events: list[Event] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    read: int = 0

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        self.news.set()

    async def until(self, kind: type[E], fits: Callable[[E], bool] = lambda _: True) -> E:
        async with asyncio.timeout(5):
            while True:
                while self.read < len(self.events):
                    event = self.events[self.read]
                    self.read += 1
                    if isinstance(event, kind) and fits(event):
                        return event
                self.news.clear()
                await self.news.wait()

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]


@dataclass
class Terminal:
    """A driver that is being watched, as a terminal has it."""

    app: AusweisApp
    double: AusweisAppDouble
    server: LocalEidServer
    device: Told = field(default_factory=Told)
    visit: Told = field(default_factory=Told)
    fetched: list[str] = field(default_factory=list)
    run: asyncio.Task[None] | None = None

    def identify(self, attributes: frozenset[Attribute] = NAMES) -> asyncio.Task[None]:
        self.run = asyncio.get_running_loop().create_task(self.app.identify(attributes, self.visit))
        return self.run

    async def consented(self) -> EidAsksConsent:
        self.identify()
        consent = await self.visit.until(EidAsksConsent)
        self.app.accept()
        return consent

    async def asked(self, secret: Secret = Secret.PIN) -> EidAsksSecret:
        return await self.visit.until(EidAsksSecret, lambda event: event.secret is secret)

    async def failed(self) -> Fault:
        return (await self.visit.until(EidFailed)).fault

    async def ended(self) -> None:
        assert self.run
        async with asyncio.timeout(5):
            await self.run


def digits(text: str) -> Private[str]:
    return Private(text)
