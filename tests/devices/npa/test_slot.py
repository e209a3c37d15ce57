"""The hand at the virtual reader: whatever it does, the slot knows whether a card lies there."""

from __future__ import annotations

import asyncio

from devices.eid.npa.slot import Slot
from tests.devices.npa.desk import id_card


async def test_a_card_that_is_taken_out_at_once_is_out() -> None:
    gone = asyncio.Event()

    async def reader(wire: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await wire.read()
        gone.set()
        writer.close()

    server = await asyncio.start_server(reader, "127.0.0.1", 0)
    slot = Slot(server.sockets[0].getsockname()[1], unseen=0)
    async with server, asyncio.timeout(5):
        await slot.insert(id_card())
        await slot.remove()
        assert slot.card is None
        await gone.wait()
