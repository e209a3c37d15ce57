"""Cryptography of FIT-Connect: which keys are good enough, how content is sealed, how tokens are verified.

JWE RSA-OAEP-256 with A256GCM, JWS PS512, RSA keys of at least 4096 bits (FIT-Connect documentation,
"Vorgaben für kryptographische Verfahren"; BSI TR-02102-1).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

MIN_BITS = 4096
_MIN_EXPONENT = 65537
_JWS_PARTS = 3

Jwk = Mapping[str, Any]


def prepare() -> None:
    """Load the libraries now (blocking, tenths of a second), so that no visitor waits for it."""
    import jwcrypto.jwe
    import jwcrypto.jws  # noqa: F401


def key_weakness(jwk: Jwk, use: str) -> str:
    """Say why a public key must not be used for `use` (`wrapKey` or `verify`); empty if it is good."""
    expected = {"wrapKey": ("RSA-OAEP-256", "enc"), "verify": ("PS512", "sig")}[use]
    if jwk.get("kty") != "RSA" or not isinstance(jwk.get("kid"), str) or not jwk["kid"]:
        return "not an RSA key with a kid"
    if jwk.get("key_ops") != [use]:
        return f"key_ops is not {use}"
    if jwk.get("alg", expected[0]) != expected[0] or jwk.get("use", expected[1]) != expected[1]:
        return "made for another algorithm or use"
    return _rsa_weakness(jwk)


def _rsa_weakness(jwk: Jwk) -> str:
    from jwcrypto.common import base64url_decode

    try:
        modulus, exponent = (int.from_bytes(base64url_decode(jwk[name]), "big") for name in ("n", "e"))
    except (KeyError, TypeError, ValueError):
        return "modulus or exponent unreadable"
    if modulus.bit_length() < MIN_BITS:
        return f"{modulus.bit_length()} bits are fewer than {MIN_BITS}"
    if exponent < _MIN_EXPONENT or exponent % 2 == 0 or modulus % 2 == 0:
        return "exponent or modulus unsound"
    return ""


def public_part(jwk: Jwk) -> dict[str, Any]:
    """Return only the members that sealing needs, so that nothing else is kept."""
    return {name: jwk[name] for name in ("kty", "n", "e", "kid", "key_ops") if name in jwk}


def seal(content: bytes, key: Jwk, media_type: str) -> str:
    """Encrypt for the holder of `key`; return a compact JWE (RFC 7516)."""
    from jwcrypto.jwe import JWE
    from jwcrypto.jwk import JWK

    header = {"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": key["kid"], "cty": media_type}
    token = JWE(content, protected=json.dumps(header))
    token.add_recipient(JWK(**key))
    return str(token.serialize(compact=True))


def authentication_tag(jwe: str) -> str:
    """Return the last part of a compact JWE: it vouches for the whole content."""
    return jwe.rsplit(".", 1)[-1]


def sha512(content: bytes) -> dict[str, str]:
    """Return the hash of a content as FIT-Connect's metadata writes it."""
    return {"type": "sha512", "content": hashlib.sha512(content).hexdigest()}


class BadToken(ValueError):
    """A signed token that cannot be believed; the text says why, in words without content."""


def token_header(token: str) -> dict[str, Any]:
    """Return the protected header of a compact JWS that claims PS512, unverified. Raises `BadToken`."""
    header = _json_part(token, 0)
    if header.get("alg") != "PS512" or not isinstance(header.get("kid"), str):
        raise BadToken("not signed with PS512 and a kid")
    return header


def unverified_claims(token: str) -> dict[str, Any]:
    """Return the claims of a compact JWS only to find its key. Raises `BadToken`."""
    return _json_part(token, 1)


def _json_part(token: str, part: int) -> dict[str, Any]:
    from jwcrypto.common import base64url_decode

    parts = token.split(".")
    try:
        content = json.loads(base64url_decode(parts[part]))
    except (ValueError, IndexError, RecursionError):
        content = None
    if len(parts) != _JWS_PARTS or not isinstance(content, dict):
        raise BadToken("not a compact JWS of JSON")
    return content


def verified_claims(token: str, key: Jwk) -> dict[str, Any]:
    """Return the claims of a compact JWS after checking key and signature. Raises `BadToken`."""
    from jwcrypto.jwk import JWK
    from jwcrypto.jws import JWS, InvalidJWSObject, InvalidJWSSignature

    weakness = key_weakness(key, "verify")
    if weakness:
        raise BadToken(f"signature key: {weakness}")
    signed = JWS()
    signed.allowed_algs = ["PS512"]
    try:
        signed.deserialize(token, JWK(**public_part(key)))
    except (InvalidJWSObject, InvalidJWSSignature, ValueError, TypeError):
        raise BadToken("signature does not match") from None
    return unverified_claims(token)
