"""One reading of a card, on the server's side: prove oneself, check the chip, read (TR-03110-2, 3.3 and 3.4).

The chip is really checked: the channel in which the data come has keys that only the chip's private key gives,
and that key is the one in its signed EF.CardSecurity. Who signed that file is not checked: made-up cards have
made-up signers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

from online.simulators.eid_certificates import BSI, Entitlement, groups_of, plain_signature, point, tlv

CHIP_AUTHENTICATION = BSI + bytes.fromhex("0202030202")
CHIP_KEY = tlv(0x06, BSI + bytes.fromhex("02020102"))
EID_APPLICATION = bytes.fromhex("E80704007F00070302")


class ChipRefusedError(Exception):
    """The chip did not prove itself, or what it says is not to be believed."""


@dataclass(slots=True)
class Reading:
    """One session's cryptography and what was read."""

    entitlement: Entitlement
    groups: frozenset[int] = frozenset()
    person: dict[str, Any] = field(default_factory=dict, repr=False)
    _ephemeral: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.BrainpoolP256R1()), repr=False
    )
    _channel: _Channel | None = field(default=None, repr=False)

    @property
    def public_key(self) -> bytes:
        """The ephemeral key for chip authentication, uncompressed."""
        return point(self._ephemeral)

    def sign(self, card: bytes, challenge: bytes, template: bytes) -> bytes:
        """Return terminal authentication's signature; the visitor has left these rights."""
        self.groups = groups_of(template)
        return plain_signature(self.entitlement.key, card + challenge + self.public_key[1:33])

    def check(self, card_security: bytes, nonce: bytes, token: bytes) -> None:
        """Check the chip's token. Raises `ChipRefusedError`."""
        where = card_security.find(CHIP_KEY)
        start = card_security.find(b"\x04", card_security.find(b"\x03\x42\x00", where))
        try:
            key = ec.EllipticCurvePublicKey.from_encoded_point(ec.BrainpoolP256R1(), card_security[start : start + 65])
        except ValueError:
            raise ChipRefusedError("no key of the chip") from None
        channel = _Channel(self._ephemeral.exchange(ec.ECDH(), key), nonce)
        body = tlv(0x7F49, tlv(0x06, CHIP_AUTHENTICATION), tlv(0x86, self.public_key))
        if where < 0 or channel.checksum(body) != token:
            raise ChipRefusedError("the chip's token is wrong")
        self._channel = channel

    def commands(self) -> list[bytes]:
        """Return the commands that read all that may be read."""
        assert self._channel
        select = self._channel.wrap(0xA4, 0x040C, EID_APPLICATION, None)
        # Each command counts, and so does its response: the counters of the next are ahead by two.
        return [select, *(self._channel.wrap(0xB0, (0x80 | group) << 8, b"", 0) for group in sorted(self.groups))]

    def take(self, responses: Iterable[bytes]) -> None:
        """Take what the card gave. Raises `ChipRefusedError`."""
        assert self._channel
        answers = [self._channel.unwrap(number, response) for number, response in enumerate(responses)]
        if len(answers) != len(self.groups) + 1:
            raise ChipRefusedError("responses are missing")
        for group, content in zip(sorted(self.groups), answers[1:], strict=True):
            name, value = _meaning(group, content)
            self.person[name] = value


class _Channel:
    """Secure messaging on the terminal's side (TR-03110-3, F), for commands that are sent all at once."""

    def __init__(self, secret: bytes, nonce: bytes) -> None:
        self._encryption, self._authentication = (
            hashlib.sha1(secret + nonce + bytes([0, 0, 0, use]), usedforsecurity=False).digest()[:16] for use in (1, 2)
        )
        self._sent = 0

    def checksum(self, data: bytes) -> bytes:
        worker = CMAC(algorithms.AES(self._authentication))
        worker.update(data)
        return worker.finalize()[:8]

    def wrap(self, ins: int, parameters: int, data: bytes, expected: int | None) -> bytes:
        counter = (2 * self._sent + 1).to_bytes(16, "big")
        self._sent += 1
        head = bytes([0x0C, ins]) + parameters.to_bytes(2, "big")
        objects = b""
        if data:
            worker = Cipher(algorithms.AES(self._encryption), modes.CBC(self._start(counter))).encryptor()
            objects += tlv(0x87, b"\x01", worker.update(_padded(data)) + worker.finalize())
        if expected is not None:
            objects += tlv(0x97, bytes([expected]))
        objects += tlv(0x8E, self.checksum(counter + _padded(head) + _padded(objects)))
        return head + bytes([len(objects)]) + objects + b"\x00"

    def unwrap(self, number: int, response: bytes) -> bytes:
        counter = (2 * number + 2).to_bytes(16, "big")
        objects = dict(_objects(response[:-2]))
        content = b"".join(tlv(tag, objects[tag]) for tag in (0x87, 0x99) if tag in objects)
        if objects.get(0x8E) != self.checksum(counter + _padded(content)):
            raise ChipRefusedError("a response is not from the chip")
        if 0x87 not in objects:
            return b""
        worker = Cipher(algorithms.AES(self._encryption), modes.CBC(self._start(counter))).decryptor()
        plain = worker.update(objects[0x87][1:]) + worker.finalize()
        return plain[: plain.rindex(b"\x80")]

    def _start(self, counter: bytes) -> bytes:
        worker = Cipher(algorithms.AES(self._encryption), modes.ECB()).encryptor()  # noqa: S305 (one block, by TR-03110)
        return worker.update(counter) + worker.finalize()


def _padded(data: bytes) -> bytes:
    return data + b"\x80" + bytes(-(len(data) + 1) % 16)


def _objects(data: bytes) -> Iterable[tuple[int, bytes]]:
    while data:
        size, rest = data[1], data[2:]
        if size > 128:
            size, rest = int.from_bytes(rest[: size - 128], "big"), rest[size - 128 :]
        yield data[0], rest[:size]
        data = rest[size:]


_TEXTS: Mapping[int, str] = {
    4: "GivenNames",
    5: "FamilyNames",
    7: "AcademicTitle",
    10: "Nationality",
    13: "BirthName",
}


def _meaning(group: int, content: bytes) -> tuple[str, Any]:
    """Return a data group as a service tells it (TR-03130-1, PersonalData)."""
    inner = dict(_objects(dict(_objects(content)).get(0x60 + group, b"")))
    text = next(iter(inner.values()), b"").decode() if group in (*_TEXTS, 8) else ""
    if group in _TEXTS:
        return _TEXTS[group], text
    if group == 8:
        return "DateOfBirth", {"DateString": text}
    return ("PlaceOfBirth" if group == 9 else "PlaceOfResidence"), _place(inner)


def _place(choice: Mapping[int, bytes]) -> dict[str, Any]:
    if 0xA1 in choice:
        return {"FreetextPlace": _inner(choice[0xA1])}
    if 0x30 not in choice:
        return {"NoPlaceInfo": _inner(choice.get(0xA2, b""))}
    names = {0xAA: "Street", 0xAB: "City", 0xAD: "Country", 0xAE: "ZipCode"}
    return {"StructuredPlace": {names[tag]: _inner(part) for tag, part in _objects(choice[0x30]) if tag in names}}


def _inner(data: bytes) -> str:
    return next((value.decode() for _, value in _objects(data)), "")
