"""A provider of OpenID Connect on the real wire, that can be told to lie.

It is written from OpenID Connect Core 1.0 and RFC 7636 with jwcrypto, and shares nothing with the hub's side.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from jwcrypto.jwk import JWK
from jwcrypto.jwt import JWT

KEY = JWK.generate(kty="RSA", size=2048, kid="one", use="sig", alg="RS256")
CLIENT, SECRET = "lotse-hub", "the client's secret"


class Provider:
    """What the provider knows. `lie` changes the claims before they are signed; `sign_with` the key and algorithm."""

    def __init__(self) -> None:
        self.key = KEY
        self.person: dict[str, Any] = {
            "sub": "8d1f",
            "preferred_username": "yilmaz",
            "name": "Frau Yılmaz",
            "realm_access": {"roles": ["offline_access", "lotse-staff"]},
        }
        self.lie: dict[str, Any] = {}
        self.sign_with: tuple[JWK, str] = (self.key, "RS256")
        self.issuer = ""
        self.says_issuer = ""
        self._codes: dict[str, dict[str, str]] = {}

    def authorize(self, query: dict[str, str]) -> str:
        """Let the person in without asking; return where the browser goes."""
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self._codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str], login: str) -> tuple[int, dict[str, Any]]:
        """Swap a code for an ID token; a code is good once."""
        begun = self._codes.pop(form.get("code", ""), None)
        hashed = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()
        if login != f"{CLIENT}:{SECRET}" or begun is None or begun["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        if begun["redirect_uri"] != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        standard = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": begun["nonce"]}
        claims = {name: value for name, value in (standard | self.person | self.lie).items() if value is not None}
        key, algorithm = self.sign_with
        token = JWT(header={"alg": algorithm, "kid": "one"}, claims=claims)
        token.make_signed_token(key)
        return 200, {"access_token": "opaque", "token_type": "Bearer", "id_token": token.serialize()}


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, urlsplit(self.path).query
        issuer = self.provider.issuer
        match path:
            case "/realms/stadt/.well-known/openid-configuration":
                places = {"authorization_endpoint": "auth", "token_endpoint": "token", "jwks_uri": "certs"}
                found = {name: f"{issuer}/{place}" for name, place in places.items()}
                self._answer(200, found | {"issuer": self.provider.says_issuer or issuer})
            case "/realms/stadt/certs":
                self._answer(200, {"keys": [self.provider.key.export_public(as_dict=True)]})
            case "/realms/stadt/auth":
                asked = {name: values[0] for name, values in parse_qs(query).items()}
                self.send_response(303)
                self.send_header("Location", self.provider.authorize(asked))
                self.end_headers()
            case _:
                self._answer(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        scheme, _, login = self.headers.get("Authorization", "").partition(" ")
        known = base64.b64decode(login).decode() if scheme == "Basic" else ""
        self._answer(*self.provider.token(form, known))

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def running() -> Iterator[Provider]:
    """Serve a provider on loopback."""
    provider = Provider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}/realms/stadt"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), name="provider")
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
