"""Draws the staff's pages: templates, words, and what a terminal's state is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from hub.board import Snapshot
from hub.calls import CallRecord, CallState
from hub.roles import Right
from hub.sessions import SignedIn
from hub.terminal_states import TerminalRecord
from hub.words import LANGUAGES, Words, preferred, words_of
from kiosk.effects import TerminalUse
from kiosk.faults import FaultCode
from kiosk.text import Language, msg, translator

_PAPER_LOW = frozenset({FaultCode.PRINTER_NEAR_END.value, FaultCode.DOCUMENTS_NEAR_END.value})
LANGUAGE_COOKIE = "lotse_language"


@dataclass(frozen=True, slots=True)
class TerminalStatus:
    """A terminal as the counter sees it. `kind` names words and colour; `call` is its open call."""

    terminal: TerminalRecord
    kind: str
    call: CallRecord | None


@dataclass(frozen=True, slots=True)
class View:
    """What one counter sees of the snapshot."""

    calls: tuple[CallRecord, ...]
    terminals: tuple[TerminalStatus, ...]
    plans: Mapping[str, str] = field(default_factory=dict)


def view_of(snapshot: Snapshot, site: str) -> View:
    """Return what the counters of a site see; of all sites if it is empty."""
    calls = tuple(call for call in snapshot.calls if not site or call.site == site)
    by_terminal = {call.terminal: call for call in calls}
    return View(
        calls,
        tuple(
            TerminalStatus(terminal, _kind(terminal, by_terminal.get(terminal.name)), by_terminal.get(terminal.name))
            for terminal in snapshot.terminals
            if not site or terminal.site == site
        ),
        snapshot.plans,
    )


def _kind(terminal: TerminalRecord, call: CallRecord | None) -> str:
    """Return the one thing to know: who waits comes first, then what does not work."""
    if call:
        return "calling" if call.state is CallState.QUEUED else "attended"
    if not terminal.connected:
        return "away"
    if terminal.state is TerminalUse.OUT_OF_ORDER:
        return "out-of-order"
    if terminal.devices:
        return "paper-low" if {code for _, code in terminal.devices} <= _PAPER_LOW else "limited"
    return terminal.state.value if terminal.state else "connected"


def waited(since: datetime, now: datetime, hours: str) -> str:
    """Return a waiting time for people: `0:35 min`, or `1:05` and the word for hours from an hour on."""
    seconds = max(0, int((now - since).total_seconds()))
    if seconds < 3600:
        return f"{seconds // 60}:{seconds % 60:02} min"
    return f"{seconds // 3600}:{seconds % 3600 // 60:02} {hours}"


def fault_words(code: str, language: str) -> str:
    """Return what the visitor reads about a fault; of a code that this hub does not know, the code."""
    try:
        return translator(Language(language)).say(msg(f"fault.{code}.title"))
    except KeyError:
        return code


def language_name(tag: str | None, language: str) -> str:
    """Return the name of a visitor's language, in the staff's."""
    from babel.core import Locale, UnknownLocaleError

    if not tag:
        return ""
    if tag == "de-x-leicht":
        return "Leichte Sprache"
    try:
        return Locale.parse(tag, sep="-").get_display_name(words_of(language).locale) or tag
    except (ValueError, UnknownLocaleError):
        return tag


_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_pages.globals.update(Right=Right, LANGUAGES=LANGUAGES, fault_words=fault_words, language_name=language_name)


def words_for(request: Request) -> Words:
    """Return the words of the language that this browser wants."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return words_of(preferred(chosen, request.headers.get("accept-language", "")))


def render(template: str, request: Request, person: SignedIn | None, context: Mapping[str, Any]) -> str:
    """Return a page or a part of one."""
    words = words_for(request)
    settings = request.app.state.settings
    now = datetime.now(UTC)
    return _pages.get_template(template).render(
        t=words.say,
        lang=words.language,
        site=(person.site if person else "") or settings.site,
        person=person,
        now=now,
        waited=lambda since: waited(since, now, words.say("time.hours")),
        moment=partial(format_datetime, locale=words.locale),
        zone=ZoneInfo(settings.timezone),
        **context,
    )


def html(
    template: str, request: Request, person: SignedIn | None, context: Mapping[str, Any], status: int = 200
) -> HTMLResponse:
    """Return a page as an answer."""
    return HTMLResponse(render(template, request, person, context), status)
