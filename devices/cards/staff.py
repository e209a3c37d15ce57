"""Cards of the staff prove themselves with a key: PIV's Card Authentication (NIST SP 800-73-4, key 9E, no PIN).

The card signs a number that was drawn this very moment; the signature must be that of a certificate which IT has put
into the terminal's file. A card without the key cannot, whatever else of it was copied. What this does not prove
is that the person who holds the card is the one whose name it bears.
"""

from __future__ import annotations

import logging
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from devices.cards.recognition import OK, Transmit, asked

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

log = logging.getLogger(__name__)

CURVES = {256: 0x11, 384: 0x14}
"""SP 800-78-4, table 6-2: the algorithm's number by the size of its key in bits."""


class StaffCertificates:
    """The certificates in a PEM file: one for each card that counts. Taking one out withdraws the card at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def holder(self, transmit: Transmit) -> str | None:
        """Let the card sign, and return the name in the certificate that the signature belongs to, or None."""
        certificates = self._valid()
        for bits, algorithm in CURVES.items():
            candidates = [one for one in certificates if one.public_key().key_size == bits]  # type: ignore[union-attr]
            challenge = secrets.token_bytes(bits // 8)
            signature = _signature(transmit, algorithm, challenge) if candidates else b""
            for certificate in candidates:
                if signature and _verified(certificate, signature, challenge):
                    return _name(certificate)
        log.info("a card that looks like one of the staff has not proven itself")
        return None

    def _valid(self) -> list[Certificate]:
        """Return those that hold now. Read anew each time: the file may have changed."""
        from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
        from cryptography.x509 import load_pem_x509_certificates

        try:
            found = load_pem_x509_certificates(self._path.read_bytes())
        except (OSError, ValueError) as error:
            log.error("the certificates of the staff cannot be read: %s", type(error).__name__)
            return []
        now = datetime.now(UTC)
        return [
            one
            for one in found
            if isinstance(one.public_key(), EllipticCurvePublicKey)
            and one.not_valid_before_utc <= now <= one.not_valid_after_utc
        ]


def _signature(transmit: Transmit, algorithm: int, challenge: bytes) -> bytes:
    """GENERAL AUTHENTICATE (SP 800-73-4 part 2, 3.2.4): {7C {82, empty} {81, challenge}} → {7C {82, signature}}."""
    template = b"\x82\x00\x81" + bytes([len(challenge)]) + challenge
    data = b"\x7c" + bytes([len(template)]) + template
    command = bytes([0x00, 0x87, algorithm, 0x9E, len(data)]) + data + b"\x00"
    answer, status = asked(transmit, command)
    inner = _value(0x7C, answer) if status == OK else b""
    return _value(0x82, inner)


def _value(tag: int, data: bytes) -> bytes:
    """Return the value of a data object with a short or one-byte length, or nothing."""
    if len(data) < 3 or data[0] != tag:
        return b""
    start = 3 if data[1] == 0x81 else 2
    size = data[start - 1]
    return data[start : start + size] if len(data) >= start + size else b""


def _verified(certificate: Certificate, signature: bytes, challenge: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    digest = hashes.SHA256() if len(challenge) == 32 else hashes.SHA384()
    try:
        certificate.public_key().verify(signature, challenge, ec.ECDSA(utils.Prehashed(digest)))  # type: ignore[union-attr,call-arg,arg-type]
    except (InvalidSignature, ValueError):
        return False
    return True


def _name(certificate: Certificate) -> str:
    from cryptography.x509.oid import NameOID

    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else f"{certificate.serial_number:X}"
