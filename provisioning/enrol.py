"""`lotse enrol`: a terminal becomes known to its hub, by a code that IT made there.

The key is made and kept first, then the code is used: a disk that is full costs no code. Nothing is written before the
hub's answer was verified, and all of it is written by one rename.
"""

from __future__ import annotations

import hashlib
import hmac
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from jwcrypto.jwk import JWK

from provisioning.identity import IdentityFolder
from provisioning.identity_grant import Asked, Grant, GrantRefused, first_grant
from provisioning.identity_http import HubAuth
from provisioning.identity_key import KeptBy, KeptKey, kept, new_key
from provisioning.identity_proof import Prover

_LENGTH, _ID = 16, 4
_SIGNS = frozenset("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})
_SECONDS = 15.0


class EnrolError(Exception):
    """An enrolment that ends here; the text is for IT. Nothing was changed on this terminal.

    `look`: what is in between should be looked at (`provisioning.enrol_check`).
    """

    def __init__(self, words: str, *, look: bool = False) -> None:
        super().__init__(words)
        self.look = look


@dataclass(frozen=True, slots=True)
class Order:
    """What IT asked for. `terminal`: the name that this terminal has already; `root_sha256`: the root to be got."""

    hub: str
    code: str
    terminal: str = ""
    root_sha256: str = ""
    ca_file: Path | None = None

    def __repr__(self) -> str:
        return f"Order({self.hub!r}, …)"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What came of it."""

    grant: Grant
    kept_by: KeptBy


def checked_hub(url: str) -> str:
    """Return a hub's address without a slash at its end. Raises `EnrolError` unless it is HTTPS, or this machine's."""
    parts = urlsplit(url)
    try:
        named, _ = parts.hostname, parts.port
    except ValueError:
        named = None
    if parts.scheme not in ("https", "http") or not named or parts.query or parts.fragment or parts.username:
        raise EnrolError(f"{url} is no hub's address: it looks like https://hub.example.org")
    if parts.scheme == "http" and not _is_here(named):
        raise EnrolError(f"{url} is not encrypted: use https://")
    return url.rstrip("/")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def checked_code(code: str) -> str:
    """Return a code as it is reckoned with. Raises `EnrolError` if it cannot be one."""
    signs = code.upper().translate(_MISREAD)
    if len(signs) != _LENGTH or not _SIGNS.issuperset(signs):
        raise EnrolError("a code has 16 letters and digits, like K7QM-3F9T-XW2B-8HNC")
    return signs


def enrol(order: Order, folder: IdentityFolder, keep: Callable[[JWK], KeptKey] = kept) -> Enrolled:
    """Make a key, have the hub take it, and write down what it answers. Raises `EnrolError`."""
    hub, code = checked_hub(order.hub), checked_code(order.code)
    key = new_key()
    secret = keep(key)
    _demand_room(folder)
    prover = Prover(key)
    mac_key = hashlib.sha256(f"lotse enrolment {code}".encode()).digest()
    claim = f"lotse-enrolment\n{prover.thumbprint}\n{order.terminal}".encode()
    message = {"code": code[:_ID], "terminal": order.terminal, "mac": hmac.digest(mac_key, claim, "sha256").hex()}
    answer = _ask(hub, message, prover, order.ca_file)
    try:
        grant = first_grant(Asked(hub, prover.thumbprint, prover.last_number), answer, mac_key)
    except GrantRefused as refused:
        raise EnrolError(f"{refused}. The code is used up; make a new one", look=True) from None
    if order.root_sha256 and order.root_sha256.lower() != grant.identity.root_sha256:
        raise EnrolError("the hub named another root of the profiles' repository than you did: ask its IT")
    try:
        folder.write(grant.files() | {secret.file: secret.content})
    except OSError as error:
        raise EnrolError(f"{folder.folder}: {error.strerror}. The code is used up; make a new one") from None
    return Enrolled(grant, secret.by)


def _demand_room(folder: IdentityFolder) -> None:
    """Find out before the code is used whether the folder can be written."""
    try:
        folder.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        with folder.as_owner():
            trial = folder.folder / ".trial"
            trial.write_bytes(bytes(64 * 1024))
            trial.unlink()
    except OSError as error:
        raise EnrolError(f"{folder.folder} cannot be written: {error.strerror}") from None


def _ask(hub: str, message: Mapping[str, str], prover: Prover, ca_file: Path | None) -> Mapping[str, Any]:
    try:
        trust = ssl.create_default_context(cafile=ca_file)
        with httpx.Client(verify=trust, trust_env=False, timeout=_SECONDS, auth=HubAuth(prover)) as http:
            answer = http.post(f"{hub}/api/v1/enrolment", json=dict(message))
    except OSError as error:
        raise EnrolError(f"{ca_file}: {error.strerror}") from None
    except httpx.HTTPError as error:
        raise EnrolError(f"{hub} cannot be reached ({type(error).__name__})", look=True) from None
    if answer.status_code != httpx.codes.OK:
        raise _refused(hub, answer)
    try:
        said = answer.json()
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise EnrolError(f"{hub} answers, but it is no Lotse hub", look=True)
    return said


def _refused(hub: str, answer: httpx.Response) -> EnrolError:
    match answer.status_code:
        case 401:
            return EnrolError(
                f"{hub} cannot tell its own address: its web server must pass on Host and X-Forwarded-Proto"
            )
        case 403:
            return EnrolError("this code is not valid: mistyped, used, older than 15 minutes, or another terminal's")
        case 429:
            seconds = answer.headers.get("retry-after", "a few")
            return EnrolError(f"too many attempts: try again in {seconds} seconds")
        case 503:
            return EnrolError("this hub cannot enrol terminals: it needs key_credential in its settings (hub.yaml)")
    return EnrolError(f"{hub} answered {answer.status_code}: this is no Lotse hub, or not its address", look=True)
