"""Whether a city's colours can be read: WCAG 2 contrast against the grounds they are used on."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.place import Colours

NEEDED = 4.5
"""WCAG 2.2, success criterion 1.4.3, for text of any size."""

GROUNDS = {"page": "#fafafa", "card": "#ffffff", "sunken area": "#eceff6"}
"""What a city's own colour is drawn on, in the schemes soft and light."""

ON_ACTION = "#ffffff"
TINT = "#e8eefb"
"""The tint that stays where a city names none."""
ACTION = "#2044aa"
TEXT = "#1d2034"


def ratio(one: str, other: str) -> float:
    """Return the contrast ratio of two colours `#rrggbb`, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def weak_pairs(colours: Colours) -> Iterator[tuple[str, str, float]]:
    """Yield the key of a colour, what it is read with, and the ratio, where it is under `NEEDED`."""
    action, tint = colours.action or ACTION, colours.action_tint or TINT
    if colours.action:
        pairs = [(f"on the {name} ({ground})", ground) for name, ground in GROUNDS.items()]
        for words, ground in [*pairs, (f"under white words ({ON_ACTION})", ON_ACTION)]:
            if ratio(action, ground) < NEEDED:
                yield "action", words, ratio(action, ground)
    if colours.action or colours.action_tint:
        key = "action_tint" if colours.action_tint else "action"
        if ratio(action, tint) < NEEDED:
            yield key, f"with action ({action}) on the tint ({tint})", ratio(action, tint)
        if colours.action_tint and ratio(TEXT, tint) < NEEDED:
            yield key, f"under dark words ({TEXT})", ratio(TEXT, tint)


def readable(colour: str, grounds: tuple[str, ...]) -> str:
    """Return `colour`, or the nearest darker one that can be read on all `grounds`."""
    channels = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
    for percent in range(100, -1, -1):
        darker = "#" + "".join(f"{channel * percent // 100:02x}" for channel in channels)
        if all(ratio(darker, ground) >= NEEDED for ground in grounds):
            return darker
    return "#000000"
