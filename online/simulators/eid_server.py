"""A double of an eID server, as a real AusweisApp meets it: TC token, PAOS, results, on TLS (TR-03124-1, TR-03112-7).

The session goes StartPAOS → EAC1 → EAC2 → Transmit → StartPAOSResponse. The chip is proven and the data come through
its channel; terminal authentication is carried out but vouched for by nobody but us. `EidService` of this
package's neighbour fetches the result from here as it does from a city's service.
"""

from __future__ import annotations

import json
import secrets
import ssl
import tempfile
import threading
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element

from cryptography.hazmat.primitives import serialization
from defusedxml import ElementTree

from online.simulators import refuse_outside_demo
from online.simulators.eid_certificates import GROUPS, Entitlement, chat, entitlement, tls_certificate
from online.simulators.eid_session import ChipRefusedError, Reading

MAJOR = "http://www.bsi.bund.de/ecard/api/1.1/resultmajor#"
MINOR = "http://www.bsi.bund.de/ecard/api/1.1/resultminor/"
EAC = "urn:oid:1.3.162.15480.3.0.14.2"


class EidServerFault(StrEnum):
    """What the server can do wrong, once, in answer to a message of the session."""

    GARBAGE = "garbage"
    ERROR = "error"
    REFUSAL = "refusal"
    DROP = "drop"


@dataclass(slots=True)
class _Session:
    reading: Reading
    passed: bool = False


@dataclass(slots=True)
class EidServerDouble:
    """Serves one made-up city. `tc_token_url` and `base` go into the terminal's settings, `ca_file` as well.

    Raises `RuntimeError` outside demo and tests.
    """

    required: Iterable[str] = ()
    optional: Iterable[str] = tuple(GROUPS)
    subject: str = "Musterstadt"
    purpose: str = "Ausfüllen von Anträgen am Terminal"
    port: int = 0
    next_fault: EidServerFault | None = None
    online: bool = True
    """Whether it can be reached: if not, every connection is cut before an answer."""
    served: int = 0
    """How many results were given out."""
    finished: int = 0
    """How many cards were read to the end."""
    base: str = field(default="", init=False)
    ca_file: Path = field(default=Path(), init=False)
    _entitlement: Entitlement = field(init=False, repr=False)
    _sessions: dict[str, _Session] = field(default_factory=dict, repr=False)
    _folder: tempfile.TemporaryDirectory[str] | None = field(default=None, repr=False)
    _server: ThreadingHTTPServer | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        refuse_outside_demo()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def tc_token_url(self) -> str:
        """Where a session begins."""
        return f"{self.base}/tctoken"

    def start(self) -> Self:
        """Listen on 127.0.0.1, in threads of its own."""
        self._folder = tempfile.TemporaryDirectory(prefix="eid-server-")
        self.ca_file, context, der = _tls(Path(self._folder.name))
        server = _Server(("127.0.0.1", self.port), _Handler)
        server.double = self
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        self.base = f"https://localhost:{server.server_address[1]}"
        groups = [GROUPS[name] for name in (*self.required, *self.optional)]
        self._entitlement = entitlement(groups, self.subject, self.base, self.purpose, der)
        threading.Thread(target=server.serve_forever, args=(0.05,), name="eID server", daemon=True).start()
        self._server = server
        return self

    def forget(self) -> None:
        """Forget everybody: sessions that were not finished too."""
        self._sessions.clear()

    def stop(self) -> None:
        """End it, and forget everybody."""
        self.forget()
        if self._server:
            self._server.shutdown()
            self._server.server_close()
        if self._folder:
            self._folder.cleanup()

    # The session

    def token(self) -> bytes:
        """Open a session and return its TC token (TR-03124-1, 2.6)."""
        session = secrets.token_hex(16)
        self._sessions[session] = _Session(Reading(self._entitlement))
        return (
            '<?xml version="1.0" encoding="UTF-8"?><TCTokenType>'
            f"<ServerAddress>{self.base}/paos/{session}</ServerAddress>"
            f"<SessionIdentifier>{session}</SessionIdentifier>"
            f"<RefreshAddress>{self.base}/result?session={session}</RefreshAddress>"
            f"<CommunicationErrorAddress>{self.base}/error</CommunicationErrorAddress>"
            "<Binding>urn:liberty:paos:2006-08</Binding></TCTokenType>"
        ).encode()

    def heard(self, envelope: Element, identifier: str) -> bytes | None:
        """Take a PAOS message of a session, return the next; None cuts the connection."""
        fault, self.next_fault = self.next_fault, None
        message = _text(envelope, "MessageID")
        session = self._sessions.get(identifier)
        if fault is EidServerFault.DROP:
            return None
        if fault is EidServerFault.GARBAGE:
            return b"<html>Wartungsarbeiten</html>"
        if session is None or fault is EidServerFault.REFUSAL:
            return _envelope(message, _ended(f"{MINOR}al/common#noPermission"))
        try:
            body = self._next(envelope, session)
        except ChipRefusedError:
            body = _ended(f"{MINOR}al/common#internalError")
        return _envelope(message, body)

    def _next(self, envelope: Element, session: _Session) -> str:
        reading = session.reading
        if _found(envelope, "StartPAOS") is not None:
            return self._first()
        if not _text(envelope, "ResultMajor").endswith("#ok"):
            return _ended(_text(envelope, "ResultMinor") or f"{MINOR}al/common#unknownError")
        if _found(envelope, "Challenge") is not None:
            template = _octets(envelope, "CertificateHolderAuthorizationTemplate")
            signature = reading.sign(_octets(envelope, "IDPICC"), _octets(envelope, "Challenge"), template)
            key = f"<EphemeralPublicKey>{reading.public_key.hex()}</EphemeralPublicKey>"
            return _did("EAC2InputType", f"{key}<Signature>{signature.hex()}</Signature>")
        if _found(envelope, "EFCardSecurity") is not None:
            token = _octets(envelope, "AuthenticationToken")
            reading.check(_octets(envelope, "EFCardSecurity"), _octets(envelope, "Nonce"), token)
            return _transmit(reading.commands())
        reading.take(bytes.fromhex(one.text or "") for one in envelope.iter() if _name(one) == "OutputAPDU")
        session.passed = True
        self.finished += 1
        return _ended()

    def _first(self) -> str:
        """Return the message that says who asks, and for what."""
        parts = "".join(f"<Certificate>{one.hex()}</Certificate>" for one in self._entitlement.certificates)
        parts += f"<CertificateDescription>{self._entitlement.description.hex()}</CertificateDescription>"
        parts += f"<RequiredCHAT>{chat(GROUPS[name] for name in self.required).hex()}</RequiredCHAT>"
        parts += f"<OptionalCHAT>{chat(GROUPS[name] for name in self.optional).hex()}</OptionalCHAT>"
        return _did("EAC1InputType", parts)

    def result(self, session: str, major: str) -> bytes | None:
        """Give a result out, once; None where there is none."""
        found = self._sessions.pop(session, None)
        if found is None or major != "ok":
            return None
        if not found.passed:
            return json.dumps({"Result": {"ResultMajor": f"{MAJOR}error"}}).encode()
        self.served += 1
        document = {"Result": {"ResultMajor": f"{MAJOR}ok"}, "PersonalData": found.reading.person}
        return json.dumps(document, ensure_ascii=False).encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    double: EidServerDouble

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is nothing to write about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_GET(self) -> None:
        """Answer the two addresses of a session."""
        if self._cut():
            return
        address = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path == "/tctoken":
            self._answer(self.server.double.token(), "text/xml; charset=utf-8")
        elif address.path == "/result":
            found = self.server.double.result(query.get("session", ""), query.get("ResultMajor", ""))
            self._answer(found or b"", "application/json", 200 if found else 404)
        else:
            self._answer(b"", "text/plain", 404)

    def do_POST(self) -> None:
        """Answer a PAOS message."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self._cut():
            return
        identifier = urlsplit(self.path).path.rpartition("/")[2]
        if self.server.double.next_fault is EidServerFault.ERROR:
            self.server.double.next_fault = None
            self._answer(b"", "text/plain", 500)
            return
        answer = self.server.double.heard(ElementTree.fromstring(body), identifier)
        if answer is None:
            self.close_connection = True
            return
        self._answer(answer, "application/vnd.paos+xml; charset=utf-8")

    def _cut(self) -> bool:
        """Whether the line is cut, as it is while the server cannot be reached."""
        self.close_connection = not self.server.double.online
        return self.close_connection

    def _answer(self, body: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Addresses have the session in them."""


