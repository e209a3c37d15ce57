"""Who asks: an identity that this hub signed, and the proof that its key is at hand (DPoP, RFC 9449).

The identity is a JWT bound to the terminal's key (`cnf.jkt`, RFC 9449, 6.1). The proof is a JWT by that key over one
request. Whether it is fresh is told by our own nonce, not by the terminal's clock (RFC 9449, 8 and 11.1); a proof is
good once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from jwcrypto.common import JWException
from jwcrypto.jwk import JWK, JWKSet
from jwcrypto.jws import JWS
from sqlalchemy import Engine, delete
from sqlalchemy.dialects.postgresql import insert

from hub.enrolment_keys import HubKeys, Purpose
from hub.enrolment_tables import UsedProofRow
from hub.storage import writing

ALGORITHM = "ES256"
PROOF_TYPE, IDENTITY_TYPE = "dpop+jwt", "lotse-identity+jwt"
NONCE_SECONDS = 300
LATE_SECONDS = 90 * 24 * 3600
"""So long after its end an identity may still be renewed."""
_MOST_SIGNS = 4096
_KEYS_AFRESH_SECONDS, _KEYS_KEPT_SECONDS = 10, 60


class ProofRefused(Exception):
    """A request that proves nothing. `error` is for the terminal (RFC 9449, 5 and 7.1; RFC 6750, 3.1).

    `who` is the terminal, if only freshness was missing: it asks again with the nonce.
    """

    def __init__(self, error: str, why: str = "", who: str = "") -> None:
        super().__init__(why or error)
        self.error = error
        self.who = who


@dataclass(frozen=True, slots=True)
class Request:
    """One request as its proof has to name it. `address` is without query."""

    method: str
    address: str
    proof: str


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof shows. Without an identity `terminal` is empty. `expired`: the identity was good until lately.

    `signed_by` is the `kid` of the hub's key under the identity.
    """

    thumbprint: str
    proof_id: str
    terminal: str = ""
    expired: bool = False
    signed_by: str = ""


