"""`lotse enrol --check`: what stands between this terminal and its hub, in words for IT.

Looks in the order in which things fail: name, connection, TLS, what answers, clock. Each look uses the wire as the
terminal does: without a proxy. Where one is named (`https_proxy`), it is tried only to say whether that is the way.
"""

from __future__ import annotations

import os
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.x509.oid import NameOID

MOST_LATE_S = 300.0
"""A clock that is wrong by more is a fault: certificates and the signatures of profiles are judged by it."""
_CONNECT_S = 8.0
_MOST_BYTES = 65536

# What OpenSSL calls what is wrong with a certificate (X509_V_ERR_…, x509_vfy.h).
_NOT_YET, _EXPIRED, _SELF_SIGNED, _OTHER_NAME, _OTHER_ADDRESS = 9, 10, 18, 62, 64
_UNKNOWN_ISSUER = frozenset({2, 19, 20, 21})


class Obstacle(StrEnum):
    """What can be in the way."""

    NAME_UNKNOWN = "network: name unknown"
    REFUSED = "network: connection refused"
    NO_ANSWER = "network: no answer"
    PROXY_ONLY = "proxy: the only way out"
    PROXY_LOG_IN = "proxy: wants a password"
    PROXY_OPENS_TLS = "proxy: opens TLS"
    NO_TLS = "proxy: something answers without TLS"
    CERTIFICATE_EXPIRED = "certificate: expired"
    CERTIFICATE_OTHER_NAME = "certificate: another name"
    CERTIFICATE_UNKNOWN = "certificate: unknown"
    CLOCK_WRONG = "clock: wrong"
    NOT_A_HUB = "hub: something else answers"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `obstacle` is None if it is well; `words` say what was seen, and the remedy."""

    subject: str
    words: str
    obstacle: Obstacle | None = None

    def __str__(self) -> str:
        said = f"{'FAULT' if self.obstacle else 'ok':6}{self.obstacle or self.subject}: {self.words}"
        return "".join(sign if sign.isprintable() else "?" for sign in said)  # some of it is a stranger's


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the look depends on: the clock, the environment's proxy, and whose certificates are trusted."""

    ca_file: Path | None = None
    environment: Mapping[str, str] | None = None
    clock: Callable[[], float] = time.time
    patience: float = _CONNECT_S

    @property
    def proxy(self) -> str:
        """The proxy that the environment names for HTTPS."""
        known = os.environ if self.environment is None else self.environment
        return known.get("https_proxy") or known.get("HTTPS_PROXY") or ""


@dataclass(frozen=True, slots=True)
class _Hub:
    host: str
    port: int
    tls: bool


class _Found(Exception):
    """Ends the look with what is in the way."""

    def __init__(self, obstacle: Obstacle, words: str) -> None:
        super().__init__(words)
        self.finding = Finding("", words, obstacle)


def look(url: str, around: Surroundings | None = None) -> tuple[Finding, ...]:
    """Return what was found on the way to the hub at `url` (see `provisioning.enrol.checked_hub`), in that order.

    The first obstacle is the last finding: what comes after it cannot be seen.
    """
    around = around or Surroundings()
    parts = urlsplit(url)
    hub = _Hub(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80), parts.scheme == "https")
    findings: list[Finding] = []
    try:
        for step in (_name, _way, _answer):
            findings.extend(step(hub, around))
    except _Found as found:
        findings.append(found.finding)
    return tuple(findings)


