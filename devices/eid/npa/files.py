"""The files that say what a card can do: EF.CardAccess, EF.DIR and the signed EF.CardSecurity (TR-03110-3, A.1)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from devices.eid.npa import curve
from devices.eid.npa.ber import BIT_STRING, OCTET_STRING, SEQUENCE, SET, integer, oid, tlv

EID_APPLICATION = bytes.fromhex("E80704007F00070302")
OTHER_APPLICATIONS = tuple(bytes.fromhex(name) for name in ("A0000002471001", "A000000167455349474E"))

CARD_ACCESS = 0x011C
CARD_SECURITY = 0x011D
DIRECTORY = 0x2F00
SHORT_NAMES = {0x1C: CARD_ACCESS, 0x1D: CARD_SECURITY, 0x1E: DIRECTORY}
"""By which they are read without being selected first."""

KEY = 0x41
"""The reference of the chip's key."""
BRAINPOOL = 13
"""brainpoolP256r1 among the standardised domain parameters (TR-03110-3, A.2.1.1)."""

_BSI = "0.4.0.127.0.7"


def directory() -> bytes:
    """Return EF.DIR: the applications on the card."""
    return b"".join(tlv(0x61, tlv(0x4F, name)) for name in (*OTHER_APPLICATIONS, EID_APPLICATION))


def card_access() -> bytes:
    """Return EF.CardAccess: the protocols, before anybody has proven anything."""
    return tlv(SET, *_protocols())


def card_security(chip: curve.Point) -> bytes:
    """Return EF.CardSecurity: the same with the chip's public key, signed by a signer of our own."""
    key = tlv(SEQUENCE, _domain(f"{_BSI}.1.2"), tlv(BIT_STRING, b"\x00", chip.encode()))
    info = tlv(SEQUENCE, oid(f"{_BSI}.2.2.1.2"), key, integer(KEY))
    return _signed(tlv(SET, *_protocols(), info))


def _protocols() -> tuple[bytes, ...]:
    return (
        tlv(SEQUENCE, oid(f"{_BSI}.2.2.2"), integer(2)),
        tlv(SEQUENCE, oid(f"{_BSI}.2.2.3.2.2"), integer(2), integer(KEY)),
        tlv(SEQUENCE, oid(f"{_BSI}.2.2.3.2"), _domain(f"{_BSI}.1.2"), integer(KEY)),
        tlv(SEQUENCE, oid(f"{_BSI}.2.2.4.2.2"), integer(2), integer(BRAINPOOL)),
    )


def _domain(name: str) -> bytes:
    return tlv(SEQUENCE, oid(name), integer(BRAINPOOL))


def _signed(content: bytes) -> bytes:
    """Return CMS SignedData (RFC 5652, 5) with one signer."""
    content_type = oid(f"{_BSI}.3.2.1")
    sha256 = tlv(SEQUENCE, oid("2.16.840.1.101.3.4.2.1"))
    key, certificate = _signer()
    attributes = _attribute("1.2.840.113549.1.9.3", content_type) + _attribute(
        "1.2.840.113549.1.9.4", tlv(OCTET_STRING, hashlib.sha256(content).digest())
    )
    signature = key.sign(tlv(SET, attributes), ec.ECDSA(hashes.SHA256()))
    serial = certificate.serial_number
    signer = tlv(
        SEQUENCE,
        integer(1),
        tlv(SEQUENCE, certificate.issuer.public_bytes(), integer(serial)),
        sha256,
        tlv(0xA0, attributes),
        tlv(SEQUENCE, oid("1.2.840.10045.4.3.2")),
        tlv(OCTET_STRING, signature),
    )
    signed = tlv(
        SEQUENCE,
        integer(3),
        tlv(SET, sha256),
        tlv(SEQUENCE, content_type, tlv(0xA0, tlv(OCTET_STRING, content))),
        tlv(0xA0, certificate.public_bytes(serialization.Encoding.DER)),
        tlv(SET, signer),
    )
    return tlv(SEQUENCE, oid("1.2.840.113549.1.7.2"), tlv(0xA0, signed))


def _attribute(name: str, value: bytes) -> bytes:
    return tlv(SEQUENCE, oid(name), tlv(SET, value))


@cache
def _signer() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """Return the document signer of this process: made anew each time, trusted by nobody."""
    key = ec.generate_private_key(ec.BrainpoolP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Lotse virtual document signer")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    return key, certificate
