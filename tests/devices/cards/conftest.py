"""A pcscd of its own for each test, since what happens to it is what is tested."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from devices.cards.arbiter import Arbiter
from devices.cards.reader import PcscCardReader
from devices.cards.recognition import Proof
from devices.cards.watch import Delays
from kiosk.cards import CardRule
from tests.devices.cards.service import OUR_DOOR, ReaderService, usable
from tests.devices.eid.terminal import Told

Watching = Callable[..., AbstractAsyncContextManager[Told]]


@pytest.fixture(autouse=True, scope="session")
def _door() -> None:
    os.environ["PCSCLITE_CSOCK_NAME"] = str(OUR_DOOR)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ReaderService]:
    service = usable(tmp_path)
    yield service
    service.kill()


@pytest.fixture
def watching() -> Watching:
    """Return a way to have a driver watch, as a terminal does; yields what it tells."""

    @asynccontextmanager
    async def watched(
        rules: Sequence[CardRule] = (),
        proof: Proof | None = None,
        *,
        readers: Sequence[str] = ("*",),
        arbiter: Arbiter | None = None,
        delays: Delays | None = None,
    ) -> AsyncIterator[Told]:
        told = Told()
        driver = PcscCardReader(readers, rules, proof, arbiter=arbiter, delays=delays)
        task = asyncio.get_running_loop().create_task(driver.watch(told))
        try:
            yield told
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    return watched
