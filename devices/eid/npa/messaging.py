"""Secure messaging with AES-128 (TR-03110-3, F): commands come in wrapped, responses go out wrapped."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

from devices.eid.npa.apdu import Command, Response, Status
from devices.eid.npa.ber import MalformedError, fields, tlv

BLOCK = 16
MAC_SIZE = 8

CRYPTOGRAM = 0x87
PLAIN_LE = 0x97
STATUS = 0x99
CHECKSUM = 0x8E


class RejectedError(Exception):
    """A command is not protected as it must be."""


def derive(secret: bytes, purpose: int, nonce: bytes = b"") -> bytes:
    """Return a key of 16 bytes (TR-03110-3, A.2.3). Purposes: 1 to encrypt, 2 to authenticate, 3 for a password."""
    return hashlib.sha1(secret + nonce + purpose.to_bytes(4, "big"), usedforsecurity=False).digest()[:BLOCK]


def encrypted(key: bytes, data: bytes, start: bytes = bytes(BLOCK)) -> bytes:
    """Return AES-CBC of whole blocks."""
    worker = Cipher(algorithms.AES(key), modes.CBC(start)).encryptor()
    return worker.update(data) + worker.finalize()


def checksum(key: bytes, data: bytes) -> bytes:
    """Return the first eight bytes of an AES-CMAC."""
    worker = CMAC(algorithms.AES(key))
    worker.update(data)
    return worker.finalize()[:MAC_SIZE]


def padded(data: bytes) -> bytes:
    """Return whole blocks (ISO 9797-1, method 2)."""
    return data + b"\x80" + bytes(-(len(data) + 1) % BLOCK)


@dataclass(slots=True)
class Channel:
    """One protected channel; its counter goes up with each command and each response."""

    encryption: bytes = field(repr=False)
    authentication: bytes = field(repr=False)
    counter: int = 0

    @classmethod
    def of(cls, secret: bytes, nonce: bytes = b"") -> Channel:
        """Return the channel that follows from a shared secret."""
        return cls(derive(secret, 1, nonce), derive(secret, 2, nonce))

    def unwrap(self, command: Command) -> Command:
        """Return the command within. Raises `RejectedError`."""
        self.counter += 1
        try:
            objects = fields(command.data)
        except MalformedError:
            raise RejectedError from None
        head = padded(bytes([command.cla, command.ins, command.p1, command.p2]))
        protected = b"".join(tlv(tag, objects[tag]) for tag in (CRYPTOGRAM, PLAIN_LE) if tag in objects)
        if objects.get(CHECKSUM) != self._seal(head + (padded(protected) if protected else b"")):
            raise RejectedError
        data = self._opened(objects[CRYPTOGRAM]) if CRYPTOGRAM in objects else b""
        return Command(command.cla & ~0x0C, command.ins, command.p1, command.p2, data, _expected(objects))

    def wrap(self, response: Response) -> Response:
        """Return the response as it goes out."""
        self.counter += 1
        content = b""
        if response.data:
            content = tlv(CRYPTOGRAM, b"\x01", encrypted(self.encryption, padded(response.data), self._start()))
        content += tlv(STATUS, response.status.to_bytes(2, "big"))
        return Response(response.status, content + tlv(CHECKSUM, self._seal(padded(content))))

    def _opened(self, cryptogram: bytes) -> bytes:
        if len(cryptogram) % BLOCK != 1 or cryptogram[0] != 1:
            raise RejectedError
        worker = Cipher(algorithms.AES(self.encryption), modes.CBC(self._start())).decryptor()
        plain = worker.update(cryptogram[1:]) + worker.finalize()
        return plain[: plain.rindex(b"\x80")] if b"\x80" in plain else plain

    def _seal(self, data: bytes) -> bytes:
        return checksum(self.authentication, self.counter.to_bytes(BLOCK, "big") + data)

    def _start(self) -> bytes:
        return encrypted(self.encryption, self.counter.to_bytes(BLOCK, "big"))


def _expected(objects: dict[int, bytes]) -> int:
    if PLAIN_LE not in objects:
        return 0
    size = objects[PLAIN_LE]
    return int.from_bytes(size, "big") or (1 << 8 * len(size))


REFUSED = Response(Status.SM_INCORRECT)