def _tls(folder: Path) -> tuple[Path, ssl.SSLContext, bytes]:
    key, certificate = tls_certificate()
    encoding, private = serialization.Encoding, serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(encoding.PEM, private, serialization.NoEncryption()))
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return folder / "certificate.pem", context, certificate.public_bytes(encoding.DER)


def _envelope(relates: str, body: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:wsa="http://www.w3.org/2005/03/addressing">'
        f"<soap:Header><wsa:RelatesTo>{relates}</wsa:RelatesTo>"
        f"<wsa:MessageID>{uuid.uuid4().urn}</wsa:MessageID></soap:Header>"
        f"<soap:Body>{body}</soap:Body></soap:Envelope>"
    ).encode()


def _did(kind: str, parts: str) -> str:
    return (
        '<DIDAuthenticate xmlns="urn:iso:std:iso-iec:24727:tech:schema">'
        '<ConnectionHandle xsi:type="ConnectionHandleType"><SlotHandle>00</SlotHandle></ConnectionHandle>'
        f'<DIDName>PIN</DIDName><AuthenticationProtocolData Protocol="{EAC}" xsi:type="{kind}">'
        f"{parts}</AuthenticationProtocolData></DIDAuthenticate>"
    )


def _transmit(commands: Iterable[bytes]) -> str:
    codes = "".join(f"<AcceptableStatusCode>{code}</AcceptableStatusCode>" for code in ("9000", "6282"))
    infos = "".join(f"<InputAPDUInfo><InputAPDU>{one.hex()}</InputAPDU>{codes}</InputAPDUInfo>" for one in commands)
    return f'<Transmit xmlns="urn:iso:std:iso-iec:24727:tech:schema"><SlotHandle>00</SlotHandle>{infos}</Transmit>'


def _ended(minor: str = "") -> str:
    """Return the end of a session: well, or why not."""
    reason = f"<ResultMinor>{minor}</ResultMinor>" if minor else ""
    return (
        '<StartPAOSResponse xmlns="urn:iso:std:iso-iec:24727:tech:schema">'
        f'<Result xmlns="urn:oasis:names:tc:dss:1.0:core:schema"><ResultMajor>{MAJOR}{"error" if minor else "ok"}'
        f"</ResultMajor>{reason}</Result></StartPAOSResponse>"
    )


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _found(envelope: Element, name: str) -> Element | None:
    return next((one for one in envelope.iter() if _name(one) == name), None)


def _text(envelope: Element, name: str) -> str:
    element = _found(envelope, name)
    return (element.text or "").strip() if element is not None else ""


def _octets(envelope: Element, name: str) -> bytes:
    return bytes.fromhex(_text(envelope, name))
