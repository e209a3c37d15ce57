"""How the double of the AusweisApp reaches an eID server.

Between a real AusweisApp and a real eID server PAOS is spoken, with terminal and chip authentication
(TR-03124-1). Here plain JSON stands for that: what is proven is the terminal's flow, not the cryptography.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Terms:
    """What a server wants to read, and who it says it is."""

    session: str
    refresh: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    description: Mapping[str, str] = field(default_factory=dict)


class EidServer(Protocol):
    """An eID server as the AusweisApp sees it."""

    async def begin(self, tc_token_url: str) -> Terms | None:
        """Open a session; None if there is no such service."""

    async def deliver(self, terms: Terms, rights: frozenset[str], data: Mapping[str, Any]) -> bool:
        """Hand over what was read; whether it arrived."""


class HttpEidServer:
    """A server on HTTP: the double of the city's eID service."""

    def __init__(self, seconds: float = 5.0) -> None:
        self._seconds = seconds

    async def begin(self, tc_token_url: str) -> Terms | None:
        """Get the TC token (XML) and then the terms (JSON) from its server address."""
        import httpx
        from defusedxml import ElementTree

        try:
            async with httpx.AsyncClient(timeout=self._seconds, trust_env=False) as client:
                token = ElementTree.fromstring((await client.get(tc_token_url)).raise_for_status().text)
                server = token.findtext("ServerAddress") or ""
                terms = (await client.get(server)).raise_for_status().json()
        except (httpx.HTTPError, httpx.InvalidURL, ElementTree.ParseError, ValueError):
            return None
        return Terms(
            server,
            token.findtext("RefreshAddress") or "",
            tuple(terms["required"]),
            tuple(terms["optional"]),
            terms["certificate"],
        )

    async def deliver(self, terms: Terms, rights: frozenset[str], data: Mapping[str, Any]) -> bool:
        """Post what was read to the server address."""
        import httpx

        try:
            async with httpx.AsyncClient(timeout=self._seconds, trust_env=False) as client:
                answer = await client.post(terms.session, json={"rights": sorted(rights), "data": dict(data)})
        except httpx.HTTPError:
            return False
        return answer.is_success


class LocalEidServer:
    """A server in memory, for tests of the WebSocket alone."""

    def __init__(self, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()) -> None:
        self.required = required
        self.optional = optional
        self.subject = "Stadt Beispiel"
        self.delivered: list[tuple[frozenset[str], Mapping[str, Any]]] = []
        self.asked: list[str] = []
        self.away = False

    async def begin(self, tc_token_url: str) -> Terms | None:
        """Open a session for any address."""
        self.asked.append(tc_token_url)
        if self.away:
            return None
        description = {
            "subjectName": self.subject,
            "subjectUrl": "https://stadt.example",
            "purpose": "Anträge\tbei der\r\nStadt",
        }
        return Terms("1", "https://eid.example/result?session=1", self.required, self.optional, description)

    async def deliver(self, terms: Terms, rights: frozenset[str], data: Mapping[str, Any]) -> bool:
        """Keep what was read."""
        self.delivered.append((rights, data))
        return terms.session == "1"
