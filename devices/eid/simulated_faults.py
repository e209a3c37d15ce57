"""What the double can be told to do wrong, and when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Trouble(StrEnum):
    """What the double can be told to do wrong."""

    LOSE_CARD = "lose-card"
    """The card is pulled out."""
    FALSE_SUCCESS = "false-success"
    """The workflow ends at once with a success that is none."""
    GARBAGE = "garbage"
    """Nonsense comes before what was to come."""
    SILENCE = "silence"
    """Nothing comes any more, not even in answer to CANCEL."""
    DROP = "drop"
    """The connection is cut."""
    BAD_STATE = "bad-state"
    """The AusweisApp says that it cannot do that now."""
    REFUSAL = "refusal"
    """The eID server ends it."""


@dataclass(frozen=True, slots=True)
class NextFault:
    """A fault that strikes once, when the message or command `at` comes up (or the step `READ`)."""

    trouble: Trouble
    at: str = "ENTER_PIN"


class AtPrompt(StrEnum):
    """What follows when the card leaves while a number is being waited for."""

    INSERT_CARD = "insert-card"
    ABORT = "abort"
    STAY = "stay"


class Dropped(Exception):
    """There is nobody to talk to any more."""
