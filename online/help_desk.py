"""The counter, seen from a terminal: the client of a Lotse hub's `/api/v1`.

A call has an id made here, so that everything may be repeated: it is placed again after each
interruption, and the hub answers how it stands. So a hub that was away loses nothing for us, and
we miss nothing that happened meanwhile. The hub gets German labels with visitor data masked.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kiosk.counter_events import HelpDone, HelpFailed, HelpTaken
from kiosk.coview import View
from kiosk.device_events import Device, DeviceChanged
from kiosk.effects import Call, Note, TerminalUse
from kiosk.events import Event
from kiosk.faults import Fault, FaultCode
from kiosk.ports import Tell
from online.calls import Away, Placed, event_of, message_of
from online.coview import CoviewLink
from online.deeds import UntoldDeeds
from online.fleet import FleetLink

if TYPE_CHECKING:
    import ssl

    import httpx

log = logging.getLogger(__name__)

MakeProofs = Callable[[], "httpx.Auth | None"]
"""Returns what proves each request, None if this terminal can prove nothing."""
MAX_STAFF = 60
_UNKNOWN_THERE = frozenset({404, 405})
"""What a hub answers that does not keep the devices of its terminals yet."""
_NOT_WANTED = frozenset({422})


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds. `silence` is longer than the hub's own ping; `retry` doubles up to `retry_most`.

    `health` is how soon a hub that is away is asked again, `about` how often we look whether other software or another
    profile runs here.
    """

    request: float = 5
    silence: float = 25
    retry: float = 0.5
    retry_most: float = 15
    health: float = 10
    about: float = 60


