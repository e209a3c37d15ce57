"""Proving who asks: the identity, and with each request a proof by the terminal's key (DPoP, RFC 9449).

What is fresh is said by the hub's nonce. Time is the hub's too (`Date`): this computer's clock may be wrong by a year.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

_ALGORITHM = "ES256"


class Prover:
    """Makes the headers of requests. `token` is the identity, replaced at a renewal; without one a key is proven alone.

    `on_expired` is called when the hub says that the identity has expired.
    """

    def __init__(self, key: JWK, token: str = "", clock: Callable[[], float] = time.time) -> None:
        self.key = key
        self._public = json.loads(key.export_public())
        self.thumbprint: str = key.thumbprint()
        self.token = token
        self.on_expired: Callable[[], object] = lambda: None
        self._clock = clock
        self._nonce = ""
        self._late: float | None = None
        self._number = ""

    @property
    def last_number(self) -> str:
        """The number of the proof that was made last: a grant names the one that it answers."""
        return self._number

    def headers(self, method: str, url: str) -> dict[str, str]:
        """Return the headers of one request; `url` without query (RFC 9449, 4.2)."""
        self._number = secrets.token_urlsafe(18)
        claims: dict[str, Any] = {"jti": self._number, "htm": method, "htu": url, "iat": int(self._clock())}
        if self._nonce:
            claims["nonce"] = self._nonce
        identified = {}
        if self.token:
            digest = hashlib.sha256(self.token.encode()).digest()
            claims["ath"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            identified = {"Authorization": f"DPoP {self.token}"}
        proof = JWS(json.dumps(claims))
        shown = {name: self._public[name] for name in ("kty", "crv", "x", "y")}
        proof.add_signature(self.key, protected=json.dumps({"typ": "dpop+jwt", "alg": _ALGORITHM, "jwk": shown}))
        return {"DPoP": proof.serialize(compact=True), **identified}

    def heard(self, status: int, headers: Mapping[str, str]) -> bool:
        """Take note of an answer's headers (names in lower case); return whether to ask once more, with its nonce."""
        self._note_time(headers.get("date", ""))
        challenge, nonce = headers.get("www-authenticate", ""), headers.get("dpop-nonce", "")
        if status != 401 or not nonce:
            return False
        fresh = nonce != self._nonce
        self._nonce = nonce
        if "expired" in challenge:
            self.on_expired()
        return fresh and "use_dpop_nonce" in challenge

    def hub_time(self) -> float | None:
        """Return the hub's time in seconds since 1970; None before its first answer."""
        return None if self._late is None else self._clock() + self._late

    def _note_time(self, date: str) -> None:
        try:
            self._late = parsedate_to_datetime(date).timestamp() - self._clock()
        except ValueError:
            return
