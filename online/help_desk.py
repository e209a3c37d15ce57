"""The counter, seen from a terminal: the client of a Lotse hub's `/api/v1`.

A call has an id made here, so that everything may be repeated: it is placed again after each
interruption, and the hub answers how it stands. So a hub that was away loses nothing for us, and
we miss nothing that happened meanwhile. The hub gets German labels with visitor data masked.
"""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kiosk.effects import Call
from kiosk.events import Device, DeviceChanged, Event, HelpDone, HelpFailed, HelpQueued, HelpTaken
from kiosk.faults import Fault, FaultCode
from kiosk.ports import Tell
from kiosk.text import GERMAN, Text, translator

if TYPE_CHECKING:
    import ssl

    import httpx

log = logging.getLogger(__name__)

MAX_LABEL = 300


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds. `silence` is longer than the hub's own ping; `retry` doubles up to `retry_most`."""

    request: float = 5
    silence: float = 40
    retry: float = 0.5
    retry_most: float = 15
    health: float = 10


@dataclass(frozen=True, slots=True)
class _Placed:
    """The one call of this terminal."""

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    called_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat())


class _Away(Exception):
    """The hub cannot be used now; the text is for IT."""


class HelpDeskClient:
    """Implements `kiosk.ports.HelpDesk` over HTTP and server-sent events.

    `base_url` is the hub's address, `key` this terminal's key there. The hub knows by the key who calls;
    it also hears `terminal_name`, and refuses a key that was copied to another terminal. `ca_file` holds
    the certificates to be trusted instead of the system's. Nothing raises for an unreachable hub: it is
    told as a fault. Close it with `aclose`.
    """

    def __init__(
        self,
        base_url: str,
        terminal_name: str,
        key: str,
        delays: Delays | None = None,
        ca_file: Path | None = None,
    ) -> None:
        self._base_url = base_url
        self._headers = {"Authorization": f"Bearer {key}", "Lotse-Terminal": quote(terminal_name)}
        self._ca_file = ca_file
        self._delays = delays or Delays()
        self._http: httpx.AsyncClient | None = None
        self._placed: _Placed | None = None
        self._follower: asyncio.Task[None] | None = None
        self._withdrawn: set[str] = set()

    async def watch(self, tell: Tell) -> None:
        """Tell whether the hub answers and knows us, now and at each change, until cancelled."""
        told: DeviceChanged | None = None
        while True:
            news = DeviceChanged(Device.COUNTER, await self._check())
            if news != told:
                log.info("counter: %s", news.fault.detail if news.fault else "reachable")
                tell(news)
                told = news
            if news.fault is None:
                await self._withdraw()
            await asyncio.sleep(self._delays.health)

    async def call(self, call: Call, tell: Tell) -> None:
        """Place the call, or change the one that is open, and tell how it goes until it is closed.

        A newer `call` takes over: the older one returns. Cancelling the task stops the telling;
        the call itself stays with the counter until `cancel`.
        """
        if self._follower is not None:
            self._follower.cancel()
        self._placed = self._placed or _Placed()
        follower = asyncio.create_task(self._follow(self._placed, _message(call, self._placed), tell))
        self._follower = follower
        try:
            await asyncio.wait({follower})
        finally:
            follower.cancel()
            await asyncio.wait({follower})
        if not follower.cancelled():
            follower.result()

    async def cancel(self) -> None:
        """Take the call back; if the hub is away, as soon as `watch` finds it again."""
        if self._follower is not None:
            self._follower.cancel()
        if self._placed is not None:
            self._withdrawn.add(self._placed.id)
            self._placed = None
        await self._withdraw()

    async def aclose(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def _follow(self, placed: _Placed, message: dict[str, Any], tell: Tell) -> None:
        told: Event | None = None
        pause = self._delays.retry
        while True:
            try:
                async with aclosing(self._standing(placed, message)) as standing:
                    async for news in standing:
                        pause = self._delays.retry
                        if news != told:
                            tell(news)
                            told = news
                        if isinstance(news, HelpDone):
                            self._forget(placed)
                            return
            except _Away as away:
                # Who is on the way comes without the network too.
                if not isinstance(told, HelpFailed | HelpTaken):
                    told = HelpFailed(Fault(FaultCode.HELP_UNREACHABLE, str(away)))
                    tell(told)
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._delays.retry_most)

    def _forget(self, placed: _Placed) -> None:
        if self._placed is placed:
            self._placed = None

    async def _standing(self, placed: _Placed, message: dict[str, Any]) -> AsyncGenerator[Event, None]:
        """Place the call and yield how it stands, now and at each change; raise `_Away` if the hub is."""
        path = f"/api/v1/calls/{placed.id}"
        answer = await self._ask("PUT", path, message)
        yield _event(_json(answer.text))
        async with aclosing(self._stream(f"{path}/events")) as stream:
            async for data in stream:
                yield _event(_json(data))

    async def _stream(self, path: str) -> AsyncGenerator[str, None]:
        """Yield the data of server-sent events; a stream that breaks off just ends (HTML standard, 9.2)."""
        http = await self._client()
        import httpx

        patience = httpx.Timeout(self._delays.request, read=self._delays.silence)
        with suppress(httpx.TransportError):
            async with http.stream("GET", path, timeout=patience) as answer:
                _demand_success(answer)
                async for line in answer.aiter_lines():
                    if line.startswith("data:"):
                        yield line.removeprefix("data:").strip()

    async def _check(self) -> Fault | None:
        try:
            await self._ask("GET", "/api/v1/health")
        except _Away as away:
            return Fault(FaultCode.HELP_UNREACHABLE, str(away))
        return None

    async def _withdraw(self) -> None:
        for call_id in tuple(self._withdrawn):
            with suppress(_Away):
                await self._ask("DELETE", f"/api/v1/calls/{call_id}")
                self._withdrawn.discard(call_id)

    async def _ask(self, method: str, path: str, message: dict[str, Any] | None = None) -> httpx.Response:
        http = await self._client()
        import httpx

        try:
            answer = await http.request(method, path, json=message)
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise _Away(f"{self._base_url}: {type(error).__name__}") from error
        _demand_success(answer)
        return answer

    async def _client(self) -> httpx.AsyncClient:
        """Return the one client; its library is loaded on a thread, since the first visitor may be watching."""
        if self._http is None:
            httpx = await asyncio.to_thread(__import__, "httpx")
            trust = await asyncio.to_thread(_trust, self._ca_file)
            self._http = self._http or httpx.AsyncClient(
                base_url=self._base_url,
                headers=self._headers,
                timeout=self._delays.request,
                verify=trust,
                trust_env=False,
            )
        assert self._http is not None
        return self._http


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    """Return what a hub's certificate is checked with: the system's authorities, or the city's own."""
    import ssl

    return ssl.create_default_context(cafile=ca_file)


