"""The one WebSocket connection to the AusweisApp: made, agreed on, kept, made anew.

The AusweisApp allows one client (a second one gets 429), so the connection is held for as long as the
terminal runs. Closing it ends a workflow for certain.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.eid.protocol import Card, Command, Hear, Message, Say, parse
from devices.eid.readers import Readers
from kiosk.device_events import Device, DeviceChanged
from kiosk.faults import Fault, FaultCode
from kiosk.ports import Tell

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

log = logging.getLogger(__name__)

LEVELS = (3, 2, 1)
"""API levels that this client speaks, the preferred first."""

MOST_BYTES = 1 << 20
"""No message is larger (an access certificate with its terms has some kilobytes)."""


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds. Small in tests."""

    connect: float = 5.0
    """For the connection and its first questions; a workflow waits as long for one."""
    answer: float = 60.0
    """For the AusweisApp and the services behind it, while it is their turn."""
    visitor: float = 600.0
    """For the visitor; the visit's own timers are usually sooner."""
    cancel: float = 3.0
    """For the answer to CANCEL, before the socket is closed."""
    settle: float = 1.0
    """For a card to be recognised."""
    again_first: float = 0.25
    again_most: float = 1.0
    """Between attempts to connect: doubled each time, with jitter. It is on this computer, so asking costs nothing."""
    reopen: float = 1.0
    """Without any reader the connection is made anew after this time: after a restart of pcscd, the
    AusweisApp sees readers only on a new one."""


class NoCommonLevelError(Exception):
    """The AusweisApp speaks no API level that this client speaks."""


class Link:
    """The connection to the address that `url` returns, asked anew each time; it may raise `OSError`.

    `hear` gets each message, `lost` is called when a connection ends. Without `cards` it is left to others to say that
    a card came or went. Neither command nor message is ever logged; the library's own log of frames is off.
    """

    def __init__(
        self,
        url: Callable[[], str],
        delays: Delays,
        hear: Callable[[Message], None],
        lost: Callable[[], None],
        *,
        cards: bool = True,
    ) -> None:
        self._url = url
        self._cards = cards
        self._delays = delays
        self._hear = hear
        self._lost = lost
        self._socket: ClientConnection | None = None
        self._readers = Readers()
        self._told: Fault | None = Fault(FaultCode.EID_ABSENT)
        self.ready = asyncio.Event()
        self.busy = False
        """While it is, the connection is not made anew for want of readers."""

    @property
    def card(self) -> Card | None:
        """The card that lies in a reader now."""
        return self._readers.card

    async def hold(self, tell: Tell) -> None:
        """Keep a connection, telling `DeviceChanged`, `CardInserted` and `CardRemoved`, until cancelled."""
        wait = self._delays.again_first
        while True:
            try:
                async with self._connection() as socket:
                    await self._greet(socket, tell)
                    wait = self._delays.again_first
                    await self._listen(socket, tell)
            except _troubles() as error:
                self._changed(Fault(FaultCode.EID_CLIENT_LOST, type(error).__name__), tell)
                await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311 (jitter)
                wait = min(wait * 2, self._delays.again_most)

    async def send(self, command: Command) -> None:
        """Send, if there is a connection; that there is none is told by `lost`."""
        from websockets.exceptions import ConnectionClosed

        if self._socket is None:
            return
        try:
            await self._socket.send(command.encode())
        except ConnectionClosed:
            return

    async def reopen(self) -> None:
        """Close the connection, which ends what runs on it; a new one follows."""
        socket, self._socket = self._socket, None
        self.ready.clear()
        if socket:
            await socket.close()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[ClientConnection]:
        from websockets.asyncio.client import connect

        # Not registered with logging, so no setting can turn it on: at DEBUG the library logs whole frames.
        silent = logging.Logger("silent", logging.CRITICAL)
        socket = await connect(
            self._url(),
            proxy=None,
            compression=None,
            max_size=MOST_BYTES,
            open_timeout=self._delays.connect,
            close_timeout=self._delays.cancel,
            logger=silent,
        )
        try:
            yield socket
        finally:
            self._socket = None
            self.ready.clear()
            self._lost()
            await socket.close()

    async def _greet(self, socket: ClientConnection, tell: Tell) -> None:
        """Agree on an API level and ask for the readers."""
        async with asyncio.timeout(self._delays.connect):
            offered = await _asked(socket, Command(Say.GET_API_LEVEL), Hear.API_LEVEL)
            level = next((level for level in LEVELS if level in offered.numbers("available")), None)
            if level is None:
                raise NoCommonLevelError
            agreed = await _asked(socket, Command(Say.SET_API_LEVEL, {"level": level}), Hear.API_LEVEL)
            if agreed.has("error") or agreed.body.get("current") != level:
                raise NoCommonLevelError
            listed = await _asked(socket, Command(Say.GET_READER_LIST), Hear.READER_LIST)
        self._socket = socket
        self._heard(listed, tell)
        self.ready.set()

    async def _listen(self, socket: ClientConnection, tell: Tell) -> None:
        """Take messages until the connection ends, or is better made anew."""
        from websockets.exceptions import ConnectionClosed

        while True:
            try:
                async with asyncio.timeout(self._delays.reopen if self._readers.fault else None):
                    text = await socket.recv()
            except TimeoutError:
                if self.busy:
                    continue
                return
            except ConnectionClosed:
                if self._socket is None:
                    return  # closed by ourselves
                raise
            if message := parse(text):
                self._heard(message, tell)
                self._hear(message)

    def _heard(self, message: Message, tell: Tell) -> None:
        before, self._readers = self._readers, self._readers.after(message)
        for event in self._readers.events_since(before) if self._cards else ():
            tell(event)
        self._changed(self._readers.fault, tell)

    def _changed(self, fault: Fault | None, tell: Tell) -> None:
        """Tell how the device is, where that is new."""
        if self._told == fault:
            return
        self._told = fault
        log.info("eID: %s", f"{fault.code} ({fault.detail})" if fault else "ready")
        tell(DeviceChanged(Device.EID, fault))


async def _asked(socket: ClientConnection, command: Command, answer: Hear) -> Message:
    await socket.send(command.encode())
    while True:
        message = parse(await socket.recv())
        if message and message.name == answer:
            return message


def _troubles() -> tuple[type[Exception], ...]:
    """What may go wrong with a connection, and is expected to."""
    from websockets.exceptions import WebSocketException

    return (OSError, TimeoutError, WebSocketException, NoCommonLevelError)
