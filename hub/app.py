"""The hub as one ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from hub import counter, terminals
from hub.access import CounterClosed, ForeignOrigin
from hub.calls import CallBook
from hub.news import News
from hub.settings import HubSettings
from hub.shield import Shield
from hub.storage import open_database


def create_app(settings: HubSettings) -> FastAPI:
    """Open the database and return the hub.

    `app.state` has `settings`, `book` (the calls) and `news` (close it when the server stops, so that
    event streams end). Raises `sqlalchemy.exc.SQLAlchemyError` if the database cannot be opened.
    """
    engine = open_database(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        engine.dispose()

    app = FastAPI(title="Lotse hub", openapi_url=None, lifespan=lifespan)
    app.state.settings = settings
    app.state.book = CallBook(engine, settings.keep_closed)
    app.state.news = News()
    app.include_router(terminals.router)
    app.include_router(counter.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), "static")
    app.add_exception_handler(CounterClosed, counter.refused)
    app.add_exception_handler(ForeignOrigin, counter.refused)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(settings.hosts), www_redirect=False)
    app.add_middleware(Shield)
    return app
