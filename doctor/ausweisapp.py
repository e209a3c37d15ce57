"""What the AusweisApp says of itself, whether it runs already or is one that the terminal starts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from devices.eid.about import about
from devices.eid.ausweisapp import Keeper
from doctor.bench import Bench, fact
from kiosk.readiness import Detail

START_S, LOOK_S = 20.0, 0.1


async def details(bench: Bench) -> tuple[Detail, ...]:
    """Return version, API levels and readers; nothing if it cannot be asked: the check itself says why then."""
    from websockets.exceptions import WebSocketException

    chosen = bench.settings.eid
    assert chosen
    try:
        async with _running(chosen.url) as url:
            said = await about(url)
    except (OSError, WebSocketException, ValueError):
        return ()
    return (
        fact("doctor.eid.version", said.version or "?"),
        fact("doctor.eid.level", ", ".join(map(str, said.levels)) or "?"),
        fact("doctor.eid.readers", ", ".join(said.readers) or "—"),
    )


@asynccontextmanager
async def _running(url: str | None) -> AsyncIterator[str]:
    """The address of the AusweisApp: as the settings have it, or of one that runs meanwhile."""
    if url:
        yield url
        return
    keeper = Keeper()
    keeping = asyncio.get_running_loop().create_task(keeper.keep())
    try:
        async with asyncio.timeout(START_S):
            while (address := _address(keeper)) is None:  # noqa: ASYNC110 - it tells nobody when it is there
                await asyncio.sleep(LOOK_S)
        yield address
    finally:
        keeping.cancel()
        await asyncio.wait({keeping})


def _address(keeper: Keeper) -> str | None:
    try:
        return keeper.url
    except OSError:
        return None
