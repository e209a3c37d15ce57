"""Terminal and chip authentication on the card's side (TR-03110-2, 3.3 and 3.4; TR-03110-3, B.2 and B.3).

Certificates are taken in as they come: no authority signs certificates for made-up cards, so no signature is
checked. What is checked is order and that the key of chip authentication is the one announced before.
Chip authentication itself is real.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from devices.eid.npa import curve
from devices.eid.npa.apdu import Command, Response, Status
from devices.eid.npa.ber import fields, oid_value, tlv, within
from devices.eid.npa.files import KEY
from devices.eid.npa.messaging import Channel, checksum
from devices.eid.npa.pace import DYNAMIC, public_key

PROTOCOL = oid_value("0.4.0.127.0.7.2.2.3.2.2")
"""id-CA-ECDH-AES-CBC-CMAC-128."""

TEMPLATE = 0x7F4C
AT_ROLE = bytes.fromhex("060904007F0007030102025305")
"""A certificate holder authorization template of an authentication terminal, up to its five bytes of rights."""


def readable(template: bytes | None) -> frozenset[int]:
    """Return the data groups that a terminal with this template may read (TR-03110-4, 2.2.3.2)."""
    if not template or not template.startswith(AT_ROLE):
        return frozenset()
    bits = int.from_bytes(template[len(AT_ROLE) :], "big")
    return frozenset(number for number in range(1, 23) if bits >> (number + 7) & 1)


@dataclass(slots=True)
class Eac:
    """One run of both, after PACE with rights. Raises `MalformedError` for messages that are none of these."""

    chip: int = field(repr=False)
    """The chip's private key."""
    authorities: int = 0
    """How many certificates were taken in."""
    announced: bytes = b""
    challenge: bytes = b""
    terminal: bool = False
    """Whether the terminal is through."""

    def certificate(self, command: Command) -> Response:
        """Take in a certificate."""
        within(command.data, 0x7F4E)
        self.authorities += 1
        return Response()

    def announce(self, command: Command) -> Response:
        """Take the compressed key that chip authentication will use."""
        if self.authorities < 2:
            return Response(Status.UNKNOWN_KEY)
        self.announced = fields(command.data).get(0x91, b"")
        return Response() if self.announced else Response(Status.WRONG_DATA)

    def asked(self) -> Response:
        """Return the challenge to be signed."""
        self.challenge = secrets.token_bytes(8)
        return Response(data=self.challenge)

    def signed(self, command: Command) -> Response:
        """Take the terminal's signature."""
        self.terminal = bool(self.announced and self.challenge and command.data)
        return Response() if self.terminal else Response(Status.NOT_SATISFIED)

    def chosen(self, command: Command) -> Response:
        """Choose the chip's key."""
        objects = fields(command.data)
        if not self.terminal:
            return Response(Status.NOT_ALLOWED)
        right = objects.get(0x80) == PROTOCOL and objects.get(0x84, bytes([KEY])) == bytes([KEY])
        return Response() if right else Response(Status.UNKNOWN_KEY)

    def agreed(self, command: Command) -> tuple[Response, Channel | None]:
        """Prove the chip; the channel is the one from the next command on."""
        theirs = curve.decode(within(command.data, DYNAMIC, 0x80))
        if not self.terminal or theirs.abscissa != self.announced:
            return Response(Status.NOT_SATISFIED), None
        nonce = secrets.token_bytes(8)
        channel = Channel.of((self.chip * theirs).abscissa, nonce)
        token = checksum(channel.authentication, public_key(PROTOCOL, theirs))
        return Response(data=tlv(DYNAMIC, tlv(0x81, nonce), tlv(0x82, token))), channel
