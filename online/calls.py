"""A call for a person, as it goes over the wire to the hub and comes back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from kiosk.counter_events import HelpDone, HelpQueued, HelpTaken
from kiosk.effects import Call
from kiosk.events import Event
from kiosk.text import GERMAN, Text, translator

MAX_LABEL = 300


class Away(Exception):
    """The hub cannot be used now; the text is for IT."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The one call of this terminal."""

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    called_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat())


def message_of(call: Call, placed: Placed) -> dict[str, Any]:
    """Return what the hub is told of a call: German labels, visitor data masked."""
    return {
        "service": _german(call.service),
        "step": _german(call.step),
        "reason": call.reason,
        "language": call.language,
        "called_at": placed.called_at,
    }


def event_of(standing: dict[str, Any]) -> Event:
    """Return what it means how a call stands. Raises `Away` for what no hub says."""
    match standing:
        case {"state": "queued"}:
            return HelpQueued(_number(standing.get("place")), _number(standing.get("usual_minutes")))
        case {"state": "taken" | "on-way" as state, "name": str(name), "counter": str(counter)}:
            return HelpTaken(name, counter, _number(standing.get("minutes")), on_the_way=state == "on-way")
        case {"state": "done" | "cancelled"}:
            return HelpDone()
    raise Away("the hub's answer has no known state")


def _german(text: Text | None) -> str | None:
    """Return a label on one line: places write some of these texts."""
    return None if text is None else " ".join(translator(GERMAN, masked=True).say(text).split())[:MAX_LABEL]


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
