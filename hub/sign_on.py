"""Single sign-on: OpenID Connect Core 1.0, code flow with PKCE (RFC 7636); Authlib checks the ID token.

Authlib's own client needs another HTTP library than ours, so the two requests are made here.
"""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from sqlalchemy import Engine, delete
from starlette.concurrency import run_in_threadpool

from hub.roles import Role
from hub.settings import SingleSignOn, fingerprint
from hub.storage import SignOnRow, writing

_TIMEOUT_SECONDS = 10
_LEEWAY_SECONDS = 60
_PATIENCE = timedelta(minutes=10)
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
"""Signatures with the provider's public key only: never `none`, never with the client's secret."""


class SignOnFault(Exception):
    """A sign-on that did not work; the text is for IT and has nothing of the person."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Where to send the browser, and the state that it has to come back with."""

    address: str
    state: str


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the provider vouches for."""

    subject: str
    login: str
    name: str
    role: Role
    site: str


class SignOnDesk:
    """Sends browsers to the provider and reads what they come back with. What was begun is in the database,
    so that they may come back to another hub."""

    def __init__(
        self, engine: Engine, chosen: SingleSignOn, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._engine = engine
        self._chosen = chosen
        self._now = now
        self._provider: Mapping[str, Any] | None = None
        self._trust: ssl.SSLContext | None = None

    async def begin(self, back: str) -> Begun:
        """Begin a sign-on that comes back to the address `back`. Raises `SignOnFault`."""
        provider = await self._discovered()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        await run_in_threadpool(self._keep, state, nonce, verifier)
        query = {
            "response_type": "code",
            "client_id": self._chosen.client_id,
            "redirect_uri": back,
            "scope": "openid profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        endpoint = str(provider["authorization_endpoint"])
        return Begun(f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}", state)

    async def finish(self, state: str, code: str, back: str) -> Vouched:
        """Return whom the provider vouches for. A state is good once. Raises `SignOnFault`."""
        begun = await run_in_threadpool(self._taken, state)
        if begun is None:
            raise SignOnFault("this sign-on was not begun here, or too long ago")
        nonce, verifier = begun
        provider = await self._discovered()
        answer = await self._fetch(
            "POST",
            str(provider["token_endpoint"]),
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": back,
                "code_verifier": verifier,
            },
        )
        return self._vouched(await self._claims(provider, str(answer.get("id_token", "")), nonce, answer))

    async def _claims(
        self, provider: Mapping[str, Any], token: str, nonce: str, answer: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        keys = await self._fetch("GET", str(provider["jwks_uri"]))
        options = {
            "iss": {"essential": True, "values": [self._chosen.issuer]},
            "aud": {"essential": True, "value": self._chosen.client_id},
        }
        params = {"nonce": nonce, "client_id": self._chosen.client_id}
        if "access_token" in answer:
            params["access_token"] = answer["access_token"]
        try:
            registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
            decoded = jwt.decode(token, KeySet.import_key_set(keys), registry=registry)  # type: ignore[arg-type]
            claims = CodeIDToken(decoded.claims, decoded.header, options, params)
            claims.validate(leeway=_LEEWAY_SECONDS)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise SignOnFault(f"the ID token is not sound: {type(error).__name__}") from None
        return dict(claims)

    def _vouched(self, claims: Mapping[str, Any]) -> Vouched:
        said = _at(claims, self._chosen.role_claim)
        values = said if isinstance(said, list) else [said]
        roles = [self._chosen.roles[str(value)] for value in values if str(value) in self._chosen.roles]
        if not roles:
            raise SignOnFault("the ID token names no role that may come in")
        subject = str(claims["sub"])
        login = str(claims.get("preferred_username") or subject)
        site = _at(claims, self._chosen.site_claim) if self._chosen.site_claim else ""
        return Vouched(
            f"{self._chosen.issuer}#{subject}"[:255],
            login[:80],
            str(claims.get("name") or login)[:80],
            roles[0],
            site if isinstance(site, str) else "",
        )

    async def _discovered(self) -> Mapping[str, Any]:
        """Return the provider's metadata (OpenID Connect Discovery 1.0, 4)."""
        if self._provider is None:
            address = f"{self._chosen.issuer.rstrip('/')}/.well-known/openid-configuration"
            provider = await self._fetch("GET", address)
            if provider.get("issuer") != self._chosen.issuer:
                raise SignOnFault("the provider calls itself by another issuer")
            if not {"authorization_endpoint", "token_endpoint", "jwks_uri"} <= provider.keys():
                raise SignOnFault("the provider's metadata is not complete")
            self._provider = provider
        return self._provider

    async def _fetch(self, method: str, address: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
        if self._trust is None:
            self._trust = await asyncio.to_thread(ssl.create_default_context, cafile=self._chosen.ca_file)
        login = (self._chosen.client_id, self._chosen.client_secret) if form else None
        try:
            async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, verify=self._trust, trust_env=False) as http:
                answer = await http.request(method, address, data=form, auth=login)
            content = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise SignOnFault(f"the provider does not answer: {type(error).__name__}") from None
        if not answer.is_success or not isinstance(content, dict):
            raise SignOnFault(f"the provider answered {answer.status_code}")
        return content

    def _keep(self, state: str, nonce: str, verifier: str) -> None:
        with writing(self._engine) as session:
            session.execute(delete(SignOnRow).where(SignOnRow.ends_at <= self._now()))
            ends_at = self._now() + _PATIENCE
            session.add(SignOnRow(state_hash=fingerprint(state), nonce=nonce, verifier=verifier, ends_at=ends_at))

    def _taken(self, state: str) -> tuple[str, str] | None:
        mine = (SignOnRow.state_hash == fingerprint(state)) & (SignOnRow.ends_at > self._now())
        with writing(self._engine) as session:
            row = session.execute(delete(SignOnRow).where(mine).returning(SignOnRow.nonce, SignOnRow.verifier)).first()
            return (row[0], row[1]) if row else None


def _at(claims: Mapping[str, Any], path: str) -> Any:
    """Return what stands at `a.b.c` in nested claims, None if nothing."""
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
