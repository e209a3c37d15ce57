"""Routing: which destination is responsible for a service in a place (FIT-Connect Routing API 2).

The answer is believed only with the portal's signature on it (`destinationSignature`, a PS512 JWS): an
attacker who could bend the routing would otherwise be given applications encrypted for themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from kiosk.faults import FaultCode
from kiosk.place import Destination
from online.fit_connect.crypto import BadToken, Jwk, token_header, unverified_claims, verified_claims
from online.fit_connect.settings import FitConnectSettings
from online.fit_connect.trouble import Trouble, final
from online.fit_connect.wire import Wire

_LEVELS = (2, 3, 5, 9)
"""Where an Amtlicher Regionalschlüssel can end: Land, Regierungsbezirk, Kreis, Verband."""


class Routing:
    """Asks the routing service. It needs no token."""

    def __init__(self, settings: FitConnectSettings, wire: Wire) -> None:
        self._settings = settings
        self._wire = wire

    async def find(self, destination: Destination) -> str | Trouble:
        """Return the destination id for `leika` in `ars`; no route at all is `submission.no-key`."""
        if not self._settings.routing_api or not self._settings.routing_issuers:
            return final(FaultCode.SUBMISSION_NO_KEY, "routing: not configured")
        url = f"{self._settings.routing_api}/{self._settings.routing_version}/routes"
        query = {"leikaKey": destination.leika, "ars": destination.ars, "offset": "0", "limit": "100"}
        answer = await self._wire.get("routing", url, query, public=True)
        if isinstance(answer, Trouble):
            return answer
        routes = answer.get("routes") if isinstance(answer, dict) else None
        doubt = "no route"
        for route in routes if isinstance(routes, list) else ():
            try:
                found = await self._vouched(route, destination)
            except BadToken as problem:
                doubt = str(problem)
                continue
            return found
        return final(FaultCode.SUBMISSION_NO_KEY, f"routing: {doubt}")

    async def _vouched(self, route: Any, destination: Destination) -> str | Trouble:
        if not isinstance(route, dict):
            raise BadToken("not a route")
        destination_id, token = route.get("destinationId"), route.get("destinationSignature")
        if not isinstance(destination_id, str) or not isinstance(token, str):
            raise BadToken("route without a signature")
        header = token_header(token)
        issuer = unverified_claims(token).get("iss")
        if issuer not in self._settings.routing_issuers:
            raise BadToken("signed by an unknown portal")
        keys = await self._wire.get("routing keys", f"{issuer}/.well-known/jwks.json", public=True)
        if isinstance(keys, Trouble):
            return keys
        claims = verified_claims(token, _key(keys, header["kid"]))
        self._check(claims, destination_id, destination)
        return destination_id

    def _check(self, claims: Mapping[str, Any], destination_id: str, destination: Destination) -> None:
        if claims.get("destinationId") != destination_id:
            raise BadToken("signature is for another destination")
        if claims.get("submissionHost") != urlsplit(self._settings.submission_api).netloc:
            raise BadToken("signature is for another submission service")
        services = claims.get("services")
        if not isinstance(services, list) or not any(_serves(entry, destination) for entry in services):
            raise BadToken("signature does not cover this service here")


def _key(answer: Any, kid: str) -> Jwk:
    keys = answer.get("keys") if isinstance(answer, dict) else None
    for key in keys if isinstance(keys, list) else ():
        if isinstance(key, dict) and key.get("kid") == kid:
            return key
    raise BadToken("signature key is not the portal's")


def _serves(entry: Any, destination: Destination) -> bool:
    if not isinstance(entry, dict):
        return False
    services, areas = entry.get("leistungIDs"), entry.get("gebietIDs")
    if not isinstance(services, list) or not isinstance(areas, list):
        return False
    return any(_last(urn) == destination.leika for urn in services) and any(
        _covers(_last(urn), destination.ars) for urn in areas
    )


def _last(urn: object) -> str:
    return str(urn).rsplit(":", 1)[-1]


def _covers(code: str, ars: str) -> bool:
    """Say whether an area holds a place: a Land, district or association may be padded to 12 digits."""
    if not code.isdigit():
        return False
    shared = code
    if len(code) == 12:
        shared = next((code[:level] for level in (0, *_LEVELS) if not code[level:].strip("0")), code)
    return ars.startswith(shared)
