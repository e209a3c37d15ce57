"""The double is as treacherous as the real one: a careless client comes to harm with it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from devices.eid.simulated_card import VirtualCard, sample_cards
from devices.eid.simulated_faults import NextFault, Trouble
from devices.eid.simulator import AusweisAppDouble


async def say(socket: ClientConnection, cmd: str, **fields: Any) -> None:
    await socket.send(json.dumps({"cmd": cmd, **fields}))


async def hear(socket: ClientConnection, name: str) -> dict[str, Any]:
    while True:
        message: dict[str, Any] = json.loads(await socket.recv())
        if message["msg"] == name:
            return message


async def test_a_careless_client_costs_a_stranger_a_try(double: AusweisAppDouble) -> None:
    strangers = VirtualCard(pin="654321")
    double.insert_card(VirtualCard())
    double.next_fault = NextFault(Trouble.LOSE_CARD, "SET_PIN")
    async with connect(double.url, proxy=None) as socket:
        await say(socket, "RUN_AUTH", tcTokenURL="https://eid.example/tc")
        await hear(socket, "ACCESS_RIGHTS")
        await say(socket, "ACCEPT")
        await hear(socket, "ENTER_PIN")
        await say(socket, "SET_PIN", value="123456")
        await hear(socket, "INSERT_CARD")
        double.insert_card(strangers)
        assert (await hear(socket, "ENTER_PIN"))["reader"]["card"]["retryCounter"] == 2
    assert strangers.charged == 1


async def test_a_careless_client_believes_that_a_pin_was_changed(double: AusweisAppDouble) -> None:
    card = VirtualCard()
    double.insert_card(card)
    double.next_fault = NextFault(Trouble.LOSE_CARD, "READ")
    async with connect(double.url, proxy=None) as socket:
        await say(socket, "RUN_CHANGE_PIN")
        assert "success" not in await hear(socket, "CHANGE_PIN")
        await hear(socket, "ENTER_PIN")
        await say(socket, "SET_PIN", value="123456")
        result = await hear(socket, "CHANGE_PIN")
    assert result["success"] is True
    assert card.pin == "123456"


async def test_a_second_client_gets_429_and_another_path_404(double: AusweisAppDouble) -> None:
    async with connect(double.url, proxy=None):
        with pytest.raises(InvalidStatus) as refused:
            await connect(double.url, proxy=None)
        assert refused.value.response.status_code == 429
    with pytest.raises(InvalidStatus) as unknown:
        await connect(double.url.replace("eID-Kernel", "else"), proxy=None)
    assert unknown.value.response.status_code == 404


async def test_it_answers_what_may_be_asked_at_any_time(double: AusweisAppDouble) -> None:
    async with connect(double.url, proxy=None) as socket:
        await say(socket, "GET_INFO")
        assert (await hear(socket, "INFO"))["VersionInfo"]["Name"] == "AusweisApp2"
        await say(socket, "GET_READER", name="x")
        assert (await hear(socket, "READER"))["attached"] is True
        await say(socket, "SET_API_LEVEL", level=9)
        assert "error" in await hear(socket, "API_LEVEL")
        await say(socket, "SET_API_LEVEL", level=1)
        await say(socket, "GET_READER_LIST")
        assert (await hear(socket, "READER_LIST"))["reader"]
        await say(socket, "ACCEPT")
        assert (await hear(socket, "BAD_STATE"))["error"] == "ACCEPT"
        await say(socket, "DANCE")
        assert (await hear(socket, "UNKNOWN_COMMAND"))["error"] == "DANCE"
        await socket.send("{")
        assert await hear(socket, "INVALID")


async def test_it_refuses_to_run_outside_demo_and_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOTSE_SIMULATORS")
    with pytest.raises(RuntimeError, match="LOTSE_SIMULATORS"):
        AusweisAppDouble()


def test_the_sample_cards_are_of_all_kinds() -> None:
    cards = sample_cards()
    assert len({card.label for card in cards}) == len(cards)
    assert {card.needs for card in cards} == {"PIN", "CAN", "PUK"}
    assert any(card.deactivated for card in cards)
    assert any(card.unknown for card in cards)
