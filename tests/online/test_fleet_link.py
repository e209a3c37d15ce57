"""A terminal of a fleet: what the hub, or somebody in between, may say to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.orders import Answer, Outcome
from online.fleet import MOST_UNTOLD, FleetLink

MOMENT = datetime(2026, 11, 1, tzinfo=UTC)


async def about() -> dict[str, Any]:
    return {}


def test_an_id_that_would_change_the_address_that_is_asked_is_passed_over() -> None:
    link, offered = FleetLink(about), list[Sequence[tuple[str, str]]]()
    link.offered = offered.append
    wrong = ("../../devices?", "..", "", "F" * 32, "f" * 31, "f" * 32 + "\n")
    link.heard({"commands": [{"id": name, "token": "t"} for name in (*wrong, "f" * 32)]})
    assert offered == [[("f" * 32, "t")]]


@pytest.mark.expects_log
async def test_answers_that_nobody_takes_are_not_kept_without_end() -> None:
    link, told = FleetLink(about), list[str]()
    for number in range(MOST_UNTOLD + 5):
        link.answer(Answer(f"{number:032x}", Outcome.UNVERIFIED, MOMENT, 0))

    async def put(path: str, _: dict[str, Any]) -> bool:
        told.append(path)
        return True

    assert await link.tell(put)
    assert len(told) == MOST_UNTOLD
    assert told[0].endswith(f"{5:032x}/answer")
