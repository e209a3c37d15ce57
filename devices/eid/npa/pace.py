"""PACE with generic mapping on the card's side (TR-03110-2, 3.2; TR-03110-3, A.3 and B.1)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from devices.eid.npa import curve
from devices.eid.npa.ber import OID, MalformedError, oid_value, tlv, within
from devices.eid.npa.messaging import BLOCK, Channel, checksum, derive, encrypted
from devices.eid.npa.numbers import Password

PROTOCOL = oid_value("0.4.0.127.0.7.2.2.4.2.2")
"""id-PACE-ECDH-GM-AES-CBC-CMAC-128."""

DYNAMIC = 0x7C
PUBLIC_KEY = 0x7F49
POINT = 0x86


@dataclass(slots=True)
class Pace:
    """One run: nonce, mapping, agreement, tokens, each once and in this order.

    All raise `MalformedError` or `curve.NotOnCurveError` for what is none of these messages.
    """

    password: Password
    digits: str = field(repr=False)
    rights: bytes | None
    """The certificate holder authorization template that the terminal named, if any."""
    done: int = 0
    _nonce: int = field(default=0, repr=False)
    _base: curve.Point = curve.GENERATOR
    _own: curve.Point = curve.GENERATOR
    _theirs: curve.Point = curve.GENERATOR
    channel: Channel | None = None

    def nonce(self) -> bytes:
        """Return the first message: a nonce under the number's key."""
        self.done = 1
        nonce = secrets.token_bytes(BLOCK)
        self._nonce = int.from_bytes(nonce, "big")
        return tlv(DYNAMIC, tlv(0x80, encrypted(derive(self.digits.encode("latin-1"), 3), nonce)))

    def mapped(self, data: bytes) -> bytes:
        """Take the terminal's mapping key, return the card's; the generator is then theirs alone."""
        theirs = curve.decode(within(data, DYNAMIC, 0x81))
        private = curve.random_scalar()
        self._base = self._nonce * curve.GENERATOR + private * theirs
        self.done = 2
        return tlv(DYNAMIC, tlv(0x82, (private * curve.GENERATOR).encode()))

    def agreed(self, data: bytes) -> bytes:
        """Take the terminal's ephemeral key, return the card's; the channel's keys follow."""
        self._theirs = curve.decode(within(data, DYNAMIC, 0x83))
        private = curve.random_scalar()
        self._own = private * self._base
        if self._own == self._theirs:
            raise MalformedError("the terminal sent the card's own key")
        self.channel = Channel.of((private * self._theirs).abscissa)
        self.done = 3
        return tlv(DYNAMIC, tlv(0x84, self._own.encode()))

    def proves(self, data: bytes) -> bool:
        """Whether the terminal's token shows that it knew the number."""
        token = within(data, DYNAMIC, 0x85)
        self.done = 4
        return secrets.compare_digest(token, self._token(self._own))

    def token(self, authorities: tuple[bytes, ...]) -> bytes:
        """Return the card's token, with its trust points where the terminal wants to authenticate itself."""
        references = b"".join(tlv(0x87 + place, name) for place, name in enumerate(authorities))
        return tlv(DYNAMIC, tlv(0x86, self._token(self._theirs)), references)

    @property
    def identifier(self) -> bytes:
        """The card's name in terminal authentication: its ephemeral key, compressed."""
        return self._own.abscissa

    def _token(self, key: curve.Point) -> bytes:
        assert self.channel
        return checksum(self.channel.authentication, public_key(PROTOCOL, key))


def public_key(protocol: bytes, key: curve.Point) -> bytes:
    """Return a key as tokens are made from it (TR-03110-3, D.3.3)."""
    return tlv(PUBLIC_KEY, tlv(OID, protocol), tlv(POINT, key.encode()))
