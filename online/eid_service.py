"""The city's eID service: from where the terminal fetches what was read from a card.

After an authentication the AusweisApp hands over a refresh address (TR-03124-1, 2.5.4) with the session in
it. A browser would load a page from there; this terminal gets a small JSON document, once:

    GET <refresh address>&ResultMajor=ok        Accept: application/json
    200 application/json
    {"Result": {"ResultMajor": "http://www.bsi.bund.de/ecard/api/1.1/resultmajor#ok", "ResultMinor": "…"},
     "PersonalData": {
        "GivenNames": "…", "FamilyNames": "…", "BirthName": "…", "AcademicTitle": "…", "Nationality": "D",
        "DateOfBirth": {"DateString": "19640812", "DateValue": "1964-08-12"},
        "PlaceOfBirth": {"FreetextPlace": "…"},
        "PlaceOfResidence": {"StructuredPlace": {"Street": "…", "ZipCode": "…", "City": "…", "Country": "D"}}}}

The names are those of TR-03130-1 (PersonalData, GeneralDate, GeneralPlace). `DateString` has spaces where day
or month are unknown; then there is no birth date. Whatever is missing is empty. 404 and 410 say that the
session is over. Redirects are not followed.
"""

from __future__ import annotations

import json
import logging
import re
import ssl
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qs, urlsplit, urlunsplit

from kiosk.faults import Fault, FaultCode
from kiosk.identity import Address, Identity
from kiosk.privacy import Private

if TYPE_CHECKING:
    import httpx

MOST_BYTES = 1 << 16
"""A person's data has less than 2 kB."""

MOST_LETTERS = 500
WHOLE_DATE = re.compile("[0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2}")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class EidServiceSettings:
    """`base` is the service's address: https, or http on loopback. `ca_file` trusts one more authority."""

    base: str
    ca_file: Path | None = None
    seconds: float = 15.0


class EidService:
    """Fetches what was read: `fetch` is what `devices.eid` takes as its `Fetching`.

    Raises `ValueError` for a base that is neither https nor on loopback. Addresses are only followed to the
    base's own origin, since the AusweisApp passes on whatever a server said.
    """

    def __init__(self, settings: EidServiceSettings) -> None:
        self._settings = settings
        self._origin = _origin(settings.base)
        if self._origin is None:
            raise ValueError("the eID service's address must be https, or http on loopback")
        # Both log addresses of requests, and the session is in there.
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)

    async def fetch(self, url: str) -> Private[Identity] | Fault:
        """Return who was read, or why that is not known. Tells nobody anything, whatever happens."""
        import httpx

        if _origin(url) != self._origin:
            return Fault(FaultCode.EID_SERVER, "the result is at another address than the eID service's")
        try:
            async with self._client() as client, client.stream("GET", with_result(url)) as answer:
                body = await _body(answer)
        except httpx.TimeoutException:
            return Fault(FaultCode.EID_TIMEOUT, "the eID service does not answer")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Fault(FaultCode.EID_SERVER, type(error).__name__)
        if answer.status_code != httpx.codes.OK:
            return Fault(FaultCode.EID_SERVER, f"status {answer.status_code}")
        return read(body)

    def _client(self) -> httpx.AsyncClient:
        import httpx

        here = urlsplit(self._settings.base).hostname in LOOPBACK
        trust: ssl.SSLContext | bool = True
        if self._settings.ca_file:
            trust = ssl.create_default_context()
            trust.load_verify_locations(cafile=self._settings.ca_file)
        return httpx.AsyncClient(
            verify=trust,
            timeout=self._settings.seconds,
            trust_env=not here,
            headers={"Accept": "application/json"},
            follow_redirects=False,
        )


def with_result(url: str) -> str:
    """Return the address with `ResultMajor=ok`, added only where missing (1.26.2 leaves it out, 2.3.2 adds it)."""
    parts = urlsplit(url)
    if "ResultMajor" in parse_qs(parts.query, keep_blank_values=True):
        return url
    query = f"{parts.query}&ResultMajor=ok" if parts.query else "ResultMajor=ok"
    return urlunsplit(parts._replace(query=query))


def read(body: bytes | None) -> Private[Identity] | Fault:
    """Return who the service's document tells of; None, too long a document, and nonsense are faults."""
    try:
        document = json.loads(body or b"")
    except (ValueError, RecursionError):
        return Fault(FaultCode.EID_SERVER, "the eID service's answer is not understood")
    major = _text(_at(document, "Result", "ResultMajor"))
    person = _at(document, "PersonalData")
    if not major.endswith("#ok"):
        return Fault(FaultCode.EID_REFUSED, "the eID service says no")
    if not isinstance(person, Mapping):
        return Fault(FaultCode.EID_SERVER, "the eID service's answer names nobody")
    return Private(_identity(person))


def _identity(person: Mapping[str, Any]) -> Identity:
    home = _at(person, "PlaceOfResidence", "StructuredPlace")
    return Identity(
        given_names=_text(person.get("GivenNames")),
        family_name=_text(person.get("FamilyNames")),
        birth_name=_text(person.get("BirthName")),
        doctoral_degree=_text(person.get("AcademicTitle")),
        birth_date=_date(person.get("DateOfBirth")),
        birth_place=_place(person.get("PlaceOfBirth")),
        nationality=_text(person.get("Nationality")),
        address=Address(
            street=_text(_at(home, "Street")),
            postcode=_text(_at(home, "ZipCode")),
            city=_text(_at(home, "City")),
            country=_text(_at(home, "Country")),
        ),
    )


def _at(value: Any, *path: str) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _text(value: Any) -> str:
    """Every letter of DIN 91379 stays; control characters and overlong nonsense go."""
    if not isinstance(value, str):
        return ""
    letters = "".join(char for char in value if unicodedata.category(char)[0] != "C")
    return unicodedata.normalize("NFC", letters).strip()[:MOST_LETTERS]


def _place(value: Any) -> str:
    return _text(_at(value, "FreetextPlace")) or _text(_at(value, "StructuredPlace", "City"))


def _date(value: Any) -> date | None:
    """A whole date, or none."""
    digits = _at(value, "DateString")
    text = digits if isinstance(digits, str) else _at(value, "DateValue")
    if not isinstance(text, str) or not WHOLE_DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; None for what is not to be trusted with a visitor's data."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    if not host or not _safe(parts, host):
        return None
    return parts.scheme, host, port or DEFAULT_PORTS[parts.scheme]


def _safe(parts: SplitResult, host: str) -> bool:
    named = parts.username is not None or parts.password is not None
    return not named and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))


async def _body(answer: httpx.Response) -> bytes | None:
    """Read the document, up to what is sensible."""
    body = b""
    async for piece in answer.aiter_bytes():
        body += piece
        if len(body) > MOST_BYTES:
            return None
    return body
