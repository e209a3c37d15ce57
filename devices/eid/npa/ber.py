"""BER-TLV and the few DER types that a card's files are made of (ISO 7816-4, ITU-T X.690)."""

from __future__ import annotations

from collections.abc import Iterator

INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
OID = 0x06
UTF8 = 0x0C
NUMERIC = 0x12
PRINTABLE = 0x13
SEQUENCE = 0x30
SET = 0x31


class MalformedError(ValueError):
    """The bytes are no whole TLV."""


def tlv(tag: int, *values: bytes) -> bytes:
    """Return one object with its values joined. `tag` has one or two bytes."""
    value = b"".join(values)
    return tag.to_bytes(2 if tag > 0xFF else 1, "big") + _length(len(value)) + value


def integer(number: int) -> bytes:
    """Return a whole number that is not negative."""
    return tlv(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    """Return an object identifier."""
    return tlv(OID, oid_value(dotted))


def oid_value(dotted: str) -> bytes:
    """Return an object identifier without tag and length, as commands carry it."""
    first, second, *rest = (int(part) for part in dotted.split("."))
    return bytes([first * 40 + second]) + b"".join(_arc(part) for part in rest)


def parse(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield tag and value of each object. Raises `MalformedError`."""
    while data:
        try:
            wide = data[0] & 0x1F == 0x1F
            tag, data = (int.from_bytes(data[:2], "big"), data[2:]) if wide else (data[0], data[1:])
            size, data = data[0], data[1:]
            if size > 0x80:
                count = size & 0x7F
                size, data = int.from_bytes(data[:count], "big"), data[count:]
        except IndexError:
            raise MalformedError("it ends within a header") from None
        if size > len(data):
            raise MalformedError("it ends within a value")
        yield tag, data[:size]
        data = data[size:]


def fields(data: bytes) -> dict[int, bytes]:
    """Return the objects by tag; of several with one tag the last. Raises `MalformedError`."""
    return dict(parse(data))


def within(data: bytes, *path: int) -> bytes:
    """Return the value found by walking down the tags. Raises `MalformedError` where one is missing."""
    for tag in path:
        found = fields(data)
        if tag not in found:
            raise MalformedError(f"no {tag:x}")
        data = found[tag]
    return data


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def _arc(number: int) -> bytes:
    octets = [number & 0x7F]
    while number := number >> 7:
        octets.append(0x80 | number & 0x7F)
    return bytes(reversed(octets))
