"""Visitor data is wrapped, so that it cannot be shown, logged or stored by accident."""

from __future__ import annotations

from typing import Generic, NoReturn, TypeVar, final

T = TypeVar("T")

MASK = "‹private›"


@final
class Private(Generic[T]):
    """One piece of visitor data: a value whose text form is always the same mask.

    `reveal` is the only way to the value; searching for it finds every place that looks at
    visitor data. Equality compares the values (screens are compared in tests); hashing,
    pickling and copying to a file are refused with `TypeError`.
    """

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value = value

    def reveal(self) -> T:
        """Return the value: for the visitor's eyes and ears, and for encryption only."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Private) and bool(self._value == other._value)

    def __hash__(self) -> int:
        raise TypeError("visitor data is never hashed")

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return MASK

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("visitor data is never pickled or copied")


EMPTY: Private[str] = Private("")
