"""What an AusweisApp says of itself: version, API levels, readers. For IT, while nobody else is connected to it."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class About:
    """Empty where it says nothing: `version` (1.26.2), the API `levels` that it speaks, the names of its `readers`."""

    version: str = ""
    levels: tuple[int, ...] = ()
    readers: tuple[str, ...] = ()


async def about(url: str, seconds: float = 5.0) -> About:
    """Ask the AusweisApp at `url` (GET_INFO, GET_API_LEVEL, GET_READER_LIST of its SDK).

    Raises `OSError` (also `TimeoutError`) or websockets' `WebSocketException` if it cannot be asked.
    """
    from websockets.asyncio.client import connect

    silent = logging.Logger("silent", logging.CRITICAL)
    async with (
        asyncio.timeout(seconds),
        connect(url, proxy=None, compression=None, max_size=MOST_BYTES, logger=silent) as socket,
    ):
        info = await _asked(socket, "GET_INFO", "INFO")
        levels = await _asked(socket, "GET_API_LEVEL", "API_LEVEL")
        readers = await _asked(socket, "GET_READER_LIST", "READER_LIST")
    listed = readers.get("readers") or readers.get("reader") or []
    return About(
        str((info.get("VersionInfo") or {}).get("Implementation-Version", "")),
        tuple(level for level in levels.get("available") or () if isinstance(level, int)),
        tuple(str(reader.get("name", "")) for reader in listed if isinstance(reader, dict)),
    )


async def _asked(socket: ClientConnection, command: str, answer: str) -> dict[str, Any]:
    await socket.send(json.dumps({"cmd": command}))
    while True:
        message = json.loads(await socket.recv())
        if isinstance(message, dict) and message.get("msg") == answer:
            return message
