"""A terminal as somebody else would build it, from the standards alone, and a hub whose clock can be moved."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

from hub.audit import AuditLog
from hub.enrolment import EnrolmentBook, NewCode
from hub.enrolment_grants import Grants
from hub.enrolment_proofs import ProofDesk
from hub.server import HubServer
from hub.settings import HubSettings
from hub.storage import open_database
from tests.hub.town_hall import settings

KEY = "a key for the hub's own keys"
DAY = 24 * 3600


def keyed(database: Path | str, **others: Any) -> HubSettings:
    """Settings of a hub that can enrol terminals."""
    return settings(database, key=KEY, **others)


def code_for(hub: HubServer, terminal: str = "Terminal 1") -> str:
    """Have IT make a code."""
    made = hub.app.state.enrolments.new_code("console", terminal, "Rathaus")
    assert isinstance(made, NewCode)
    return made.code


def audited(hub: HubServer) -> list[tuple[str, str, str]]:
    """Return the audit log: who, what, to whom."""
    return [(entry.actor, entry.deed, entry.subject) for entry in hub.app.state.audit.newest()]


@contextmanager
def time_moved(hub: HubServer, seconds: float) -> Iterator[None]:
    """Let a hub's clock for enrolment be fast by so much."""
    engine, state = open_database(hub.settings), hub.app.state
    before = state.enrolments, state.grants, state.proofs

    def clock() -> float:
        return time.time() + seconds

    state.enrolments = EnrolmentBook(engine, AuditLog(engine), lambda: datetime.fromtimestamp(clock(), UTC))
    state.grants = Grants(state.hub_keys, hub.settings.updates, clock)
    state.proofs = ProofDesk(engine, state.hub_keys, KEY, clock)
    try:
        yield
    finally:
        state.enrolments, state.grants, state.proofs = before
        engine.dispose()


def signed(key: JWK, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Return a compact JWS."""
    token = JWS(json.dumps(claims))
    token.allowed_algs = ["ES256", "ES384", "HS256", "EdDSA", "RS256"]
    token.add_signature(key, protected=json.dumps(header))
    compact: str = token.serialize(compact=True)
    return compact


def payload(token: str) -> dict[str, Any]:
    """Return what a token says, whoever signed it."""
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


class Walker:
    """A terminal that can also do everything wrong: `header` and `claims` override what its proofs say."""

    def __init__(self, hub: HubServer, key: JWK | None = None) -> None:
        self.key = key or JWK.generate(kty="EC", crv="P-256")
        self.base = hub.base_url
        self.identity = ""
        self.nonce = ""
        self.http = httpx.Client(base_url=hub.base_url, trust_env=False, timeout=10)

    def __enter__(self) -> Walker:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    @property
    def thumbprint(self) -> str:
        thumbprint: str = self.key.thumbprint()
        return thumbprint

    def proof(self, method: str, path: str, header: dict[str, Any] | None = None, **claims: Any) -> str:
        public = json.loads(self.key.export_public())
        said = {"jti": secrets.token_hex(12), "htm": method, "htu": self.base + path, "iat": int(time.time())}
        if self.nonce:
            said["nonce"] = self.nonce
        if self.identity:
            digest = hashlib.sha256(self.identity.encode()).digest()
            said["ath"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        top = {"typ": "dpop+jwt", "alg": "ES256", "jwk": public} | (header or {})
        return signed(self.key, top, said | claims)

    def send(self, method: str, path: str, proof: str, **body: Any) -> httpx.Response:
        headers = {"DPoP": proof} | ({"Authorization": f"DPoP {self.identity}"} if self.identity else {})
        answer = self.http.request(method, path, headers=headers, **body)
        self.nonce = answer.headers.get("dpop-nonce", self.nonce)
        return answer

    def ask(self, method: str, path: str, **body: Any) -> httpx.Response:
        """Ask, and once more if only the nonce was stale."""
        answer = self.send(method, path, self.proof(method, path), **body)
        if answer.status_code == 401 and "use_dpop_nonce" in answer.headers["www-authenticate"]:
            answer = self.send(method, path, self.proof(method, path), **body)
        return answer

    def health(self) -> int:
        return self.ask("GET", "/api/v1/health").status_code

    def claim(self, code: str, name: str = "") -> dict[str, str]:
        signs = code.replace("-", "")
        key = hashlib.sha256(f"lotse enrolment {signs}".encode()).digest()
        text = f"lotse-enrolment\n{self.thumbprint}\n{name}".encode()
        return {"code": signs[:4], "terminal": name, "mac": hmac.digest(key, text, "sha256").hex()}

    def enrol(self, code: str, name: str = "") -> httpx.Response:
        answer = self.ask("POST", "/api/v1/enrolment", json=self.claim(code, name))
        if answer.status_code == 200:
            self.identity = payload(answer.json()["grant"])["identity"]
        return answer

    def renew(self) -> httpx.Response:
        answer = self.ask("POST", "/api/v1/enrolment/renew")
        if answer.status_code == 200:
            self.identity = payload(answer.json()["grant"])["identity"]
        return answer
