"""The hub as one ASGI application."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from hub import (
    account_pages,
    counter,
    coview_pages,
    coview_terminals,
    enrolment_api,
    enrolment_pages,
    enrolment_terminals,
    fleet,
    fleet_terminals,
    metrics,
    plan_pages,
    records,
    sign_in,
    terminals,
)
from hub.access import FirstPassword, ForeignOrigin, NotAllowed, NotSignedIn
from hub.accounts import AccountBook
from hub.attempts import Attempts
from hub.audit import AuditLog
from hub.board import Board
from hub.calls import CallBook
from hub.coview import CoviewBook, CoviewNews
from hub.enrolment import EnrolmentBook
from hub.enrolment_admissions import Admissions, watch_console
from hub.enrolment_grants import Grants
from hub.enrolment_keys import HubKeys
from hub.enrolment_proofs import ProofDesk
from hub.figures import FigureBook
from hub.fleet_book import FleetBook
from hub.fleet_terminals import Waiting
from hub.fleet_tokens import TokenBook
from hub.metrics import Metrics
from hub.one_time_codes import OneTimeCodes
from hub.pages import html
from hub.plans import PlanBook
from hub.presence import Presence
from hub.rates import Rates
from hub.replicas import listen
from hub.sessions import SessionBook
from hub.settings import HubSettings
from hub.shield import Shield
from hub.sign_on import SignOnDesk
from hub.storage import close_database, open_database
from hub.terminal_states import TerminalBook

log = logging.getLogger(__name__)

_TITLE, _VERSION = "Lotse hub", "1"
_CLEAN_SECONDS = 600.0


def create_app(settings: HubSettings) -> FastAPI:
    """Open the database and return the hub.

    `app.state` has `settings` and what the routes work with; close `board` when the server stops, so that
    event streams end. Raises `sqlalchemy.exc.SQLAlchemyError` if the database cannot be opened.
    """
    engine = open_database(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with _at_work(app, engine):
            yield
        close_database(engine)

    app = FastAPI(title=_TITLE, version=_VERSION, openapi_url=None, lifespan=lifespan)
    app.state.settings = settings
    _equip(app.state, settings, engine)
    _add_routes(app)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), "static")
    app.add_exception_handler(NotSignedIn, _to_log_in)
    app.add_exception_handler(FirstPassword, _to_own_password)
    app.add_exception_handler(NotAllowed, _refused)
    app.add_exception_handler(ForeignOrigin, _refused)
    for away in (OperationalError, InterfaceError):
        app.add_exception_handler(away, _database_away)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(settings.hosts), www_redirect=False)
    app.add_middleware(Shield, answered=app.state.metrics.answered)
    return app


def openapi_document() -> dict[str, Any]:
    """Return the OpenAPI document of all that a hub answers, without opening a database."""
    app = FastAPI(title=_TITLE, version=_VERSION)
    _add_routes(app)
    return app.openapi()


def _add_routes(app: FastAPI) -> None:
    for part in (terminals, sign_in, records, counter, coview_terminals, coview_pages):
        app.include_router(part.router)
    for part in (account_pages, plan_pages, metrics):
        app.include_router(part.router)
    for enrolment in (enrolment_terminals, enrolment_pages, enrolment_api):
        app.include_router(enrolment.router)
    for part in (fleet, fleet_terminals):
        app.include_router(part.router)


def _equip(state: Any, settings: HubSettings, engine: Engine) -> None:
    state.book = CallBook(engine)
    state.terminals = TerminalBook(engine, secrets.token_hex(8))
    state.figures = FigureBook(engine, settings.keep_days, settings.timezone)
    state.audit = AuditLog(engine)
    state.accounts = AccountBook(engine, state.audit, OneTimeCodes(settings.key))
    state.sessions = SessionBook(engine, timedelta(hours=settings.session_hours))
    state.attempts = Attempts(engine)
    state.sign_on = SignOnDesk(engine, settings.sign_on) if settings.sign_on else None
    state.rates = Rates()
    state.plans = PlanBook(engine)
    state.coviews = CoviewBook(engine)
    state.coview_news = CoviewNews()
    state.board = Board(state.book, state.terminals, state.figures)
    state.presence = Presence(state.terminals, state.board)
    state.metrics = Metrics(state)
    _equip_enrolment(state, settings, engine)


def _equip_enrolment(state: Any, settings: HubSettings, engine: Engine) -> None:
    state.hub_keys = HubKeys(engine, settings.key)
    state.enrolments = EnrolmentBook(engine, state.audit)
    state.grants = Grants(state.hub_keys, settings.updates)
    state.proofs = ProofDesk(engine, state.hub_keys, settings.key)
    state.admissions = Admissions(state.board)
    _equip_fleet(state, engine)


def _equip_fleet(state: Any, engine: Engine) -> None:
    state.fleet = FleetBook(engine, state.audit, state.hub_keys)
    state.tokens = TokenBook(engine, state.audit)
    state.waiting = Waiting(state.fleet)


@asynccontextmanager
async def _at_work(app: FastAPI, engine: Engine) -> AsyncIterator[None]:
    """Do what a hub does besides answering."""
    state = app.state
    works = [state.board.run(), state.presence.run(), listen(engine, state.board, state.coview_news), _clean_up(state)]
    works += [state.metrics.watch_lag(), state.admissions.run(), watch_console(engine, state.board)]
    tasks = [_started(work) for work in works]
    state.board.announce()
    try:
        yield
    finally:
        with suppress(SQLAlchemyError):
            await state.presence.forget()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _started(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    task = asyncio.create_task(work)
    task.add_done_callback(_complain)
    return task


def _complain(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.critical("the hub stopped working in part", exc_info=error)


async def _clean_up(state: Any) -> None:
    """Forget what is to be forgotten, at once and every few minutes."""
    while True:
        try:
            books = (state.coviews, state.figures, state.sessions, state.attempts)
            for book in (*books, state.enrolments, state.fleet, state.tokens):
                await run_in_threadpool(book.forget_old)
        except SQLAlchemyError as error:
            log.warning("what is old cannot be deleted: %s", type(error).__name__)
        await asyncio.sleep(_CLEAN_SECONDS)


async def _to_log_in(request: Request, _error: Exception) -> Response:
    if request.url.path.endswith("/events"):
        return JSONResponse({"detail": "not logged in"}, 401)
    return RedirectResponse("/login", 303)


async def _to_own_password(request: Request, _error: Exception) -> Response:
    if request.url.path.endswith("/events"):
        return JSONResponse({"detail": "the password has to be changed"}, 403)
    return RedirectResponse("/counter/password", 303)


async def _refused(request: Request, error: Exception) -> Response:
    person = error.person if isinstance(error, NotAllowed) else None
    return html("refused.html", request, person, {"foreign": isinstance(error, ForeignOrigin)}, 403)


async def _database_away(_request: Request, error: Exception) -> Response:
    log.warning("the database is away: %s", type(error).__name__)
    return JSONResponse({"detail": "the database is away"}, 503, {"Retry-After": "2"})
