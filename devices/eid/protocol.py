"""The messages of the AusweisApp's SDK: JSON text to data and back, tolerant of what is unknown.

Source: the AusweisApp's SDK documentation, commands and messages, API levels 1 to 3. Nothing in here
raises on what the other side sends: a part that is missing or of the wrong kind reads as empty.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self, TypeAlias

from kiosk.parts import Secret
from kiosk.privacy import Private

SIMULATOR = "Simulator"
"""The name of the reader that is none."""

MOST_TRIES = 3
"""A card's PIN can be tried this often (TR-03110, BSI TR-03127)."""


class Say(StrEnum):
    """Commands: what we say."""

    GET_API_LEVEL = "GET_API_LEVEL"
    SET_API_LEVEL = "SET_API_LEVEL"
    GET_READER_LIST = "GET_READER_LIST"
    RUN_AUTH = "RUN_AUTH"
    RUN_CHANGE_PIN = "RUN_CHANGE_PIN"
    SET_ACCESS_RIGHTS = "SET_ACCESS_RIGHTS"
    GET_CERTIFICATE = "GET_CERTIFICATE"
    ACCEPT = "ACCEPT"
    SET_PIN = "SET_PIN"
    SET_CAN = "SET_CAN"
    SET_PUK = "SET_PUK"
    SET_NEW_PIN = "SET_NEW_PIN"
    CONTINUE = "CONTINUE"
    CANCEL = "CANCEL"


class Hear(StrEnum):
    """Messages: what we hear."""

    API_LEVEL = "API_LEVEL"
    READER = "READER"
    READER_LIST = "READER_LIST"
    AUTH = "AUTH"
    CHANGE_PIN = "CHANGE_PIN"
    ACCESS_RIGHTS = "ACCESS_RIGHTS"
    CERTIFICATE = "CERTIFICATE"
    INSERT_CARD = "INSERT_CARD"
    ENTER_PIN = "ENTER_PIN"
    ENTER_CAN = "ENTER_CAN"
    ENTER_PUK = "ENTER_PUK"
    ENTER_NEW_PIN = "ENTER_NEW_PIN"
    PAUSE = "PAUSE"
    BAD_STATE = "BAD_STATE"
    UNKNOWN_COMMAND = "UNKNOWN_COMMAND"
    INVALID = "INVALID"
    INTERNAL_ERROR = "INTERNAL_ERROR"


COMPLAINTS = frozenset({Hear.BAD_STATE, Hear.UNKNOWN_COMMAND, Hear.INVALID, Hear.INTERNAL_ERROR})
"""What is heard when a command of ours was not accepted."""

Value: TypeAlias = "str | int | bool | list[str] | Private[str]"


@dataclass(frozen=True, slots=True)
class Command:
    """One command. Its text form never shows a secret; only `encode` reveals it."""

    name: Say
    fields: Mapping[str, Value] = field(default_factory=dict)

    def encode(self) -> str:
        """Return the JSON text for the wire."""
        plain = {key: value.reveal() if isinstance(value, Private) else value for key, value in self.fields.items()}
        return json.dumps({"cmd": self.name, **plain})


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its name and its parameters, read without trusting their kinds."""

    name: str
    body: Mapping[str, Any] = field(default_factory=dict)

    def text(self, *path: str) -> str:
        """Return the text at `path`, empty where there is none."""
        value = self._at(path)
        return value if isinstance(value, str) else ""

    def has(self, key: str) -> bool:
        """Whether there is a parameter that is not null."""
        return self.body.get(key) is not None

    def true(self, key: str) -> bool:
        """Whether a parameter is exactly `true`."""
        return self.body.get(key) is True

    def names(self, *path: str) -> tuple[str, ...]:
        """Return the list of texts at `path`."""
        value = self._at(path)
        return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()

    def numbers(self, *path: str) -> tuple[int, ...]:
        """Return the list of whole numbers at `path`."""
        value = self._at(path)
        if not isinstance(value, list):
            return ()
        return tuple(item for item in value if isinstance(item, int) and not isinstance(item, bool))

    def _at(self, path: tuple[str, ...]) -> Any:
        value: Any = self.body
        for key in path:
            value = value.get(key) if isinstance(value, Mapping) else None
        return value


def parse(text: str | bytes) -> Message | None:
    """Return the message in `text`, or None if it is none. Never raises, never quotes the text."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict) or not isinstance(body.get("msg"), str):
        return None
    return Message(body["msg"], body)


@dataclass(frozen=True, slots=True)
class Card:
    """A card in a reader. `known` is false for one without the eID (told from API level 3 on)."""

    known: bool = True
    inoperative: bool = False
    deactivated: bool = False
    tries: int | None = None

    @classmethod
    def of(cls, body: object) -> Self | None:
        """Read the `card` of a READER; None where there is no card."""
        if not isinstance(body, Mapping):
            return None
        count = body.get("retryCounter")
        whole = isinstance(count, int) and not isinstance(count, bool) and 0 <= count <= MOST_TRIES
        return cls(
            known=bool(body),
            inoperative=body.get("inoperative") is True,
            deactivated=body.get("deactivated") is True,
            tries=count if whole else None,
        )


@dataclass(frozen=True, slots=True)
class Reader:
    """A card reader. With a `keypad` the number is typed at the reader, not at the screen.

    An `insertable` one is none that a visitor can reach: the AusweisApp's built-in simulator, always there, which
    takes only cards that a client describes to it. As it starts, it tells of it once as if it were a common reader.
    """

    name: str
    attached: bool = True
    keypad: bool = False
    card: Card | None = None
    insertable: bool = False

    @classmethod
    def of(cls, body: object) -> Self | None:
        """Read a READER message or a `reader` parameter; None if it is none."""
        if not isinstance(body, Mapping) or not isinstance(body.get("name"), str):
            return None
        attached = body.get("attached") is not False
        card = Card.of(body.get("card")) if attached else None
        return cls(body["name"], attached, body.get("keypad") is True, card, body.get("insertable") is True)

    @property
    def usable(self) -> bool:
        """Whether a visitor can put a card into it."""
        return self.attached and not self.insertable and self.name != SIMULATOR


LENGTHS: Mapping[Secret, int] = {
    Secret.PIN: 6,
    Secret.TRANSPORT_PIN: 5,
    Secret.NEW_PIN: 6,
    Secret.CAN: 6,
    Secret.PUK: 10,
}
"""How many digits each number has."""


def well_formed(secret: Secret, digits: Private[str]) -> bool:
    """Whether the digits have the form that the AusweisApp demands: ASCII digits, the right number of them."""
    value = digits.reveal()
    return len(value) == LENGTHS[secret] and value.isascii() and value.isdigit()