def _name(hub: _Hub, around: Surroundings) -> Iterator[Finding]:
    try:
        addresses = socket.getaddrinfo(hub.host, hub.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        _try_proxy(hub, around)
        words = f"{hub.host} has no address here. Mistyped? Else ask the network's DNS, or add it to /etc/hosts"
        raise _Found(Obstacle.NAME_UNKNOWN, words) from None
    yield Finding("name", f"{hub.host} is {addresses[0][4][0]}")


def _way(hub: _Hub, around: Surroundings) -> Iterator[Finding]:
    try:
        socket.create_connection((hub.host, hub.port), around.patience).close()
    except ConnectionRefusedError:
        _try_proxy(hub, around)
        words = f"{hub.host} refuses port {hub.port}: the hub's web server is not running, or a firewall refuses"
        raise _Found(Obstacle.REFUSED, words) from None
    except OSError:
        _try_proxy(hub, around)
        words = f"{hub.host} port {hub.port} does not answer within {around.patience:.0f} s: have the firewall allow it"
        raise _Found(Obstacle.NO_ANSWER, words) from None
    yield Finding("connection", f"port {hub.port} answers")


def _answer(hub: _Hub, around: Surroundings) -> Iterator[Finding]:
    trust = ssl.create_default_context(cafile=around.ca_file) if hub.tls else None
    try:
        with _connected(hub, around, trust) as line:
            if isinstance(line, ssl.SSLSocket):
                yield Finding("certificate", f"valid, issued by {_issuer(line)}")
            status, headers = _asked(hub, line)
    except ssl.SSLCertVerificationError as error:
        raise _certificate(hub, around, error) from None
    except ssl.SSLError as error:
        words = f"what answers on port {hub.port} speaks no TLS ({error.reason}): a captive portal, or the wrong port"
        raise _Found(Obstacle.NO_TLS, words) from None
    except (OSError, HTTPException) as error:
        words = (
            f"the connection breaks off ({type(error).__name__}): a firewall or proxy that does not like the hub's name"
        )
        raise _Found(Obstacle.NO_ANSWER, words) from None
    yield _is_hub(hub, status, headers)
    yield _clock(headers, around)


def _connected(hub: _Hub, around: Surroundings, trust: ssl.SSLContext | None) -> socket.socket:
    line = socket.create_connection((hub.host, hub.port), around.patience)
    if trust is None:
        return line
    try:
        return trust.wrap_socket(line, server_hostname=hub.host)
    except BaseException:
        line.close()
        raise


def _asked(hub: _Hub, line: socket.socket) -> tuple[int, Mapping[str, str]]:
    """Ask as a stranger: a hub says 401. Return the status and the headers, in lower case."""
    host = f"{hub.host}:{hub.port}" if hub.port not in (80, 443) else hub.host
    line.sendall(f"GET /api/v1/health HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    response = HTTPResponse(line, method="GET")
    response.begin()
    response.read(_MOST_BYTES)
    return response.status, {name.lower(): value for name, value in response.getheaders()}


def _is_hub(hub: _Hub, status: int, headers: Mapping[str, str]) -> Finding:
    if status == 407:
        raise _Found(Obstacle.PROXY_LOG_IN, _LOG_IN_WORDS)
    if status == 401 and "bearer" in headers.get("www-authenticate", "").lower():
        return Finding("hub", "a Lotse hub answers")
    if 300 <= status < 400:
        where = headers.get("location", "")[:80]
        words = f"{hub.host} sends us to {where!r}: a portal that wants a log-in first, or not the hub's address"
        raise _Found(Obstacle.NOT_A_HUB, words)
    if status in (400, 421):
        words = f"the hub does not answer to this name: add {hub.host} to hosts in its settings (hub.yaml)"
        raise _Found(Obstacle.NOT_A_HUB, words)
    words = f"{hub.host} answers {status}: no Lotse hub, or its web server does not hand requests on to it"
    raise _Found(Obstacle.NOT_A_HUB, words)


def _clock(headers: Mapping[str, str], around: Surroundings) -> Finding:
    late = _late(headers, around)
    if late is None:
        return Finding("clock", "not compared: the answer has no date")
    if abs(late) > MOST_LATE_S:
        return Finding("clock", _clock_words(late, around), Obstacle.CLOCK_WRONG)
    return Finding("clock", f"differs from the hub's by {abs(late):.0f} s")


def _late(headers: Mapping[str, str], around: Surroundings) -> float | None:
    try:
        return parsedate_to_datetime(headers.get("date", "")).timestamp() - around.clock()
    except ValueError:
        return None


def _clock_words(late: float, around: Surroundings) -> str:
    here = datetime.fromtimestamp(around.clock(), UTC)
    days, hours = divmod(abs(late) / 3600, 24)
    by = f"{days:.0f} days" if days else f"{hours:.1f} hours" if hours >= 1 else f"{abs(late) / 60:.0f} minutes"
    return f"this computer says {here:%Y-%m-%d %H:%M} UTC, the hub differs by {by}. Set it: timedatectl set-ntp true"


# Certificates


def _certificate(hub: _Hub, around: Surroundings, error: ssl.SSLCertVerificationError) -> _Found:
    shown = _shown(hub, around)
    issuer = shown.issuer if shown else "?"
    code = error.verify_code
    if code in (_NOT_YET, _EXPIRED):
        if shown and shown.late is not None and abs(shown.late) > MOST_LATE_S:
            return _Found(Obstacle.CLOCK_WRONG, _clock_words(shown.late, around))
        when = "is not valid yet" if code == _NOT_YET else "has expired"
        dates = f" (valid {shown.valid})" if shown else ""
        words = f"the certificate of {hub.host} {when}{dates}: have it renewed at the hub's web server"
        return _Found(Obstacle.CERTIFICATE_EXPIRED, words)
    if code in (_OTHER_NAME, _OTHER_ADDRESS):
        words = f"the certificate is for {shown.names if shown else 'another host'}, not for {hub.host}: use that name"
        return _Found(Obstacle.CERTIFICATE_OTHER_NAME, words)
    if code in _UNKNOWN_ISSUER:
        words = (
            f"the certificate of {hub.host} was issued by {issuer}, whom this computer does not know. If that is a "
            f"proxy that opens TLS, have it leave {hub.host} alone. If it is your city's own authority: --ca-file"
        )
        return _Found(Obstacle.PROXY_OPENS_TLS, words)
    why = "it signed itself" if code == _SELF_SIGNED else error.verify_message
    words = f"the certificate of {hub.host} is not trusted ({why}): give the hub one of an authority, or use --ca-file"
    return _Found(Obstacle.CERTIFICATE_UNKNOWN, words)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a server shows that is not believed: for words only."""

    issuer: str
    names: str
    valid: str
    late: float | None


def _shown(hub: _Hub, around: Surroundings) -> _Shown | None:
    """Look at a certificate that is not trusted, and at what time it is there. Nothing is told there."""
    anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anybody.check_hostname = False
    anybody.verify_mode = ssl.CERT_NONE
    try:
        with _connected(hub, around, anybody) as line:
            assert isinstance(line, ssl.SSLSocket)
            certificate = x509.load_der_x509_certificate(line.getpeercert(binary_form=True) or b"")
            _, headers = _asked(hub, line)
    except (OSError, ValueError, HTTPException):
        return None
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    valid = f"{begins:%Y-%m-%d} to {ends:%Y-%m-%d}"
    return _Shown(_called(certificate.issuer), _names(certificate), valid, _late(headers, around))


def _issuer(line: ssl.SSLSocket) -> str:
    return _called(x509.load_der_x509_certificate(line.getpeercert(binary_form=True) or b"").issuer)


def _called(name: x509.Name) -> str:
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        if found := name.get_attributes_for_oid(kind):
            return f'"{str(found[0].value)[:80]}"'
    return "nobody who is named"


def _names(certificate: x509.Certificate) -> str:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return _called(certificate.subject)
    return ", ".join(str(name.value) for name in list(names)[:5]) or _called(certificate.subject)


# A proxy that the environment names

_LOG_IN_WORDS = (
    "a proxy on the way wants a password. A terminal has none, and uses no proxy: have the firewall let it out to the "
    "hub directly"
)


def _try_proxy(hub: _Hub, around: Surroundings) -> None:
    """Say so if the way leads through a proxy (RFC 9110, 9.3.6)."""
    proxy = urlsplit(around.proxy if "//" in around.proxy else f"//{around.proxy}")
    if not proxy.hostname:
        return
    try:
        with socket.create_connection((proxy.hostname, proxy.port or 3128), around.patience) as line:
            line.sendall(f"CONNECT {hub.host}:{hub.port} HTTP/1.1\r\nHost: {hub.host}:{hub.port}\r\n\r\n".encode())
            response = HTTPResponse(line, method="CONNECT")
            response.begin()
    except (OSError, HTTPException, ValueError):
        return
    if response.status == 407:
        raise _Found(Obstacle.PROXY_LOG_IN, _LOG_IN_WORDS)
    if response.status == 200:
        words = (
            f"only the proxy {proxy.hostname} reaches the hub. A terminal uses none: have the firewall let it out to"
        )
        raise _Found(Obstacle.PROXY_ONLY, f"{words} {hub.host} port {hub.port}")
