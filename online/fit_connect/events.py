"""The event log of a submission: security event tokens, believed only after every check.

A token counts if it is a PS512 JWS of type `secevent+jwt`, signed by the service that it names, about
our submission and case, with exactly one event (RFC 8417; FIT-Connect documentation, "SET Prüfung"),
and, for `submit-submission`, if its authentication tags are those of what was sent.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from kiosk.faults import FaultCode
from online.fit_connect.crypto import BadToken, Jwk, token_header, unverified_claims, verified_claims
from online.fit_connect.parcel import Parcel
from online.fit_connect.settings import FitConnectSettings
from online.fit_connect.trouble import Trouble, passing
from online.fit_connect.wire import Wire

_EVENTS = "https://schema.fitko.de/fit-connect/events/"
_PAGE = 100
_MOST_PAGES = 20


class Standing(StrEnum):
    """What the verified events say about a submission."""

    SUBMITTED = "submit-submission"
    REJECTED = "reject-submission"


class EventLog:
    """Reads and verifies the events of submissions."""

    def __init__(self, settings: FitConnectSettings, wire: Wire) -> None:
        self._settings = settings
        self._wire = wire
        self._service_keys: dict[str, Jwk] = {}

    async def standing(self, parcel: Parcel) -> Standing | Trouble:
        """Say what is proven about a submission.

        Without proof: a passing trouble, `submission.unverified` if there are events that cannot be
        believed or none at all yet.
        """
        tokens = await self._tokens(parcel)
        if isinstance(tokens, Trouble):
            return tokens
        proven: set[Standing] = set()
        doubt = "events: no submit-submission yet"
        for token in tokens:
            try:
                found = await self._read(token, parcel)
            except BadToken as problem:
                doubt = f"events: {problem}"
                continue
            if isinstance(found, Trouble):
                return found
            proven |= {found} if found else set()
        for standing in (Standing.REJECTED, Standing.SUBMITTED):
            if standing in proven:
                return standing
        return passing(FaultCode.SUBMISSION_UNVERIFIED, doubt)

    async def refresh_keys(self) -> Trouble | None:
        """Fetch the submission service's public keys, which also proves that it can be reached."""
        url = f"{self._settings.submission_api}/.well-known/jwks.json"
        answer = await self._wire.get("service keys", url, public=True)
        if isinstance(answer, Trouble):
            return answer
        keys = answer.get("keys") if isinstance(answer, dict) else None
        if not isinstance(keys, list):
            return passing(FaultCode.SUBMISSION_NETWORK, "service keys: not a key set")
        self._service_keys = {str(key.get("kid")): key for key in keys if isinstance(key, dict)}
        return None

    async def _tokens(self, parcel: Parcel) -> list[str] | Trouble:
        base = f"{self._settings.submission_api}/{self._settings.api_version}"
        url = f"{base}/submissions/{parcel.submission_id}/events"
        tokens: list[str] = []
        for page in range(_MOST_PAGES):
            query = {"limit": str(_PAGE), "offset": str(page * _PAGE)}
            answer = await self._wire.get("events", url, query)
            if isinstance(answer, Trouble):
                return answer
            found = answer.get("eventLog") if isinstance(answer, dict) else None
            if not isinstance(found, list) or not all(isinstance(token, str) for token in found):
                return passing(FaultCode.SUBMISSION_UNVERIFIED, "events: not an event log")
            tokens += found
            if len(found) < _PAGE:
                break
        return tokens

    async def _read(self, token: str, parcel: Parcel) -> Standing | Trouble | None:
        header = token_header(token)
        if header.get("typ") != "secevent+jwt":
            raise BadToken("type is not secevent+jwt")
        claimed = unverified_claims(token)
        if not _concerns(claimed):
            return None
        issuer = str(claimed.get("iss"))
        key = await self._key(issuer, header["kid"], parcel)
        if isinstance(key, Trouble):
            return key
        claims = verified_claims(token, key)
        name, content = _only_event(claims, parcel)
        if name == Standing.REJECTED and issuer == parcel.destination_id:
            return Standing.REJECTED
        if name != Standing.SUBMITTED or issuer == parcel.destination_id:
            raise BadToken("issued by somebody else")
        if not _same_tags(content.get("authenticationTags"), parcel.tags):
            raise BadToken("authentication tags are not those that were sent")
        return Standing.SUBMITTED

    async def _key(self, issuer: str, kid: str, parcel: Parcel) -> Jwk | Trouble:
        """Find a signature key by its issuer: the service, or the parcel's destination; nobody else."""
        if issuer in {self._settings.submission_api, *self._settings.event_issuers}:
            return await self._service_key(kid)
        if issuer != parcel.destination_id or not kid.replace("-", "").replace("_", "").isalnum():
            raise BadToken("issued by somebody else")
        base = f"{self._settings.destination_api}/{self._settings.api_version}"
        answer = await self._wire.get("signature key", f"{base}/destinations/{issuer}/keys/{kid}")
        if isinstance(answer, Trouble):
            return answer
        if not isinstance(answer, dict) or answer.get("kid") != kid:
            raise BadToken("signature key has another kid")
        return answer

    async def _service_key(self, kid: str) -> Jwk | Trouble:
        if kid not in self._service_keys:
            trouble = await self.refresh_keys()
            if trouble is not None:
                return trouble
        if kid not in self._service_keys:
            raise BadToken("signature key is not the service's")
        return self._service_keys[kid]


def _concerns(claims: Mapping[str, Any]) -> bool:
    """Say whether a token, believed or not, is about one of the events that matter here."""
    events = claims.get("events")
    names = {uri.removeprefix(_EVENTS) for uri in events} if isinstance(events, dict) else set()
    return not names.isdisjoint(Standing)


def _only_event(claims: Mapping[str, Any], parcel: Parcel) -> tuple[str, Mapping[str, Any]]:
    if claims.get("sub") != f"submission:{parcel.submission_id}":
        raise BadToken("about another submission")
    if claims.get("txn") != f"case:{parcel.case_id}":
        raise BadToken("about another case")
    if not all(isinstance(claims.get(name), kind) for name, kind in (("jti", str), ("iat", int))):
        raise BadToken("jti or iat missing")
    events = claims.get("events")
    if not isinstance(events, dict) or len(events) != 1:
        raise BadToken("not exactly one event")
    ((uri, content),) = events.items()
    return uri.removeprefix(_EVENTS), content if isinstance(content, dict) else {}


def _same_tags(told: object, sent: Mapping[str, Any]) -> bool:
    if not isinstance(told, dict):
        return False
    flat_told, flat_sent = _flat(told), _flat(sent)
    return flat_told.keys() == flat_sent.keys() and all(
        hmac.compare_digest(flat_told[name].encode(), tag.encode()) for name, tag in flat_sent.items()
    )


def _flat(tags: Mapping[str, Any]) -> dict[str, str]:
    attachments = tags.get("attachments") or {}
    if not isinstance(attachments, dict):
        return {}
    flat = {f"attachment {name}": str(tag) for name, tag in attachments.items()}
    flat |= {name: str(tags[name]) for name in ("metadata", "data") if name in tags}
    return flat
