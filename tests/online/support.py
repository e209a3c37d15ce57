"""What the tests of handing in share: an application with a sentinel in it, and a collector of events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from kiosk.effects import Application, Attachment
from kiosk.events import Event
from kiosk.place import Destination
from kiosk.privacy import Private
from online.fit_connect import Delays, FitConnect, FitConnectSettings
from online.simulators.authority import Authority

SENTINEL = "Ǩuźnećow-Sentinel"
DESTINATION = "6b3c2f0e-5f0a-4f8e-9f7e-0c1d2e3f4a5b"
LEIKA = "99115005060000"
ARS = "059580040040"
QUICK = Delays(
    promise=3.0, request=4.0, first=0.01, factor=1.5, most=0.05, jitter=0.0, check=0.05, stuck=60.0, token_margin=1.0
)
IMPATIENT = replace(QUICK, promise=0.6, request=0.5)
SHORT = replace(QUICK, promise=0.2, request=1.0)

Make = Callable[..., FitConnect]


class Told:
    """Collects events, and waits for one of a kind."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._news = asyncio.Event()

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        self._news.set()

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]

    async def wait(self, kind: type[Event], count: int = 1) -> Event:
        async with asyncio.timeout(8):
            while len(self.of(kind)) < count:
                self._news.clear()
                await self._news.wait()
        return self.of(kind)[count - 1]


def settings_of(authority: Authority) -> FitConnectSettings:
    return FitConnectSettings(
        token_url=authority.token_url,
        submission_api=authority.submission_api,
        destination_api=authority.destination_api,
        client_id=authority.client_id,
        routing_api=authority.routing_api,
        routing_issuers=(authority.portal,),
    )


def application(*attachments: Attachment, destination: Destination | None = None) -> Application:
    return Application(
        service_name="Wohnsitz anmelden",
        destination=destination or Destination(leika=LEIKA, destination_id=DESTINATION),
        schema_uri="urn:xoev-de:lotse:schema:wohnsitz:1.0",
        data=Private({"F1": SENTINEL, "G1": [{"F2": "Łódź ß €"}]}),
        attachments=attachments,
    )


def attachment(name: str = "pass.jpg") -> Attachment:
    return Attachment(name, "image/jpeg", Private(f"{SENTINEL} {name}".encode() * 50))


@asynccontextmanager
async def watching(service: FitConnect) -> AsyncIterator[Told]:
    """Run `watch` in the background; yields what it tells."""
    told = Told()
    watch = asyncio.ensure_future(service.watch(told))
    try:
        yield told
    finally:
        watch.cancel()
        ended = await asyncio.gather(watch, return_exceptions=True)
        assert isinstance(ended[0], asyncio.CancelledError), ended


async def until_empty(service: FitConnect) -> None:
    """Wait until nothing is kept any more: the outbox tells nobody, it is asked."""
    async with asyncio.timeout(10):
        while (await service.backlog()).waiting:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
