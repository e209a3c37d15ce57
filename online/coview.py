"""Co-view over the terminal's connection to the hub: what the hub says becomes events, screens go the other way.

The hub says how the co-view stands, not what changed, so that something said twice does no harm. Of screens only the
latest is sent, at most one in `PAUSE_S`; the end is sent until it arrives or the line breaks, after which the hub's own
check holds: no co-view without its call.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from kiosk.counter_events import CoviewAsked, CoviewEnded, CoviewLine, CoviewPointed
from kiosk.coview import PreparedLine, View
from kiosk.events import Event
from kiosk.ports import Tell
from kiosk.text import LANGUAGE_NAMES, Language, Text, Verbatim, msg

log = logging.getLogger(__name__)

PAUSE_S = 0.2
MAX_NAME, MAX_PART, MAX_LINE = 80, 200, 200
PATH = "/api/v1/terminals/me/coview"

Put = Callable[[str, dict[str, Any]], Awaitable[bool]]
"""Puts a message to a path and returns whether it arrived; it does not raise."""


class CoviewLink:
    """One terminal's end. All methods belong to the loop's thread."""

    def __init__(self, put: Put) -> None:
        self._put = put
        self._session = ""
        self._pointed: object = None
        self._line: object = None
        self._tell: Tell | None = None
        self._waiting: dict[str, View] = {}
        """The latest of each session."""
        self._sending: asyncio.Task[None] | None = None

    def heard(self, message: dict[str, Any], tell: Tell) -> None:
        """Take a message of the hub; one that is none of co-view is passed over."""
        if "session" not in message:
            return
        session = message["session"]
        if session != self._session:
            self.lost(tell)
        if not isinstance(session, str) or not session:
            return
        self._tell = tell
        for event in self._news(session, message):
            tell(event)

    def lost(self, tell: Tell) -> None:
        """The hub cannot be heard any more, or has another co-view: this one is over."""
        session, self._session = self._session, ""
        self._pointed = self._line = None
        if session:
            tell(CoviewEnded(session))

    def show(self, view: View) -> None:
        """Send this soon."""
        self._waiting[view.session] = view
        if self._sending is None or self._sending.done():
            self._sending = asyncio.get_running_loop().create_task(self._send(), name="coview")

    async def aclose(self) -> None:
        """Send nothing more."""
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.wait((self._sending,))

    def _news(self, session: str, message: dict[str, Any]) -> list[Event]:
        news: list[Event] = []
        if not self._session:
            self._session = session
            news.append(CoviewAsked(session, _words(message, "name", MAX_NAME), _words(message, "counter", MAX_NAME)))
        pointed, line = message.get("pointed"), message.get("line")
        if isinstance(pointed, dict) and pointed != self._pointed:
            self._pointed = pointed
            news.append(CoviewPointed(session, _words(pointed, "part", MAX_PART)))
        if isinstance(line, dict) and line != self._line and (text := _line(line)) is not None:
            self._line = line
            news.append(CoviewLine(session, text))
        return news

    async def _send(self) -> None:
        while self._waiting:
            session = next(iter(self._waiting))
            view = self._waiting.pop(session)
            arrived = await self._put(PATH, {"session": session, "screens": view.screens})
            if not arrived and view.screens is not None and session == self._session and self._tell:
                self.lost(self._tell)  # nobody looks on: the visitor's frame must not say so
            await asyncio.sleep(PAUSE_S)


def _words(message: dict[str, Any], key: str, most: int) -> str:
    value = message.get(key)
    return value[:most] if isinstance(value, str) else ""


def _line(line: dict[str, Any]) -> Text | None:
    """Return what was said: a prepared sentence that we have, or words in a language that we know."""
    key, text = line.get("key"), _words(line, "text", MAX_LINE)
    if isinstance(key, str) and key in set(PreparedLine):
        return msg(f"coview.say.{PreparedLine(key)}")
    language = Language(_words(line, "language", 35))
    return Verbatim(text, language) if text and language in LANGUAGE_NAMES else None
