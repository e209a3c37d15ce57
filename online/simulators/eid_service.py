"""A double of the city's eID service: TC token, what stands for PAOS, and the result, on loopback HTTP.

A real service speaks PAOS with the AusweisApp and proves itself to the card (TR-03124-1, TR-03130-1). Here the
double of the AusweisApp posts what it read as JSON. So the terminal's flow is proven, not the cryptography.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from online.simulators import refuse_outside_demo
from online.simulators.loopback import LoopbackServer

MAJOR = "http://www.bsi.bund.de/ecard/api/1.1/resultmajor#"
MINOR = "http://www.bsi.bund.de/ecard/api/1.1/resultminor/"


class EidServiceFault(StrEnum):
    """What the result can be instead, once."""

    ERROR = "error"
    STALL = "stall"
    DROP = "drop"
    GARBAGE = "garbage"
    HUGE = "huge"
    REDIRECT = "redirect"
    NOBODY = "nobody"
    REFUSAL = "refusal"


@dataclass(slots=True)
class _Session:
    data: Mapping[str, Any] | None = None


@dataclass(slots=True)
class EidServiceDouble:
    """Serves one made-up city. `tc_token_url` goes into the terminal's settings, `base` too.

    Raises `RuntimeError` outside demo and tests.
    """

    required: Iterable[str] = ()
    optional: Iterable[str] = (
        "GivenNames",
        "FamilyName",
        "BirthName",
        "DoctoralDegree",
        "DateOfBirth",
        "PlaceOfBirth",
        "Nationality",
        "Address",
    )
    subject: str = "Musterstadt"
    purpose: str = "Ausfüllen von Anträgen am Terminal"
    port: int = 0
    next_fault: EidServiceFault | None = None
    served: int = 0
    """How many results were given out."""
    _sessions: dict[str, _Session] = field(default_factory=dict)
    _server: LoopbackServer | None = None

    def __post_init__(self) -> None:
        refuse_outside_demo()

    def start(self) -> Self:
        """Listen on 127.0.0.1."""
        routes = [
            Route("/tctoken", self._tc_token),
            Route("/paos/{session}", self._terms, methods=["GET"]),
            Route("/paos/{session}", self._deliver, methods=["POST"]),
            Route("/result", self._result),
        ]
        self._server = LoopbackServer(Starlette(routes=routes), self.port)
        self._server.start()
        return self

    def stop(self) -> None:
        """End it, and forget everybody."""
        self._sessions.clear()
        if self._server:
            self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def base(self) -> str:
        """The service's address."""
        assert self._server, "not started"
        return self._server.address

    @property
    def tc_token_url(self) -> str:
        """Where a session begins."""
        return f"{self.base}/tctoken"

    async def _tc_token(self, _: Request) -> Response:
        session = secrets.token_urlsafe(16)
        self._sessions[session] = _Session()
        token = f"""<?xml version="1.0" encoding="UTF-8"?>
<TCTokenType>
  <ServerAddress>{self.base}/paos/{session}</ServerAddress>
  <SessionIdentifier>{session}</SessionIdentifier>
  <RefreshAddress>{self.base}/result?session={session}</RefreshAddress>
  <CommunicationErrorAddress>{self.base}/error</CommunicationErrorAddress>
  <Binding>urn:liberty:paos:2006-08</Binding>
</TCTokenType>"""
        return Response(token, media_type="text/xml")

    async def _terms(self, request: Request) -> Response:
        if request.path_params["session"] not in self._sessions:
            return Response(status_code=404)
        certificate = {"subjectName": self.subject, "subjectUrl": self.base, "purpose": self.purpose}
        return JSONResponse(
            {"required": list(self.required), "optional": list(self.optional), "certificate": certificate}
        )

    async def _deliver(self, request: Request) -> Response:
        session = self._sessions.get(request.path_params["session"])
        if session is None:
            return Response(status_code=404)
        session.data = (await request.json())["data"]
        return Response(status_code=204)

    async def _result(self, request: Request) -> Response:
        """Give a result out once; a session that nobody finished is over as well."""
        fault, self.next_fault = self.next_fault, None
        if fault and (answer := await self._failing(fault, request)):
            return answer
        session = self._sessions.pop(request.query_params.get("session", ""), None)
        if session is None or request.query_params.get("ResultMajor") != "ok":
            return Response(status_code=404)
        if session.data is None or fault is EidServiceFault.REFUSAL:
            minor = f"{MINOR}il/signature#invalidCertificatePath"
            return JSONResponse({"Result": {"ResultMajor": f"{MAJOR}error", "ResultMinor": minor}})
        self.served += 1
        document = {"Result": {"ResultMajor": f"{MAJOR}ok"}, "PersonalData": session.data}
        return Response(json.dumps(document, ensure_ascii=False), media_type="application/json")

    async def _failing(self, fault: EidServiceFault, request: Request) -> Response | None:
        assert self._server
        match fault:
            case EidServiceFault.STALL:
                await self._server.stopping()
            case EidServiceFault.DROP:
                assert request.client
                await self._server.drop((request.client.host, request.client.port))
        answers: Mapping[EidServiceFault, Response] = {
            EidServiceFault.ERROR: Response("<h1>Fehler</h1>", status_code=500, media_type="text/html"),
            EidServiceFault.STALL: Response(status_code=503),
            EidServiceFault.DROP: Response(status_code=503),
            EidServiceFault.GARBAGE: Response("[" * 100_000, media_type="application/json"),
            EidServiceFault.HUGE: Response(b" " * (1 << 20), media_type="application/json"),
            EidServiceFault.REDIRECT: RedirectResponse("https://anderswo.example/"),
            EidServiceFault.NOBODY: JSONResponse({"Result": {"ResultMajor": f"{MAJOR}ok"}, "PersonalData": None}),
        }
        return answers.get(fault)
