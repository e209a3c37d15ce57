"""The authority double's keys, and what it signs with them: events and addresses of destinations."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from jwcrypto.common import base64url_decode, base64url_encode
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

from online.simulators.authority_faults import Forgery

BITS = 4096
_EVENTS = "https://schema.fitko.de/fit-connect/events/"


@dataclass(frozen=True, slots=True)
class AuthorityKeys:
    """One key to decrypt and one to sign. Making them takes some seconds."""

    encryption: JWK = field(repr=False)
    signing: JWK = field(repr=False)

    @classmethod
    def generate(cls, bits: int = BITS) -> AuthorityKeys:
        """Make new keys. Blocking."""
        return cls(
            JWK.generate(kty="RSA", size=bits, kid=str(uuid.uuid4()), alg="RSA-OAEP-256", key_ops=["unwrapKey"]),
            JWK.generate(kty="RSA", size=bits, kid=str(uuid.uuid4()), key_ops=["sign"]),
        )

    @classmethod
    def load(cls, text: str) -> AuthorityKeys:
        """Read what `dump` wrote."""
        encryption, signing = json.loads(text)
        return cls(JWK(**encryption), JWK(**signing))

    def dump(self) -> str:
        """Write both keys with their private parts: for tests that share them."""
        return json.dumps([self.encryption.export(as_dict=True), self.signing.export(as_dict=True)])

    @property
    def encryption_jwk(self) -> dict[str, Any]:
        """The public key to encrypt with, as FIT-Connect publishes it."""
        return {**self.encryption.export_public(as_dict=True), "key_ops": ["wrapKey"]}

    @property
    def signing_jwk(self) -> dict[str, Any]:
        """The public key to verify with, as FIT-Connect publishes it."""
        return {**self.signing.export_public(as_dict=True), "alg": "PS512", "key_ops": ["verify"]}

    def signed(self, claims: Mapping[str, Any], header: Mapping[str, Any]) -> str:
        """Return a compact JWS."""
        token = JWS(json.dumps(dict(claims)))
        protected = {"alg": "PS512", "kid": self.signing.get("kid"), **header}
        token.allowed_algs = ["PS512", "PS256"]
        token.add_signature(self.signing, protected=json.dumps(protected))
        return str(token.serialize(compact=True))


def tampered(token: str) -> str:
    """Return a token whose signature is off by one bit."""
    head, signature = token.rsplit(".", 1)
    wrong = bytearray(base64url_decode(signature))
    wrong[len(wrong) // 2] ^= 1
    return f"{head}.{base64url_encode(bytes(wrong))}"


def event(name: str, issuer: str, submission_id: str, case_id: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the claims of a security event token (RFC 8417)."""
    return {
        "iss": issuer,
        "iat": int(time.time()),
        "jti": str(uuid.uuid4()),
        "sub": f"submission:{submission_id}",
        "txn": f"case:{case_id}",
        "events": {f"{_EVENTS}{name}": dict(content)},
    }


@dataclass(slots=True)
class Submission:
    """A submission as the transport knows it; `data` is empty until it was submitted."""

    destination_id: str
    case_id: str
    service: str
    identifier: str
    announced: tuple[str, ...]
    attachments: dict[str, str] = field(default_factory=dict)
    metadata: str = ""
    data: str = ""
    rejected: bool = False


class Scribe:
    """Writes what is signed; `forgeries` is looked at each time."""

    def __init__(self, keys: AuthorityKeys, forgeries: set[Forgery], submission_api: str, portal: str) -> None:
        self._keys = keys
        self._lies = forgeries
        self._submission_api = submission_api
        self._portal = portal

    def route(self, leika: str, ars: str, destination: str) -> dict[str, Any]:
        """Return one route with the portal's signature on it."""
        lies = self._lies
        service = "99" + "0" * 12 if Forgery.ROUTE_SERVICE in lies else leika
        host = urlsplit(self._submission_api).netloc
        claims = {
            "submissionHost": "elsewhere.example" if Forgery.ROUTE_HOST in lies else host,
            "iss": "https://elsewhere.example" if Forgery.ROUTE_ISSUER in lies else self._portal,
            "services": [
                {
                    "gebietIDs": [f"urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:rs:{ars}"],
                    "leistungIDs": [f"urn:de:fim:leika:leistung:{service}"],
                }
            ],
            "destinationId": str(uuid.uuid4()) if Forgery.ROUTE_DESTINATION in lies else destination,
            "iat": int(time.time()),
            "jti": str(uuid.uuid4()),
        }
        token = self._keys.signed(claims, {"typ": "JWT"})
        return {
            "destinationId": destination,
            "destinationSignature": tampered(token) if Forgery.ROUTE_SIGNATURE in lies else token,
            "destinationName": "Bürgeramt",
        }

    def event_log(self, submission_id: str, submission: Submission) -> list[str]:
        """Return all events of a submission, oldest first."""
        case_id, header = submission.case_id, {"typ": "secevent+jwt"}
        created = event("create-submission", self._submission_api, submission_id, case_id, {})
        log = [self._keys.signed(created, header)]
        if not submission.data:
            return log
        if Forgery.NO_SUBMIT_EVENT not in self._lies:
            log.append(self._submit_event(submission_id, submission))
        verdict = "reject" if submission.rejected else "accept"
        problems = {"problems": [{"type": "technical"}] if submission.rejected else []}
        claims = event(f"{verdict}-submission", submission.destination_id, submission_id, case_id, problems)
        return [*log, self._keys.signed(claims, header)]

    def _submit_event(self, submission_id: str, submission: Submission) -> str:
        lies = self._lies
        claims = event(
            "submit-submission",
            "https://elsewhere.example" if Forgery.OTHER_ISSUER in lies else self._submission_api,
            str(uuid.uuid4()) if Forgery.OTHER_SUBMISSION in lies else submission_id,
            str(uuid.uuid4()) if Forgery.OTHER_CASE in lies else submission.case_id,
            {} if Forgery.NO_TAGS in lies else {"authenticationTags": self._tags(submission)},
        )
        if Forgery.TWO_EVENTS in lies:
            claims["events"][f"{_EVENTS}accept-submission"] = {}
        header = {"typ": "JWT" if Forgery.TYPE in lies else "secevent+jwt"}
        if Forgery.ALGORITHM in lies:
            header["alg"] = "PS256"
        token = self._keys.signed(claims, header)
        return tampered(token) if Forgery.SIGNATURE in lies else token

    def _tags(self, submission: Submission) -> dict[str, Any]:
        tags: dict[str, Any] = {
            "metadata": submission.metadata.split(".")[4],
            "data": submission.data.split(".")[4],
            "attachments": {name: token.split(".")[4] for name, token in submission.attachments.items()},
        }
        if Forgery.TAGS in self._lies:
            tags["data"] = tags["metadata"]
        return tags
