"""A terminal of a fleet, over its connection to the hub: what it runs, which commands are open for it, its answers.

The hub says which commands are open, not what changed, so that something said twice does no harm. What they are is not
known here: they are signed for somebody else.
"""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from kiosk.orders import Answer

log = logging.getLogger(__name__)

PATH = "/api/v1/terminals/me"
MOST_OFFERED = 100
MOST_TOKEN = 4096
MOST_UNTOLD = 100
"""Answers that wait for the hub; of more the oldest go."""
_ID = re.compile(r"[0-9a-f]{32}")
"""It becomes part of an address, of which we prove that we ask it."""

Put = Callable[[str, dict[str, Any]], Awaitable[bool]]
"""Puts a message to a path and returns whether it arrived; it does not raise."""


class FleetLink:
    """One terminal's end. All methods belong to the loop's thread.

    `about` returns what the terminal runs; `offered` gets id and token of each open command; `told` the id of a command
    whose answer has arrived. Without `offered` this terminal takes no commands.
    """

    def __init__(self, about: Callable[[], Awaitable[dict[str, Any]]]) -> None:
        self._about = about
        self._said: dict[str, Any] = {}
        self._answers: dict[str, Answer] = {}
        self.news: Callable[[], None] = lambda: None
        self.offered: Callable[[Sequence[tuple[str, str]]], None] = lambda _: None
        self.told: Callable[[str], Awaitable[None]] | None = None

    def heard(self, message: dict[str, Any]) -> None:
        """Take a message of the hub; one that is none of commands is passed over."""
        listed = message.get("commands")
        if not isinstance(listed, list):
            return
        self.offered([offer for one in listed[:MOST_OFFERED] if (offer := _offer(one))])

    def answer(self, answer: Answer) -> None:
        """Bring an answer to the hub, soon."""
        self._answers[answer.id] = answer
        while len(self._answers) > MOST_UNTOLD:
            log.warning(
                "an answer to a command was not told in time: %s", self._answers.pop(next(iter(self._answers))).id
            )
        self.news()

    async def tell(self, put: Put) -> bool:
        """Tell what is new; return whether all of it has arrived."""
        about = await self._about()
        if about != self._said:
            if not await put(f"{PATH}/about", about):
                return False
            self._said = about
        for answer in tuple(self._answers.values()):
            if not await put(f"{PATH}/commands/{answer.id}/answer", _message(answer)):
                return False
            if self._answers.get(answer.id) is answer:
                del self._answers[answer.id]
            if self.told:
                await self.told(answer.id)
        return True


def _message(answer: Answer) -> dict[str, Any]:
    return {
        "outcome": answer.outcome.value,
        "at": answer.at.isoformat(timespec="seconds"),
        "last": answer.last,
        "detail": answer.detail[:300],
        "content": base64.b64encode(answer.content).decode() if answer.content else None,
    }


def _offer(one: object) -> tuple[str, str] | None:
    match one:
        case {"id": str(name), "token": str(token)} if _ID.fullmatch(name) and len(token) <= MOST_TOKEN:
            return name, token
    return None
