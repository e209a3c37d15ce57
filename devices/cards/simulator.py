"""Chip cards that exist only as software: of libraries, universities and the staff, and copies of them.

They are put into a virtual reader of pcscd by `devices.eid.npa.slot.Slot`, so whoever talks to one sees a card.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from devices.eid.npa.apdu import Step

CONTACTLESS_ATR = bytes.fromhex("3B8F8001804F0CA000000306030001000000006A")
"""What a reader says for a common contactless memory card (PC/SC part 3, 3.1.3.2.3.2)."""
PIV = bytes.fromhex("A000000308000010000100")

_DONE, _NOT_FOUND, _NOT_SUPPORTED = b"\x90\x00", b"\x6a\x82", b"\x6d\x00"


@dataclass(slots=True, eq=False)
class ChipCard:
    """A card with `applications`: for each, the responses (without status) that it gives to whole commands.

    `uid` is what it calls itself to a reader. With a `key` it signs what PIV's Card Authentication asks it to.
    Raises `RuntimeError` outside demo and tests.
    """

    applications: Mapping[bytes, Mapping[bytes, bytes]] = field(default_factory=dict)
    atr: bytes = CONTACTLESS_ATR
    uid: bytes = b"\x04\xa2\x3b\x1a\x5c\x70\x80"
    key: ec.EllipticCurvePrivateKey | None = field(default=None, repr=False)
    commands: list[bytes] = field(default_factory=list, repr=False)
    """What it was asked."""
    _selected: bytes | None = None

    def __post_init__(self) -> None:
        if os.environ.get("LOTSE_SIMULATORS") != "1":
            raise RuntimeError("virtual cards exist only in the demo and in tests (LOTSE_SIMULATORS=1)")

    def power(self) -> None:
        """Lose power, or be reset."""
        self._selected = None

    def step_of(self, data: bytes) -> Step:  # noqa: ARG002 (what a slot asks of every card)
        """Return that a command is none of an ID card's."""
        return Step.OTHER

    def answer(self, data: bytes) -> bytes:
        """Return the response to a command."""
        self.commands.append(data)
        if data[:2] == b"\xff\xca":
            return self.uid + _DONE
        if data[:3] == b"\x00\xa4\x04":
            return self._select(data[5 : 5 + data[4]])
        if data[:2] == b"\x00\x87" and self._selected == PIV and self.key:
            return self._sign(data)
        known = self.applications.get(self._selected or b"", {})
        return known[data] + _DONE if data in known else _NOT_SUPPORTED

    def _select(self, application: bytes) -> bytes:
        if application not in self.applications:
            return _NOT_FOUND
        self._selected = application
        return b"\x6f\x00" + _DONE

    def _sign(self, data: bytes) -> bytes:
        """Sign the challenge, the last thing in the command's template."""
        assert self.key
        challenge = data[5 : 5 + data[4]][6:]
        digest = {32: hashes.SHA256(), 48: hashes.SHA384()}[len(challenge)]
        signature = self.key.sign(challenge, ec.ECDSA(utils.Prehashed(digest)))
        inner = b"\x82" + bytes([len(signature)]) + signature
        return b"\x7c" + bytes([len(inner)]) + inner + _DONE


def staff_card(key: ec.EllipticCurvePrivateKey) -> ChipCard:
    """Return a card of the staff with its key."""
    return ChipCard({PIV: {}}, key=key)


def copy_of(card: ChipCard, key: ec.EllipticCurvePrivateKey | None = None) -> ChipCard:
    """Return what can be copied of a card: all but its key."""
    return ChipCard(card.applications, card.atr, card.uid, key)


def certificate(key: ec.EllipticCurvePrivateKey, name: str, *, days: int = 365) -> x509.Certificate:
    """Return a certificate for a card's key, signed by itself: the file that it stands in is what is trusted."""
    from datetime import UTC, datetime, timedelta

    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=400))
    return builder.not_valid_after(now + timedelta(days=days)).sign(key, hashes.SHA256())
