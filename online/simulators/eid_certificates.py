"""What an eID server shows: card-verifiable certificates, their description, rights, and a TLS certificate.

Sources: BSI TR-03110-3 (C and D), TR-03110-4 (2.2). All keys are made anew; the certificate authority is of our
own, so a card that checks signatures would refuse them.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID

BSI = bytes.fromhex("04007F0007")
"""0.4.0.127.0.7, which all object identifiers here begin with."""
TA_ECDSA_SHA256 = BSI + bytes.fromhex("0202020203")
AT_ROLE = BSI + bytes.fromhex("03010202")
DESCRIPTION = BSI + bytes.fromhex("03010301")
PLAIN_TEXT = DESCRIPTION + b"\x01"

ROOT = b"DELOTSECVCA00001"
DOCUMENT_VERIFIER = b"DELOTSEDV0000001"
TERMINAL = b"DELOTSEAT0000001"

GROUPS: Mapping[str, int] = {
    "GivenNames": 4,
    "FamilyName": 5,
    "DoctoralDegree": 7,
    "DateOfBirth": 8,
    "PlaceOfBirth": 9,
    "Nationality": 10,
    "BirthName": 13,
    "Address": 17,
}
"""The data group that a right is about, by the right's name in the AusweisApp."""


def tlv(tag: int, *parts: bytes) -> bytes:
    """Return one BER-TLV object."""
    value = b"".join(parts)
    name = tag.to_bytes(2 if tag > 255 else 1, "big")
    if len(value) < 128:
        return name + bytes([len(value)]) + value
    size = len(value).to_bytes((len(value).bit_length() + 7) // 8, "big")
    return name + bytes([128 + len(size)]) + size + value


def chat(groups: Iterable[int], role: int = 0) -> bytes:
    """Return an authorization template: who may read these data groups."""
    bits = role << 38
    for group in groups:
        bits |= 1 << (group + 7)
    return tlv(0x7F4C, tlv(0x06, AT_ROLE), tlv(0x53, bits.to_bytes(5, "big")))


def groups_of(template: bytes) -> frozenset[int]:
    """Return the data groups that a template allows to read."""
    bits = int.from_bytes(template[-5:], "big")
    return frozenset(group for group in range(1, 23) if bits >> (group + 7) & 1)


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a public key uncompressed."""
    return key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def plain_signature(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    """Sign in the plain format (TR-03111, 5.2.1)."""
    return b"".join(
        part.to_bytes(32, "big") for part in decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
    )


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What proves to a card who reads it."""

    key: ec.EllipticCurvePrivateKey
    certificates: tuple[bytes, ...]
    """Document verifier first, then the terminal."""
    description: bytes


def entitlement(groups: Iterable[int], subject: str, url: str, purpose: str, tls: bytes) -> Entitlement:
    """Make certificates for a service at `url` whose TLS certificate is `tls` (DER)."""
    described = _description(subject, url, purpose, tls)
    root, verifier, terminal = (ec.generate_private_key(ec.BrainpoolP256R1()) for _ in range(3))
    extension = tlv(0x65, tlv(0x73, tlv(0x06, DESCRIPTION), tlv(0x80, hashlib.sha256(described).digest())))
    everything = range(1, 23)
    certificates = (
        _certificate(verifier, DOCUMENT_VERIFIER, chat(everything, role=2), (root, ROOT)),
        _certificate(terminal, TERMINAL, chat(groups), (verifier, DOCUMENT_VERIFIER), extension),
    )
    return Entitlement(terminal, certificates, described)


def _certificate(
    key: ec.EllipticCurvePrivateKey,
    holder: bytes,
    template: bytes,
    issuer: tuple[ec.EllipticCurvePrivateKey, bytes],
    extensions: bytes = b"",
) -> bytes:
    today = datetime.now(UTC).date()
    body = tlv(
        0x7F4E,
        tlv(0x5F29, b"\x00"),
        tlv(0x42, issuer[1]),
        tlv(0x7F49, tlv(0x06, TA_ECDSA_SHA256), tlv(0x86, point(key))),
        tlv(0x5F20, holder),
        template,
        tlv(0x5F25, _digits(today - timedelta(days=1))),
        tlv(0x5F24, _digits(today + timedelta(days=30))),
        extensions,
    )
    return tlv(0x7F21, body, tlv(0x5F37, plain_signature(issuer[0], body)))


def _digits(day: date) -> bytes:
    """Return a date as six digits, a byte each."""
    return bytes(int(digit) for digit in day.strftime("%y%m%d"))


def _description(subject: str, url: str, purpose: str, tls: bytes) -> bytes:
    terms = (
        f"Name, Anschrift und E-Mail-Adresse des Diensteanbieters:\r\n{subject}\r\n\r\n"
        f"Geschäftszweck:\r\n{purpose}\r\n\r\n"
    )
    return tlv(
        0x30,
        tlv(0x06, PLAIN_TEXT),
        tlv(0xA1, tlv(0x0C, b"Lotse virtual authority")),
        tlv(0xA3, tlv(0x0C, subject.encode())),
        tlv(0xA4, tlv(0x13, url.encode())),
        tlv(0xA5, tlv(0x0C, terms.encode())),
        tlv(0xA7, tlv(0x31, tlv(0x04, hashlib.sha256(tls).digest()))),
    )


def tls_certificate() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """Return a key and a certificate for localhost, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return key, certificate