class ProofDesk:
    """Checks proofs and identities. `check` blocks: call it on a thread, any number at once."""

    def __init__(self, engine: Engine, keys: HubKeys, key: str, clock: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._clock = clock
        shared = engine.dialect.name == "postgresql"
        self._used = _UsedEverywhere(engine) if shared else _UsedHere()
        # Alone, what was proven to an earlier process is nothing: that one's memory is gone.
        self._nonce_key = hashlib.sha256(b"nonces " + key.encode()).digest() if shared else secrets.token_bytes(32)
        self._published = JWKSet()
        self._published_at = float("-inf")

    def nonce(self) -> str:
        """Return a nonce for the next proofs."""
        now = str(int(self._clock()))
        return f"{now}.{self._seal(now)}"

    def check(self, request: Request, identity: str | None, *, late: bool = False) -> Proven:
        """Return what a request proves. Raises `ProofRefused`. `late`: an identity that has expired lately counts."""
        thumbprint, claims = _signed_by_itself(request.proof)
        terminal, expired, signed_by = "", False, ""
        if identity is not None:
            if claims.get("ath") != _hashed(identity):
                raise ProofRefused("invalid_dpop_proof", "not for this identity")
            terminal, expired, signed_by = self._holder(identity, thumbprint, late=late)
        if claims.get("htm") != request.method or claims.get("htu") != request.address:
            raise ProofRefused("invalid_dpop_proof", "for another request")
        proof_id = claims.get("jti")
        if not isinstance(proof_id, str) or not 16 <= len(proof_id) <= 64:
            raise ProofRefused("invalid_dpop_proof", "without a number")
        nonce = claims.get("nonce")
        if not isinstance(nonce, str) or not self._is_fresh(nonce):
            raise ProofRefused("use_dpop_nonce", who=terminal)
        if not self._used.first(f"{thumbprint}.{proof_id}", self._clock() + 2 * NONCE_SECONDS):
            raise ProofRefused("invalid_dpop_proof", "used before")
        return Proven(thumbprint, proof_id, terminal, expired, signed_by)

    def _holder(self, identity: str, thumbprint: str, *, late: bool) -> tuple[str, bool, str]:
        token = _read(identity, IDENTITY_TYPE)
        kid = str(token.jose_header.get("kid"))
        key = self._hub_key(kid)
        claims = _verified(token, key) if key else None
        match claims:
            case {"sub": str(terminal), "exp": int(until), "cnf": {"jkt": str(bound)}}:
                pass
            case _:
                raise ProofRefused("invalid_token", "not signed by this hub")
        if not hmac.compare_digest(bound.encode(), thumbprint.encode()):
            raise ProofRefused("invalid_token", "another key's")
        expired = until <= self._clock()
        if expired and not (late and self._clock() < until + LATE_SECONDS):
            raise ProofRefused("invalid_token", "expired", who=terminal)
        return terminal, expired, kid

    def _hub_key(self, kid: str) -> JWK | None:
        """Return the hub's key with this id; one that is not known may be new, and one that is may count no longer."""
        known = self._published.get_key(kid)
        if self._clock() - self._published_at > (_KEYS_AFRESH_SECONDS if known is None else _KEYS_KEPT_SECONDS):
            self._published_at = self._clock()
            self._published = self._keys.published(Purpose.IDENTITY)
            known = self._published.get_key(kid)
        return known

    def _is_fresh(self, nonce: str) -> bool:
        at, _, seal = nonce.partition(".")
        if not (at.isascii() and at.isdigit() and len(at) < 16):
            return False
        right = hmac.compare_digest(seal.encode(), self._seal(at).encode())
        return right and -1 <= self._clock() - int(at) <= NONCE_SECONDS

    def _seal(self, at: str) -> str:
        return hmac.digest(self._nonce_key, at.encode(), "sha256").hex()[:32]


class _UsedHere:
    """The proofs that this process has accepted. Those that are over are dropped, a few with each new one."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()

    def first(self, proof: str, until: float) -> bool:
        """Whether this is the first time; `until` is when the nonce is over for certain."""
        begun = until - 2 * NONCE_SECONDS
        with self._lock:
            while self._until and (oldest := next(iter(self._until))) and self._until[oldest] < begun:
                del self._until[oldest]
            if proof in self._until:
                return False
            self._until[proof] = until
        return True


class _UsedEverywhere:
    """The same for all hubs of a database. It need not outlast the database's own crash by a second."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._next_sweep = 0.0

    def first(self, proof: str, until: float) -> bool:
        """Whether this is the first time at any hub."""
        moment = datetime.fromtimestamp(until, UTC)
        hashed = hashlib.sha256(proof.encode()).hexdigest()
        once = insert(UsedProofRow).values(id=hashed, until=moment).on_conflict_do_nothing()
        with writing(self._engine) as session:
            if until > self._next_sweep:
                self._next_sweep = until + NONCE_SECONDS
                over = datetime.fromtimestamp(until - 2 * NONCE_SECONDS, UTC)
                session.execute(delete(UsedProofRow).where(UsedProofRow.until < over))
            return session.scalar(once.returning(UsedProofRow.id)) is not None


def signed(key: JWK, kind: str, claims: dict[str, Any]) -> str:
    """Return a JWT by one of the hub's keys."""
    token = JWS(json.dumps(claims, separators=(",", ":")))
    token.add_signature(key, protected=json.dumps({"typ": kind, "alg": ALGORITHM, "kid": key["kid"]}))
    compact: str = token.serialize(compact=True)
    return compact


def _signed_by_itself(proof: str) -> tuple[str, dict[str, Any]]:
    """Return a proof's key (RFC 7638 thumbprint) and claims."""
    token = _read(proof, PROOF_TYPE)
    shown = token.jose_header.get("jwk")
    if not isinstance(shown, dict) or shown.get("kty") != "EC" or shown.get("crv") != "P-256" or "d" in shown:
        raise ProofRefused("invalid_dpop_proof", "without a public key")
    try:
        key = JWK(**{name: shown[name] for name in ("kty", "crv", "x", "y")})
        claims = _verified(token, key)
        thumbprint: str = key.thumbprint()
    except (JWException, ValueError, KeyError, TypeError):
        raise ProofRefused("invalid_dpop_proof", "no sound key") from None
    if claims is None:
        raise ProofRefused("invalid_dpop_proof", "not signed")
    return thumbprint, claims


def _read(compact: str, kind: str) -> JWS:
    """Read a JWS of which nothing is believed yet but its type and algorithm (RFC 8725, 3.1 and 3.11)."""
    error = "invalid_dpop_proof" if kind == PROOF_TYPE else "invalid_token"
    token = JWS()
    token.allowed_algs = [ALGORITHM]
    try:
        if len(compact) > _MOST_SIGNS or compact.count(".") != 2:
            raise ValueError(kind)
        token.deserialize(compact)
        header = token.jose_header
    except (JWException, ValueError, TypeError, KeyError, AttributeError):
        raise ProofRefused(error, "not a token") from None
    if not isinstance(header, dict) or header.get("typ") != kind or header.get("alg") != ALGORITHM:
        raise ProofRefused(error, "not such a token")
    return token


def _verified(token: JWS, key: JWK) -> dict[str, Any] | None:
    try:
        token.verify(key)
        claims = json.loads(token.payload)
    except (JWException, ValueError, TypeError):
        return None
    return claims if isinstance(claims, dict) else None


def _hashed(identity: str) -> str:
    digest = hashlib.sha256(identity.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
