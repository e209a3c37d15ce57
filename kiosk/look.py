"""How the visitor wants to see the screen, and be able to touch it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.text import GERMAN, Language


class TextSize(StrEnum):
    """Capital heights of body text: S 3.5–4.2 mm, M 4.8–5.6, L 6.4–7.1, XL 8.5–9.0."""

    S = "S"
    M = "M"
    L = "L"
    XL = "XL"


class Contrast(StrEnum):
    """The four colour schemes."""

    SOFT = "soft"
    LIGHT = "light"
    DARK = "dark"
    DIM = "dim"


class Reach(StrEnum):
    """Where the operable parts lie: `LOW` keeps them in the lower part of the screen."""

    NORMAL = "normal"
    LOW = "low"


class Hand(StrEnum):
    """Which hand is used: `LEFT` mirrors back and forward, and on wide screens the columns with the keyboard."""

    RIGHT = "right"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Look:
    """How the visitor wants to see the screen."""

    language: Language = GERMAN
    size: TextSize = TextSize.M
    contrast: Contrast = Contrast.SOFT
    reach: Reach = Reach.NORMAL
    hand: Hand = Hand.RIGHT
    steady: bool = False
    """Whether the same key counts again only after half a second, also while typing: for hands that tremble."""
