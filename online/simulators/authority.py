"""A double of FIT-Connect with an authority behind it: token, routing, destinations, submissions, events.

It speaks HTTP on loopback like the real services do together, holds the authority's private keys, and
can be told to fail or to lie. What arrived is decrypted, checked and shown at `page`.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from jwcrypto.common import base64url_decode
from jwcrypto.jwk import JWK
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from online.simulators import refuse_outside_demo
from online.simulators.authority_faults import Forgery, Mishap, Operation, Planned
from online.simulators.authority_intake import Arrival, Delivered, read
from online.simulators.authority_page import page_routes
from online.simulators.authority_tokens import AuthorityKeys, Scribe, Submission
from online.simulators.loopback import LoopbackServer

Answer = Callable[[Request], Awaitable[Response]]
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_JWE_PARTS = 5


class Authority:
    """The double. `arrived` is what the authority has; `requests` counts what was asked of it.

    Any destination id is one of the authority's unless it is in `unknown`; `online = False` cuts every
    connection. Faults: `fail` for the next requests, `forgeries` while they are in the set.
    """

    def __init__(self, keys: AuthorityKeys | None = None, *, port: int = 0) -> None:
        refuse_outside_demo()
        self._keys = keys or AuthorityKeys.generate()
        self.client_id = "lotse-terminal"
        self.client_secret = secrets.token_urlsafe(24)
        self.token_seconds = 1800
        self.online = True
        self.unknown: set[str] = set()
        self.forgeries: set[Forgery] = set()
        self.arrived: list[Arrival] = []
        self.requests: Counter[Operation] = Counter()
        self.bodies: list[bytes] = []
        self._plans: list[Planned] = []
        self._tokens: dict[str, float] = {}
        self._submissions: dict[str, Submission] = {}
        self._server = LoopbackServer(Starlette(routes=self._routes()), port)
        self._scribe = Scribe(self._keys, self.forgeries, self.submission_api, self.portal)

    @property
    def page(self) -> str:
        """The address of the page that shows what arrived."""
        return f"{self._server.address}/"

    @property
    def token_url(self) -> str:
        """The OAuth token endpoint."""
        return f"{self._server.address}/token"

    @property
    def submission_api(self) -> str:
        """Base address of the submission API."""
        return f"{self._server.address}/submission-api"

    @property
    def destination_api(self) -> str:
        """Base address of the destination API."""
        return f"{self._server.address}/destination-api"

    @property
    def routing_api(self) -> str:
        """Base address of the routing API."""
        return f"{self._server.address}/routing-api"

    @property
    def portal(self) -> str:
        """The issuer that signs destinations."""
        return f"{self._server.address}/portal"

    def start(self) -> None:
        """Begin to answer."""
        self._server.start()

    def stop(self) -> None:
        """End all connections and the server's thread."""
        self._server.stop()

    @contextmanager
    def running(self) -> Iterator[Authority]:
        """Answer while the block runs."""
        self.start()
        try:
            yield self
        finally:
            self.stop()

    def fail(self, operation: Operation, mishap: Mishap, times: int = 1, retry_after: str = "") -> None:
        """Let the next `times` requests of a kind meet a mishap."""
        self._plans.append(Planned(operation, mishap, times, retry_after))

    def forget(self) -> None:
        """Forget all that arrived, and what is known of submissions: whoever still asks for one is told of none."""
        self.arrived.clear()
        self.bodies.clear()
        self._submissions.clear()

    def forgive(self) -> None:
        """End every planned mishap and every forgery."""
        self._plans.clear()
        self.forgeries.clear()

    def turn_clock(self, ahead: float) -> None:
        """Let its clock be so many seconds ahead of the computer's."""
        self._server.ahead = ahead

    @property
    def clock_ahead(self) -> float:
        """How many seconds its clock is ahead of the computer's."""
        return self._server.ahead

    def revoke_tokens(self) -> None:
        """Let every token be refused from now on."""
        self._tokens.clear()

    def forget_submissions(self) -> None:
        """Forget every announced submission that did not arrive yet, as the real service does after days."""
        self._submissions = {key: value for key, value in self._submissions.items() if value.data}

    def _routes(self) -> list[Route]:
        api, submissions = "/submission-api", "/submission-api/v2/submissions"
        destinations = "/destination-api/v2/destinations"
        table: list[tuple[Operation, str, str, Answer]] = [
            (Operation.TOKEN, "POST", "/token", self._token),
            (Operation.SERVICE_KEYS, "GET", f"{api}/.well-known/jwks.json", self._signing_keys),
            (Operation.PORTAL_KEYS, "GET", "/portal/.well-known/jwks.json", self._signing_keys),
            (Operation.ROUTES, "GET", "/routing-api/v2/routes", self._find_routes),
            (Operation.DESTINATION, "GET", destinations + "/{destination}", self._destination),
            (Operation.DESTINATION_KEYS, "GET", destinations + "/{destination}/keys", self._destination_keys),
            (Operation.DESTINATION_KEY, "GET", destinations + "/{destination}/keys/{kid}", self._destination_key),
            (Operation.ANNOUNCE, "POST", submissions, self._announce),
            (Operation.ATTACHMENT, "PUT", submissions + "/{id}/attachments/{attachment}", self._attachment),
            (Operation.SUBMIT, "PUT", submissions + "/{id}", self._submit),
            (Operation.EVENTS, "GET", submissions + "/{id}/events", self._events),
        ]
        routes = [
            Route(path, self._guarded(operation, answer), methods=[method]) for operation, method, path, answer in table
        ]
        return routes + page_routes(lambda: tuple(self.arrived))

    def _guarded(self, operation: Operation, answer: Answer) -> Answer:
        async def guarded(request: Request) -> Response:
            self.requests[operation] += 1
            plan = self._planned(operation)
            mishap = plan.mishap if plan else None
            if not self.online or mishap is Mishap.DROP_BEFORE:
                return await self._dropped(request)
            if plan is not None and mishap is not Mishap.DROP_AFTER:
                return await self._mishap(plan)
            refusal = self._unauthorised(operation, request)
            response = refusal or await answer(request)
            return await self._dropped(request) if mishap is Mishap.DROP_AFTER else response

        return guarded

    def _planned(self, operation: Operation) -> Planned | None:
        for plan in self._plans:
            if plan.operation is operation and plan.times > 0:
                plan.times -= 1
                return plan
        return None

    async def _dropped(self, request: Request) -> Response:
        if request.client is not None:
            await self._server.drop((request.client.host, request.client.port))
        return Response()

    async def _mishap(self, plan: Planned) -> Response:
        if plan.mishap is Mishap.STALL:
            await self._server.stopping()
        if plan.mishap is Mishap.EXPIRE_TOKEN:
            self.revoke_tokens()
        if plan.mishap is Mishap.PAGE:
            return HTMLResponse("<html><body>Bitte melden Sie sich im WLAN an.</body></html>")
        status = {
            Mishap.SERVER_ERROR: 500,
            Mishap.TOO_MANY: 429,
            Mishap.REFUSE: 422,
            Mishap.FORBID: 403,
            Mishap.FORGET: 404,
            Mishap.EXPIRE_TOKEN: 401,
        }.get(plan.mishap, 503)
        headers = {"Retry-After": plan.retry_after} if plan.retry_after else None
        return _problem(status, plan.mishap, headers)

    def _unauthorised(self, operation: Operation, request: Request) -> Response | None:
        if operation in {Operation.TOKEN, Operation.SERVICE_KEYS, Operation.PORTAL_KEYS, Operation.ROUTES}:
            return None
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self._tokens.get(token, 0) > time.monotonic():
            return None
        return _problem(401, "unauthorized")

    async def _token(self, request: Request) -> Response:
        # Read by hand: Starlette's form parser wants one more library.
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            return JSONResponse({"error": "invalid_client"}, 401)
        token = secrets.token_urlsafe(32)
        self._tokens[token] = time.monotonic() + self.token_seconds
        return JSONResponse({"access_token": token, "token_type": "bearer", "expires_in": self.token_seconds})

    async def _signing_keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self._keys.signing_jwk]})

    async def _find_routes(self, request: Request) -> Response:
        leika, ars = request.query_params.get("leikaKey", ""), request.query_params.get("ars", "")
        if not re.fullmatch(r"99\d{12}", leika) or not re.fullmatch(r"\d{12}", ars):
            return _problem(400, "bad-request")
        destination = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{leika}/{ars}"))
        found = [] if destination in self.unknown else [self._scribe.route(leika, ars, destination)]
        return JSONResponse({"count": len(found), "offset": 0, "totalCount": len(found), "routes": found})

    def _knows(self, destination: str) -> bool:
        return bool(_UUID.fullmatch(destination)) and destination not in self.unknown

    async def _destination(self, request: Request) -> Response:
        destination = request.path_params["destination"]
        if not self._knows(destination):
            return _problem(404, "destination-not-found")
        kid = self._encryption_jwk()["kid"]
        return JSONResponse({"destinationId": destination, "status": "active", "encryptionKid": kid})

    async def _destination_keys(self, request: Request) -> Response:
        if not self._knows(request.path_params["destination"]):
            return _problem(404, "destination-not-found")
        return JSONResponse({"keys": [] if Forgery.NO_KEY in self.forgeries else [self._encryption_jwk()]})

    def _encryption_jwk(self) -> dict[str, Any]:
        if Forgery.WEAK_KEY in self.forgeries:
            weak = JWK.generate(kty="RSA", size=2048, kid="weak", alg="RSA-OAEP-256")
            return {**weak.export_public(as_dict=True), "key_ops": ["wrapKey"]}
        if Forgery.SIGNING_KEY in self.forgeries:
            return self._keys.signing_jwk
        return self._keys.encryption_jwk

    async def _destination_key(self, request: Request) -> Response:
        for key in (self._keys.signing_jwk, self._keys.encryption_jwk):
            if key["kid"] == request.path_params["kid"]:
                return JSONResponse(key)
        return _problem(404, "key-not-found")

    async def _announce(self, request: Request) -> Response:
        body = await self._body(request)
        service = body.get("publicService") or {}
        identifier, attachments = str(service.get("identifier", "")), body.get("announcedAttachments")
        known = self._knows(str(body.get("destinationId", "")))
        if not known or not re.fullmatch(r"urn:de:fim:leika:leistung:99\d{12}", identifier):
            return _problem(422, "unsupported-service")
        if not isinstance(attachments, list) or not all(_UUID.fullmatch(str(name)) for name in attachments):
            return _problem(400, "bad-request")
        submission_id, case_id = str(uuid.uuid4()), str(uuid.uuid4())
        self._submissions[submission_id] = Submission(
            str(body["destinationId"]), case_id, str(service.get("name", "")), identifier, tuple(attachments)
        )
        return JSONResponse({"submissionId": submission_id, "caseId": case_id}, 201)

    async def _attachment(self, request: Request) -> Response:
        submission = self._submissions.get(request.path_params["id"])
        name = request.path_params["attachment"]
        if submission is None or name not in submission.announced:
            return _problem(404, "submission-not-found")
        if submission.data:
            return _problem(409, "already-submitted")
        body = await request.body()
        self.bodies.append(body)
        if request.headers.get("content-type") != "application/jose" or not _is_jwe(body.decode()):
            return _problem(422, "not-encrypted")
        submission.attachments[name] = body.decode()
        return Response(status_code=204)

    async def _submit(self, request: Request) -> Response:
        submission = self._submissions.get(request.path_params["id"])
        if submission is None:
            return _problem(404, "submission-not-found")
        if submission.data:
            return _problem(409, "already-submitted")
        body = await self._body(request)
        metadata, data = str(body.get("encryptedMetadata")), str(body.get("encryptedData"))
        if not _is_jwe(metadata) or not _is_jwe(data) or set(submission.announced) != set(submission.attachments):
            return _problem(422, "incomplete")
        submission.metadata, submission.data = metadata, data
        arrival = await asyncio.to_thread(self._pick_up, request.path_params["id"], submission)
        submission.rejected = not arrival.accepted or Forgery.REJECT in self.forgeries
        self.arrived.append(arrival)
        return JSONResponse({"submissionId": arrival.submission_id, "caseId": arrival.case_id}, 202)

    def _pick_up(self, submission_id: str, submission: Submission) -> Arrival:
        delivered = Delivered(
            submission_id,
            submission.case_id,
            submission.destination_id,
            submission.service,
            submission.identifier,
            submission.metadata,
            submission.data,
            dict(submission.attachments),
        )
        return read(delivered, self._keys.encryption, datetime.now(UTC))

    async def _body(self, request: Request) -> dict[str, Any]:
        self.bodies.append(await request.body())
        body = await request.json()
        return body if isinstance(body, dict) else {}

    async def _events(self, request: Request) -> Response:
        submission_id = request.path_params["id"]
        submission = self._submissions.get(submission_id)
        if submission is None:
            return _problem(404, "submission-not-found")
        log = await asyncio.to_thread(self._scribe.event_log, submission_id, submission)
        offset, limit = (int(request.query_params.get(name, d)) for name, d in (("offset", 0), ("limit", 100)))
        page = log[offset : offset + limit]
        return JSONResponse({"offset": offset, "count": len(page), "totalCount": len(log), "eventLog": page})


def _is_jwe(token: str) -> bool:
    """Check what a transport can see: five parts, and the header that FIT-Connect demands."""
    parts = token.split(".")
    if len(parts) != _JWE_PARTS:
        return False
    header = json.loads(base64url_decode(parts[0]))
    return (header.get("alg"), header.get("enc")) == ("RSA-OAEP-256", "A256GCM") and {"kid", "cty"} <= set(header)


def _problem(status: int, kind: str, headers: dict[str, str] | None = None) -> Response:
    """Return an error as RFC 7807 writes it."""
    body = {"type": f"https://schema.example/problems/{kind}", "title": kind, "status": status}
    return JSONResponse(body, status, headers, "application/problem+json")
