"""Points of brainpoolP256r1 (RFC 5639, 3.4), for the one thing no library offers: PACE's generic mapping.

PACE makes a new generator from a nonce (TR-03110-3, A.3.4.1), which needs sums of points and products on a
base that is no library's. Not hardened in any way: it guards made-up people only.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

P = 0xA9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377
A = 0x7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9
B = 0x26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6
ORDER = 0xA9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7
SIZE = 32


class NotOnCurveError(ValueError):
    """The bytes are no point of the curve."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point that is not the one at infinity."""

    x: int
    y: int

    def __add__(self, other: Point) -> Point:
        if self.x == other.x and (self.y + other.y) % P == 0:
            raise NotOnCurveError("the sum is the point at infinity")
        if self == other:
            slope = (3 * self.x * self.x + A) * pow(2 * self.y, -1, P) % P
        else:
            slope = (other.y - self.y) * pow(other.x - self.x, -1, P) % P
        x = (slope * slope - self.x - other.x) % P
        return Point(x, (slope * (self.x - x) - self.y) % P)

    def __rmul__(self, scalar: int) -> Point:
        product: Point | None = None
        addend = self
        scalar %= ORDER
        while scalar:
            if scalar & 1:
                product = addend if product is None else product + addend
            scalar >>= 1
            if scalar:
                addend = addend + addend
        if product is None:
            raise NotOnCurveError("the product is the point at infinity")
        return product

    @property
    def abscissa(self) -> bytes:
        """The x-coordinate: a shared secret, or a key's compressed form."""
        return self.x.to_bytes(SIZE, "big")

    def encode(self) -> bytes:
        """Return the uncompressed form (TR-03111, 3.2.1)."""
        return b"\x04" + self.abscissa + self.y.to_bytes(SIZE, "big")


GENERATOR = Point(
    0x8BD2AEB9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262,
    0x547EF835C3DAC4FD97F8461A14611DC9C27745132DED8E545C1D54C72F046997,
)


def decode(data: bytes) -> Point:
    """Read an uncompressed point. Raises `NotOnCurveError`."""
    if len(data) != 2 * SIZE + 1 or data[0] != 4:
        raise NotOnCurveError("no uncompressed point")
    point = Point(int.from_bytes(data[1 : SIZE + 1], "big"), int.from_bytes(data[SIZE + 1 :], "big"))
    if point.x >= P or point.y >= P or (point.y**2 - point.x**3 - A * point.x - B) % P:
        raise NotOnCurveError("not on the curve")
    return point


def random_scalar() -> int:
    """Return a new private key."""
    return 1 + secrets.randbelow(ORDER - 1)
