"""The proof on httpx: what a client of the hub is given as `auth`."""

from __future__ import annotations

from collections.abc import Generator

import httpx

from provisioning.identity_proof import Prover


class HubAuth(httpx.Auth):
    """Proves each request, and asks once more with the hub's nonce where that is wanted."""

    def __init__(self, prover: Prover) -> None:
        self.prover = prover

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send a request, twice at most."""
        address = str(request.url.copy_with(query=None, fragment=None))
        request.headers.update(self.prover.headers(request.method, address))
        response = yield request
        if self.prover.heard(response.status_code, response.headers):
            request.headers.update(self.prover.headers(request.method, address))
            response = yield request
            self.prover.heard(response.status_code, response.headers)
