"""Commands for tests: signed here, by keys of their own, with nothing of the code that signs or verifies."""

from __future__ import annotations

import base64
import json
import secrets
import time
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

TERMINAL = "Terminal 1"


def b64(content: bytes) -> str:
    """Return base64url without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class Signer:
    """Somebody with a private key."""

    def __init__(self, kid: str = "key-1", *, edwards: bool = False) -> None:
        self.kid, self._edwards = kid, edwards
        self.private: EllipticCurvePrivateKey | Ed25519PrivateKey = (
            Ed25519PrivateKey.generate() if edwards else generate_private_key(SECP256R1())
        )

    @property
    def public(self) -> dict[str, str]:
        """The public key as a JWK."""
        if isinstance(self.private, Ed25519PrivateKey):
            raw = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
            return {"kty": "OKP", "crv": "Ed25519", "x": b64(raw), "kid": self.kid}
        numbers = self.private.public_key().public_numbers()
        x, y = (b64(number.to_bytes(32)) for number in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": self.kid}

    def signature(self, content: bytes) -> bytes:
        """Sign."""
        if isinstance(self.private, Ed25519PrivateKey):
            return self.private.sign(content)
        r, s = decode_dss_signature(self.private.sign(content, ECDSA(SHA256())))
        return r.to_bytes(32) + s.to_bytes(32)

    def header(self, **changes: Any) -> dict[str, Any]:
        """Return the header of a command."""
        return {"alg": "EdDSA" if self._edwards else "ES256", "kid": self.kid, "typ": "lotse-command+jwt"} | changes

    def token(self, claims: dict[str, Any], **header: Any) -> str:
        """Return a signed command."""
        parts = (b64(json.dumps(part).encode()) for part in (self.header(**header), claims))
        signed = ".".join(parts)
        return f"{signed}.{b64(self.signature(signed.encode()))}"


def claims(number: int = 1, do: str = "identify", **changes: Any) -> dict[str, Any]:
    """Return what a command says: by default to identify, good for an hour."""
    order: dict[str, Any] = {"do": do}
    if do == "identify":
        order["name"] = TERMINAL
    now = int(time.time())
    said = {"aud": TERMINAL, "jti": secrets.token_hex(16), "seq": number, "iat": now, "exp": now + 3600, "order": order}
    return said | changes


def publish(path: Path, *signers: Signer) -> Path:
    """Write the public keys where a terminal looks for them."""
    path.write_text(json.dumps({"keys": [signer.public for signer in signers]}))
    return path