class HelpDeskClient:
    """Implements `kiosk.ports.HelpDesk` over HTTP and server-sent events.

    `base_url` is the hub's address, `key` this terminal's key there, or what makes the proofs of one that it keeps to
    itself; that is called on a thread, once. The hub knows by the key who calls;
    it also hears `terminal_name`, and refuses a key that was copied to another terminal. `ca_file` holds
    the certificates to be trusted instead of the system's; the file `deeds` keeps what staff did until the
    hub has it. Nothing raises for an unreachable hub: it is told as a fault. Close it with `aclose`.
    """

    def __init__(  # noqa: PLR0913 - where the hub is, and who we are there
        self,
        base_url: str,
        terminal_name: str,
        key: str | MakeProofs,
        delays: Delays | None = None,
        ca_file: Path | None = None,
        *,
        deeds: Path | None = None,
    ) -> None:
        self._base_url = base_url
        self._headers = {"Lotse-Terminal": quote(terminal_name)}
        if isinstance(key, str):
            self._headers["Authorization"] = f"Bearer {key}"
        self._proofs: MakeProofs = (lambda: None) if isinstance(key, str) else key
        self._ca_file = ca_file
        self._delays = delays or Delays()
        self._http: httpx.AsyncClient | None = None
        self._placed: Placed | None = None
        self._follower: asyncio.Task[None] | None = None
        self._withdrawn: set[str] = set()
        self._devices: dict[str, str] = {}
        self._use: TerminalUse | None = None
        self._untold = asyncio.Event()
        self._untold.set()  # what the hub knows may be from before a restart
        self._coview = CoviewLink(self._ask_or_not)
        self._deeds = UntoldDeeds(deeds)
        self._fleet: FleetLink | None = None

    async def watch(self, tell: Tell) -> None:
        """Tell whether the hub answers and knows us, now and at each change, until cancelled.

        Meanwhile the hub is told how the devices are (`report`), at once and again whenever it was away.
        """
        told: DeviceChanged | None = None
        while True:
            news = DeviceChanged(Device.COUNTER, await self._check())
            if news != told:
                log.info("counter: %s", news.fault.detail if news.fault else "reachable")
                tell(news)
                told = news
            if news.fault is None:
                await self._withdraw()
                await self._tell_devices()
                await self._tell_deeds()
                await self._tell_fleet()
                await self._while_connected(tell)
                await asyncio.sleep(self._delays.retry)
            else:
                self._untold.set()
                await asyncio.sleep(self._delays.health)

    def join(self, fleet: FleetLink) -> None:
        """Belong to a fleet: commands come, and answers go, over the same connection."""
        self._fleet, fleet.news = fleet, self._untold.set

    def report(self, device: str, fault: Fault | None) -> None:
        """Note how a device is; `watch` tells the hub."""
        known = self._devices.get(device)
        if fault is None:
            self._devices.pop(device, None)
        else:
            self._devices[device] = str(fault.code)
        if self._devices.get(device) != known:
            self._untold.set()

    def used(self, use: TerminalUse) -> None:
        """Note what this terminal does; `watch` tells the hub."""
        self._use = use
        self._untold.set()

    def show(self, view: View) -> None:
        """Let the counter see this; of many at once the latest."""
        self._coview.show(view)

    def note(self, deed: Note) -> None:
        """Keep what was done; `watch` tells the hub, and again after it was away."""
        moment = datetime.now(UTC).isoformat()
        self._deeds.add({"deed": deed.deed.value, "staff": deed.staff[:MAX_STAFF], "at": moment})
        self._untold.set()

    async def call(self, call: Call, tell: Tell) -> None:
        """Place the call, or change the one that is open, and tell how it goes until it is closed.

        A newer `call` takes over: the older one returns. Cancelling the task stops the telling;
        the call itself stays with the counter until `cancel`.
        """
        if self._follower is not None:
            self._follower.cancel()
        self._placed = self._placed or Placed()
        follower = asyncio.create_task(self._follow(self._placed, message_of(call, self._placed), tell))
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
        if self._withdrawn:
            self._untold.set()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._coview.aclose()
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def _follow(self, placed: Placed, message: dict[str, Any], tell: Tell) -> None:
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
            except Away as away:
                # Who is on the way comes without the network too.
                if not isinstance(told, HelpFailed | HelpTaken):
                    told = HelpFailed(Fault(FaultCode.HELP_UNREACHABLE, str(away)))
                    tell(told)
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._delays.retry_most)

    def _forget(self, placed: Placed) -> None:
        if self._placed is placed:
            self._placed = None

    async def _standing(self, placed: Placed, message: dict[str, Any]) -> AsyncGenerator[Event, None]:
        """Place the call and yield how it stands, now and at each change; raise `Away` if the hub is."""
        path = f"/api/v1/calls/{placed.id}"
        answer = await self._ask("PUT", path, message)
        yield event_of(_json(answer.text))
        async with aclosing(self._stream(f"{path}/events")) as stream:
            async for data in stream:
                yield event_of(_json(data))

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
        except Away as away:
            return Fault(FaultCode.HELP_UNREACHABLE, str(away))
        return None

    async def _withdraw(self) -> None:
        for call_id in tuple(self._withdrawn):
            with suppress(Away):
                await self._ask("DELETE", f"/api/v1/calls/{call_id}")
                self._withdrawn.discard(call_id)

    async def _tell_devices(self) -> None:
        """Tell all that is not well, by code; an older hub that does not want to know is left alone."""
        if not self._untold.is_set():
            return
        self._untold.clear()
        devices = {str(device): code for device, code in sorted(self._devices.items())}
        message = {"devices": devices} | ({"state": self._use.value} if self._use else {})
        try:
            await self._ask("PUT", "/api/v1/terminals/me/devices", message, unless=_UNKNOWN_THERE)
        except Away as away:
            log.info("counter: devices not told: %s", away)
            self._untold.set()

    async def _tell_deeds(self) -> None:
        for deed_id, message in self._deeds.all():
            try:
                path = f"/api/v1/terminals/me/deeds/{deed_id}"
                answer = await self._ask("PUT", path, message, unless=_UNKNOWN_THERE | _NOT_WANTED)
            except Away as away:
                log.info("counter: a deed not told: %s", away)
                self._untold.set()
                return
            if answer.status_code in _NOT_WANTED:  # it would stand in the way of all that came after it
                log.error("the hub does not take a deed: %s", message.get("deed"))
            self._deeds.told(deed_id)

    async def _tell_fleet(self) -> None:
        async def put(path: str, message: dict[str, Any]) -> bool:
            try:
                await self._ask("PUT", path, message, unless=_UNKNOWN_THERE | _NOT_WANTED)
            except Away as away:
                log.info("counter: %s not told: %s", path, away)
                return False
            return True

        if self._fleet and not await self._fleet.tell(put):
            self._untold.set()

    async def _while_connected(self, tell: Tell) -> None:
        """Stay connected, by which the counter sees that we are here, and tell what is new until the line breaks."""
        listening = asyncio.ensure_future(self._listen(tell))
        try:
            while not listening.done():
                await self._news_or(listening)
                if listening.done():
                    break
                await self._withdraw()
                await self._tell_devices()
                await self._tell_deeds()
                await self._tell_fleet()
                if self._untold.is_set() or self._withdrawn:
                    await asyncio.wait((listening,), timeout=self._delays.health)
        finally:
            listening.cancel()
            await asyncio.wait((listening,))

    async def _news_or(self, listening: asyncio.Future[None]) -> None:
        """Wait until there is something to tell, it is time to look for it, or the line breaks."""
        news = asyncio.ensure_future(self._untold.wait())
        patience = self._delays.about if self._fleet else None
        try:
            await asyncio.wait((listening, news), timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
            await asyncio.wait((news,))

    async def _listen(self, tell: Tell) -> None:
        """Read what the hub says to this terminal until the line breaks; with the line a co-view ends."""
        try:
            with suppress(Away):
                async with aclosing(self._stream("/api/v1/terminals/me/events")) as stream:
                    async for data in stream:
                        self._coview.heard(message := _json(data), tell)
                        if self._fleet:
                            self._fleet.heard(message)
        finally:
            self._coview.lost(tell)

    async def _ask_or_not(self, path: str, message: dict[str, Any]) -> bool:
        """Put something where it does no harm if it does not arrive; return whether it did."""
        try:
            await self._ask("PUT", path, message)
        except Away as away:
            log.info("counter: %s not told: %s", path, away)
            return False
        return True

    async def _ask(
        self, method: str, path: str, message: dict[str, Any] | None = None, *, unless: frozenset[int] = frozenset()
    ) -> httpx.Response:
        """Ask the hub; raise `Away` if it does not answer, or not with a success or one of `unless`."""
        http = await self._client()
        import httpx

        try:
            answer = await http.request(method, path, json=message)
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise Away(f"{self._base_url}: {type(error).__name__}") from error
        if answer.status_code not in unless:
            _demand_success(answer)
        return answer

    async def _client(self) -> httpx.AsyncClient:
        """Return the one client; its library is loaded on a thread, since the first visitor may be watching."""
        if self._http is None:
            httpx = await asyncio.to_thread(__import__, "httpx")
            trust = await asyncio.to_thread(_trust, self._ca_file)
            proofs = await asyncio.to_thread(self._proofs)
            self._http = self._http or httpx.AsyncClient(
                base_url=self._base_url,
                headers=self._headers,
                auth=proofs,
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


def _demand_success(answer: httpx.Response) -> None:
    if answer.status_code in (401, 403):
        raise Away("the hub does not know this terminal with this key")
    if not answer.is_success:
        raise Away(f"the hub answered {answer.status_code}")


def _json(data: str) -> dict[str, Any]:
    try:
        standing = json.loads(data)
    except ValueError as error:
        raise Away("the hub's answer is no JSON") from error
    if not isinstance(standing, dict):
        raise Away("the hub's answer is no object")
    return standing