def _message(call: Call, placed: _Placed) -> dict[str, Any]:
    return {
        "service": _german(call.service),
        "step": _german(call.step),
        "reason": _german(call.reason),
        "called_at": placed.called_at,
    }


def _german(text: Text | None) -> str | None:
    return None if text is None else translator(GERMAN, masked=True).say(text)[:MAX_LABEL]


def _demand_success(answer: httpx.Response) -> None:
    if answer.status_code in (401, 403):
        raise _Away("the hub does not know this terminal with this key")
    if not answer.is_success:
        raise _Away(f"the hub answered {answer.status_code}")


def _json(data: str) -> dict[str, Any]:
    try:
        standing = json.loads(data)
    except ValueError as error:
        raise _Away("the hub's answer is no JSON") from error
    if not isinstance(standing, dict):
        raise _Away("the hub's answer is no object")
    return standing


def _event(standing: dict[str, Any]) -> Event:
    match standing:
        case {"state": "queued"}:
            return HelpQueued()
        case {"state": "taken", "name": str(name), "counter": str(counter)}:
            minutes = standing.get("minutes")
            return HelpTaken(name, counter, minutes if isinstance(minutes, int) else None)
        case {"state": "done" | "cancelled"}:
            return HelpDone()
    raise _Away("the hub's answer has no known state")
