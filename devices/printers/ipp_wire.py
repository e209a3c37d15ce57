"""IPP requests and responses as bytes: the few operations that printing one document needs.

Source: RFC 8010 (encoding), RFC 8011 (operations and attributes).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

_VERSION = b"\x02\x00"
_REQUEST_ID = (1).to_bytes(4, "big")
_OPERATION_ATTRIBUTES = b"\x01"
_END = 0x03
_DELIMITERS = range(0x10)
_INTEGERS = {0x21, 0x23}
_TEXTS = range(0x40, 0x60)


class Operation(IntEnum):
    """What is asked of the printer."""

    PRINT_JOB = 0x0002
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


class Tag(IntEnum):
    """The syntaxes of the values that are sent."""

    INTEGER = 0x21
    BOOLEAN = 0x22
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49


Value = int | str
Attribute = tuple[Tag, str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Response:
    """A printer's response: `status` below 0x0100 is a success; numbers and words by attribute."""

    status: int
    attributes: dict[str, list[Value]]

    def number(self, name: str, missing: int = 0) -> int:
        """Return an attribute's first value if it is a number, else `missing`."""
        value = (self.attributes.get(name) or [missing])[0]
        return value if isinstance(value, int) else missing

    def words(self, name: str) -> list[str]:
        """Return an attribute's words."""
        return [value for value in self.attributes.get(name, []) if isinstance(value, str)]


def request(operation: Operation, *attributes: Attribute, document: bytes = b"") -> bytes:
    """Return a request with its operation attributes, and the document behind it."""
    first: tuple[Attribute, ...] = (
        (Tag.CHARSET, "attributes-charset", ("utf-8",)),
        (Tag.LANGUAGE, "attributes-natural-language", ("de",)),
    )
    written = b"".join(_attribute(*attribute) for attribute in first + attributes)
    head = _VERSION + operation.to_bytes(2, "big") + _REQUEST_ID + _OPERATION_ATTRIBUTES
    return head + written + bytes([_END]) + document


def _attribute(tag: Tag, name: str, values: tuple[Value, ...]) -> bytes:
    written = b""
    for place, value in enumerate(values):
        written += bytes([tag]) + _sized(b"" if place else name.encode()) + _sized(_bytes(value))
    return written


def _bytes(value: Value) -> bytes:
    if isinstance(value, bool):
        return bytes([value])
    return value.to_bytes(4, "big", signed=True) if isinstance(value, int) else value.encode()


def _sized(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


def read_response(data: bytes) -> Response:
    """Return what a response says; of collections the members' values stand under the collection's name.

    Raises `ValueError` for what is no IPP response.
    """
    if len(data) < 9 or data[0] not in {1, 2}:
        raise ValueError("no IPP response")
    attributes: dict[str, list[Value]] = {}
    name = ""
    for tag, named, value in _fields(data):
        name = named or name
        values = attributes.setdefault(name, [])
        if tag in _INTEGERS and len(value) == 4:
            values.append(int.from_bytes(value, "big", signed=True))
        elif tag in _TEXTS:
            values.append(value.decode("utf-8", "replace"))
    return Response(int.from_bytes(data[2:4], "big"), attributes)


def _fields(data: bytes) -> Iterator[tuple[int, str, bytes]]:
    at = 8
    while data[at : at + 1] != bytes([_END]):
        if at >= len(data):
            raise ValueError("an IPP response without an end")
        tag = data[at]
        at += 1
        if tag in _DELIMITERS:
            continue
        name, at = _piece(data, at)
        value, at = _piece(data, at)
        yield tag, name.decode("ascii", "replace"), value


def _piece(data: bytes, at: int) -> tuple[bytes, int]:
    end = at + 2 + int.from_bytes(data[at : at + 2], "big")
    if at + 2 > len(data) or end > len(data):
        raise ValueError("an IPP response that is cut off")
    return data[at + 2 : end], end
