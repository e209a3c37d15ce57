"""Commands and responses as bytes (ISO 7816-4, 5.1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Status(IntEnum):
    """Status words that the card gives."""

    OK = 0x9000
    END_OF_FILE = 0x6282
    DEACTIVATED = 0x6283
    FAILED = 0x6300
    TRIES_LEFT = 0x63C0
    WRONG_LENGTH = 0x6700
    NOT_ALLOWED = 0x6982
    BLOCKED = 0x6983
    NOT_SATISFIED = 0x6985
    SM_MISSING = 0x6987
    SM_INCORRECT = 0x6988
    WRONG_DATA = 0x6A80
    NOT_FOUND = 0x6A82
    WRONG_P1_P2 = 0x6A86
    UNKNOWN_KEY = 0x6A88
    BEYOND_END = 0x6B00
    UNKNOWN_INS = 0x6D00
    UNKNOWN_CLA = 0x6E00


class Step(StrEnum):
    """What a message is about: to pull the card at it, and to see afterwards what came."""

    FOREIGN = "foreign"
    SELECT = "select"
    READ = "read"
    PACE_SET = "pace-set"
    PACE_NONCE = "pace-nonce"
    PACE_MAP = "pace-map"
    PACE_AGREE = "pace-agree"
    PACE_TOKEN = "pace-token"  # noqa: S105 (no password)
    CHANGE_PIN = "change-pin"
    UNBLOCK = "unblock"
    TA_DST = "ta-dst"
    TA_CERTIFICATE = "ta-certificate"
    TA_SET = "ta-set"
    TA_CHALLENGE = "ta-challenge"
    TA_SIGNATURE = "ta-signature"
    CA_SET = "ca-set"
    CA_AGREE = "ca-agree"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Response:
    """A response. `status` is a `Status`, or one that counts (63Cx)."""

    status: int = Status.OK
    data: bytes = b""

    def encode(self) -> bytes:
        """Return the bytes for the wire."""
        return self.data + self.status.to_bytes(2, "big")


@dataclass(frozen=True, slots=True)
class Command:
    """A command. `expected` is how many bytes it wants at most (Le), 0 for none."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    expected: int = 0

    @property
    def parameters(self) -> int:
        """P1 and P2 as one number."""
        return self.p1 << 8 | self.p2

    @property
    def protected(self) -> bool:
        """Whether it says that it came by secure messaging."""
        return self.cla & 0x0C == 0x0C


def parse(data: bytes) -> Command | None:
    """Return the command, with short or extended lengths; None if it is none."""
    if len(data) < 4:
        return None
    body = data[4:]
    if len(body) > 2 and body[0] == 0:
        wide, body = 2, body[1:]
    else:
        wide = 1
    if len(body) <= wide:
        return Command(data[0], data[1], data[2], data[3], b"", _expected(body))
    size, body = int.from_bytes(body[:wide], "big"), body[wide:]
    if len(body) < size:
        return None
    return Command(data[0], data[1], data[2], data[3], body[:size], _expected(body[size:]))


def _expected(octets: bytes) -> int:
    return (int.from_bytes(octets, "big") or 1 << 8 * len(octets)) if octets else 0
