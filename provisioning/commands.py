"""Signed commands from afar: what is accepted, and from whom.

A command is a JWS (RFC 7515, compact) over the claims of a JWT (RFC 7519): for one terminal (`aud`), good until `exp`,
numbered (`seq`), with one order of a closed list (`kiosk.orders`). Whoever carries it, the hub's database, proxies,
the network, can hold it back and nothing else.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.orders import Order, Outcome, order_of

if TYPE_CHECKING:
    from jwcrypto.jwk import JWK, JWKSet

TYPE = "lotse-command+jwt"
"""Nothing else that the same key may sign is taken for a command (RFC 8725, 3.11)."""
MOST_CHARACTERS = 4096
LONGEST = timedelta(days=90)
_ALGORITHMS = {("EC", "P-256"): "ES256", ("OKP", "Ed25519"): "EdDSA"}
"""A key decides its algorithm, never the command (RFC 8725, 3.1)."""
_HEADER = frozenset({"alg", "kid", "typ"})
_CLAIMS = frozenset({"aud", "exp", "iat", "jti", "order", "seq"})
_ID = re.compile(r"[0-9a-f]{32}")
_MOST_NUMBER = 2**53


@dataclass(frozen=True, slots=True)
class Command:
    """A command that was verified."""

    id: str
    number: int
    order: Order
    issued: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command is not carried out; `why` is for IT."""

    outcome: Outcome
    why: str


class _UnverifiedError(Exception):
    """Why a token is not believed."""


def read_keys(path: Path) -> JWKSet | Refusal:
    """Return the public keys in a file (RFC 7517, 5). It is read anew each time: it changes with the enrolment."""
    from jwcrypto.common import JWException
    from jwcrypto.jwk import JWKSet

    try:
        return JWKSet.from_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        return _unverified(f"the keys cannot be read: {error.strerror}")
    except (JWException, ValueError, TypeError, AttributeError) as error:
        return _unverified(f"the keys cannot be read: {type(error).__name__}")


def verified(token: str, keys: JWKSet, terminal: str) -> Command | Refusal:
    """Return the command in a token, if one of the keys signed it for this terminal; time and order are not judged."""
    from jwcrypto.common import JWException

    if len(token) > MOST_CHARACTERS or not token.isascii() or token.count(".") != 2:
        return _unverified("it is no JWS in its compact form")
    try:
        claims = json.loads(_payload(token, keys))
    except _UnverifiedError as fault:
        return _unverified(str(fault))
    except (JWException, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return _unverified("its form or its signature is wrong")
    return _command(claims, terminal)


def _payload(token: str, keys: JWKSet) -> bytes:
    """Return what was signed. Raises `_UnverifiedError`, and whatever a token that is none makes of jwcrypto."""
    from jwcrypto.jws import JWS

    signed = JWS()
    signed.deserialize(token)
    header = signed.jose_header
    if not isinstance(header, dict) or set(header) != _HEADER or header["typ"] != TYPE:
        raise _UnverifiedError("its header is not a command's")
    key, algorithm = _key(keys, header["kid"])
    if key is None or algorithm is None:
        raise _UnverifiedError("this terminal does not know the key that it names")
    if header["alg"] != algorithm:
        raise _UnverifiedError(f"its algorithm is not the key's, {algorithm}")
    signed.allowed_algs = [algorithm]
    signed.verify(key)
    payload: bytes = signed.payload
    return payload


def _key(keys: JWKSet, kid: object) -> tuple[JWK | None, str | None]:
    """Return the key that is meant, and its only algorithm; by its `kid`, or by its thumbprint (RFC 7638)."""
    for key in keys["keys"]:
        if kid in (key.get("kid"), key.thumbprint()):
            return key, _ALGORITHMS.get((key.get("kty"), key.get("crv")))
    return None, None


def _command(claims: Any, terminal: str) -> Command | Refusal:
    if not isinstance(claims, dict) or set(claims) != _CLAIMS:
        return _unverified("its claims are not a command's")
    if claims["aud"] != terminal:
        return _unverified("it is for another terminal")
    number, issued, expires = (_whole(claims[name]) for name in ("seq", "iat", "exp"))
    known = isinstance(claims["jti"], str) and _ID.fullmatch(claims["jti"])
    if not known or not number or not issued or not expires or not 0 < expires - issued <= LONGEST.total_seconds():
        return _unverified("its number or its times are none")
    try:
        order = order_of(claims["order"])
        times = datetime.fromtimestamp(issued, UTC), datetime.fromtimestamp(expires, UTC)
    except (ValueError, OverflowError, OSError) as error:
        return _unverified(f"its order: {error}")
    return Command(claims["jti"], number, order, *times)


def _whole(value: object) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool) and 0 < value < _MOST_NUMBER
    return value if whole else None  # type: ignore[return-value]


def _unverified(why: str) -> Refusal:
    return Refusal(Outcome.UNVERIFIED, why)
