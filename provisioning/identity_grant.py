"""What the hub grants: read, and believed only if it is signed by a key that is the hub's."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jwcrypto.common import JWException
from jwcrypto.jwk import JWKSet
from jwcrypto.jws import JWS

from provisioning.identity import COMMAND_KEYS, IDENTITY, ROOT, Identity

_TYPE, _ALGORITHM = "lotse-grant+jwt", "ES256"
_MOST_BYTES = 512 * 1024


class GrantRefused(Exception):
    """An answer that is not the hub's, or not to our request; the text is one line for IT."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: by the key with this thumbprint, with the proof of this number."""

    hub: str
    thumbprint: str
    number: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What was granted. `root` is the first root of the profiles' repository, as it came; empty if there is none."""

    identity: Identity
    command_keys: Mapping[str, Any]
    root: bytes = b""

    def files(self) -> dict[str, bytes]:
        """Return the files of it."""
        keys = json.dumps(self.command_keys, indent=1).encode() + b"\n"
        return {IDENTITY: self.identity.to_bytes(), COMMAND_KEYS: keys} | ({ROOT: self.root} if self.root else {})


def first_grant(asked: Asked, answer: Mapping[str, Any], mac_key: bytes) -> Grant:
    """Return the grant of an enrolment. That its keys are the hub's is shown by the code. Raises `GrantRefused`."""
    compact, mac = answer.get("grant"), answer.get("mac")
    if not isinstance(compact, str) or not isinstance(mac, str):
        raise GrantRefused("the answer is no grant")
    expected = hmac.digest(mac_key, f"lotse-grant\n{compact}".encode(), "sha256").hex()
    if not hmac.compare_digest(expected.encode(), mac.encode()):
        raise GrantRefused("the answer was changed on its way: somebody between this terminal and the hub opens TLS")
    unproven = _read(compact)
    try:
        claimed = json.loads(unproven.objects["payload"])["hub_keys"]
    except (ValueError, KeyError, TypeError):
        raise GrantRefused("the answer is no grant") from None
    return _granted(asked, unproven, claimed, None)


def renewed_grant(asked: Asked, answer: Mapping[str, Any], before: Identity) -> Grant:
    """Return the grant of a renewal: signed by a key that was the hub's `before`. Raises `GrantRefused`."""
    compact = answer.get("grant")
    if not isinstance(compact, str):
        raise GrantRefused("the answer is no grant")
    return _granted(asked, _read(compact), before.hub_keys, before)


def _granted(asked: Asked, token: JWS, hub_keys: Mapping[str, Any], before: Identity | None) -> Grant:
    claims = _verified(token, hub_keys)
    match claims:
        case {
            "terminal": str(terminal),
            "identity": str(identity),
            "iat": int(issued),
            "exp": int(expires),
            "answers": str(number),
            "cnf": {"jkt": str(thumbprint)},
            "hub_keys": {"keys": [_, *_]} as new_keys,
            "command_keys": {"keys": [_, *_]} as command_keys,
        }:
            pass
        case _:
            raise GrantRefused("the grant does not say all that it has to")
    if (thumbprint, number) != (asked.thumbprint, asked.number):
        raise GrantRefused("the grant answers another request")
    if before is not None and terminal != before.terminal:
        raise GrantRefused("the grant is another terminal's")
    updates, root = (before.updates, b"") if before else _updates(claims.get("updates"))
    pin = before.root_sha256 if before else hashlib.sha256(root).hexdigest() if root else ""
    return Grant(
        Identity(asked.hub, terminal, identity, issued, expires, dict(new_keys), pin, updates), command_keys, root
    )


def _updates(said: object) -> tuple[str, bytes]:
    match said:
        case {"url": str(url), "root": str(root)}:
            return url, root.encode()
        case None:
            return "", b""
    raise GrantRefused("the grant's updates cannot be read")


def _read(compact: str) -> JWS:
    token = JWS()
    token.allowed_algs = [_ALGORITHM]
    try:
        if len(compact) > _MOST_BYTES or compact.count(".") != 2:
            raise ValueError("size")
        token.deserialize(compact)
        header = token.jose_header
    except (JWException, ValueError, TypeError, AttributeError):
        raise GrantRefused("the answer is no grant") from None
    if not isinstance(header, dict) or header.get("typ") != _TYPE or header.get("alg") != _ALGORITHM:
        raise GrantRefused("the answer is no grant")
    return token


def _verified(token: JWS, hub_keys: Mapping[str, Any]) -> dict[str, Any]:
    try:
        key = JWKSet.from_json(json.dumps(hub_keys)).get_key(str(token.jose_header.get("kid")))
        if key is None:
            raise GrantRefused("the grant is signed by a key that is not this hub's")
        token.verify(key)
        claims = json.loads(token.payload)
    except (JWException, ValueError, TypeError):
        raise GrantRefused("the grant is not signed by this hub") from None
    if not isinstance(claims, dict):
        raise GrantRefused("the answer is no grant")
    return claims
