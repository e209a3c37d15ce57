"""Metrics for Prometheus: whether the hub works, and nothing about people.

Somebody who asks every few seconds and keeps the answers would learn from a count of calls, or of terminals in use,
when somebody stood where. So neither is told, and no count of requests from which it could be guessed: see
`hub.figures` for what may be known of calls. Terminals have no names here.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hub.access import address_of
from hub.settings import fingerprint
from kiosk.effects import TerminalUse

router = APIRouter(tags=["operation"])
_bearer = HTTPBearer(auto_error=False, description="The credential of `metrics_credential`.")
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_PASSED_ON = frozenset({"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded", "via"})
_LAG_EVERY = 1.0
_REFUSED, _TOO_OFTEN, _BROKEN = "refused", "too-often", "broken"
_FAILURES = {401: _REFUSED, 403: _REFUSED, 429: _TOO_OFTEN}


class Metrics(Collector):
    """What one hub process tells. `state` is the application's; it is looked at when somebody asks."""

    def __init__(self, state: Any) -> None:
        self._state = state
        self.registry = CollectorRegistry()
        self._failures = Counter(
            "lotse_hub_failures",
            "Requests that were refused, came too often, or broke.",
            ["kind"],
            registry=self.registry,
        )
        for kind in (_REFUSED, _TOO_OFTEN, _BROKEN):
            self._failures.labels(kind)
        self._lag = Gauge("lotse_hub_lag_seconds", "How late the event loop was, last.", registry=self.registry)
        ProcessCollector(registry=self.registry)
        self.registry.register(self)

    def answered(self, status: int) -> None:
        """Count an answer that is a failure."""
        kind = _BROKEN if status >= 500 and status != 503 else _FAILURES.get(status)
        if kind:
            self._failures.labels(kind).inc()

    async def watch_lag(self) -> None:
        """Measure how late the loop is, until cancelled."""
        while True:
            begun = time.monotonic()
            await asyncio.sleep(_LAG_EVERY)
            self._lag.set(max(0.0, time.monotonic() - begun - _LAG_EVERY))

    def collect(self) -> Iterable[Metric]:
        """Return how terminals are, and whether the database answers."""
        known = self._state.board.now.terminals
        terminals = GaugeMetricFamily("lotse_hub_terminals", "Terminals by what IT has to know.", labels=["state"])
        counts = {"known": len(known), "connected": 0, "with-fault": 0, "out-of-service": 0}
        for one in known:
            counts["connected"] += one.connected
            counts["with-fault"] += bool(one.devices)
            counts["out-of-service"] += one.state is TerminalUse.OUT_OF_ORDER
        for name, count in counts.items():
            terminals.add_metric([name], count)
        yield terminals
        here = GaugeMetricFamily("lotse_hub_connections", "Terminals connected to this process.")
        here.add_metric([], len(self._state.presence))
        yield here
        up = GaugeMetricFamily("lotse_hub_database_up", "1 if the database answered at the last look.")
        up.add_metric([], float(self._state.board.reads))
        yield up


def allowed(request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> None:
    """Let in who has the token; where the settings have none, this machine alone, and nothing that was passed on."""
    token = request.app.state.settings.metrics_token
    if token:
        given = credentials.credentials if credentials else ""
        if not hmac.compare_digest(fingerprint(given), fingerprint(token)):
            raise HTTPException(401, "unknown token", {"WWW-Authenticate": "Bearer"})
    elif address_of(request) not in _LOOPBACK or not _PASSED_ON.isdisjoint(request.headers):
        raise HTTPException(404, "not here")


@router.get("/metrics", dependencies=[Depends(allowed)], responses={401: {"description": "The token is not known."}})
async def metrics(request: Request) -> Response:
    """Return the metrics (Prometheus' text format)."""
    text = await run_in_threadpool(generate_latest, request.app.state.metrics.registry)
    return Response(text, media_type=CONTENT_TYPE_LATEST)
