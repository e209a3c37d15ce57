"""The four colour schemes as roles, after WCAG 2.2 contrast (1.4.3, 1.4.11).

Widgets ask for a role, never for a colour. A place may bring its own action colour; it is taken
for the soft and the light scheme only, and only where it is dark enough to be read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from PySide6.QtGui import QColor

from kiosk.look import Contrast
from kiosk.parts import Level
from kiosk.place import Colours

READABLE = 4.5
"""WCAG 1.4.3: text against its ground."""


@dataclass(frozen=True, slots=True)
class Palette:
    """One colour scheme. Names are roles; `…_tint` is the ground on which a role's colour is text."""

    contrast: Contrast
    bg: QColor
    surface: QColor
    sunken: QColor
    text: QColor
    muted: QColor
    border: QColor
    line: QColor
    track: QColor
    action: QColor
    action_pressed: QColor
    action_tint: QColor
    on_action: QColor
    danger: QColor
    danger_tint: QColor
    success: QColor
    success_tint: QColor
    info: QColor
    info_tint: QColor
    warning: QColor
    warning_tint: QColor
    help: QColor
    help_pressed: QColor
    on_help: QColor
    spoken: QColor
    focus: QColor
    disabled: QColor
    veil: QColor

    def level(self, level: Level) -> tuple[QColor, QColor]:
        """Return colour and tint of a notice's level."""
        name = level.value
        return getattr(self, name), getattr(self, f"{name}_tint")

    @property
    def calm(self) -> bool:
        """Whether decoration and motion are left out."""
        return self.contrast is Contrast.DIM

    def pairs(self) -> tuple[tuple[str, QColor, QColor, float], ...]:
        """Return every pair of colours that occurs, as (name, front, ground, needed ratio)."""
        p = self
        grounds = (("bg", p.bg), ("surface", p.surface), ("sunken", p.sunken))
        texts = [(f"text/{n}", p.text, g, READABLE) for n, g in grounds]
        texts += [(f"muted/{n}", p.muted, g, READABLE) for n, g in grounds]
        texts += [(f"action/{n}", p.action, g, READABLE) for n, g in (*grounds[:2], ("tint", p.action_tint))]
        for level in Level:
            front, tint = p.level(level)
            texts += [(f"{level}/tint", front, tint, READABLE), (f"text/{level}", p.text, tint, READABLE)]
            texts.append((f"surface/{level}", p.surface, front, READABLE))
        texts += [
            ("text/tint", p.text, p.action_tint, READABLE),
            ("on-action/action", p.on_action, p.action, READABLE),
            ("on-action/pressed", p.on_action, p.action_pressed, READABLE),
            ("on-help/help", p.on_help, p.help, READABLE),
            ("on-help/pressed", p.on_help, p.help_pressed, READABLE),
            ("text/spoken", p.text, p.spoken, READABLE),
        ]
        shapes = (("border", p.border), ("focus", p.focus), ("disabled", p.disabled))
        marks = [(f"{role}/{n}", c, g, 3.0) for n, g in grounds for role, c in shapes]
        return (*texts, *marks)


def luminance(colour: QColor) -> float:
    """Return the relative luminance of a colour, 0…1 (WCAG 2.2, definition)."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def ratio(one: QColor, other: QColor) -> float:
    """Return the contrast ratio of two colours, 1…21 (WCAG 2.2, definition)."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def mix(one: QColor, other: QColor, share: float) -> QColor:
    """Return `one` with `share` (0…1) of `other` in it."""
    keep = 1 - share
    return QColor.fromRgbF(
        one.redF() * keep + other.redF() * share,
        one.greenF() * keep + other.greenF() * share,
        one.blueF() * keep + other.blueF() * share,
    )


_SCHEMES: dict[Contrast, dict[str, str]] = {
    Contrast.SOFT: {
        "bg": "#fafafa",
        "surface": "#ffffff",
        "sunken": "#eceff6",
        "text": "#1d2034",
        "muted": "#4a4f66",
        "border": "#777d94",
        "line": "#d3d8e6",
        "track": "#d3d8e6",
        "action": "#2044aa",
        "action_pressed": "#142f7a",
        "action_tint": "#e8eefb",
        "on_action": "#ffffff",
        "danger": "#c31c13",
        "danger_tint": "#fdeeec",
        "success": "#007155",
        "success_tint": "#e5f4ef",
        "info": "#006b8c",
        "info_tint": "#e4f2f7",
        "warning": "#925400",
        "warning_tint": "#fff3e0",
        "help": "#ffcf33",
        "help_pressed": "#e6b000",
        "on_help": "#1d2034",
        "spoken": "#ffe89a",
        "focus": "#1d2034",
        "disabled": "#6b7086",
        "veil": "#b81d2034",
    },
    Contrast.LIGHT: {
        "bg": "#ffffff",
        "surface": "#ffffff",
        "sunken": "#ffffff",
        "text": "#000000",
        "muted": "#000000",
        "border": "#000000",
        "line": "#000000",
        "track": "#ffffff",
        "action": "#14318a",
        "action_pressed": "#0b1f5c",
        "action_tint": "#ffffff",
        "on_action": "#ffffff",
        "danger": "#9b0f08",
        "danger_tint": "#ffffff",
        "success": "#00523d",
        "success_tint": "#ffffff",
        "info": "#004f68",
        "info_tint": "#ffffff",
        "warning": "#6b3d00",
        "warning_tint": "#ffffff",
        "help": "#ffcf33",
        "help_pressed": "#e6b000",
        "on_help": "#000000",
        "spoken": "#ffe89a",
        "focus": "#000000",
        "disabled": "#595959",
        "veil": "#b8000000",
    },
    Contrast.DARK: {
        "bg": "#000000",
        "surface": "#000000",
        "sunken": "#000000",
        "text": "#ffffff",
        "muted": "#ffffff",
        "border": "#ffffff",
        "line": "#8c8c8c",
        "track": "#333333",
        "action": "#a9c0ff",
        "action_pressed": "#d4e0ff",
        "action_tint": "#101a38",
        "on_action": "#000000",
        "danger": "#ff9d94",
        "danger_tint": "#000000",
        "success": "#73dfb8",
        "success_tint": "#000000",
        "info": "#86d7f4",
        "info_tint": "#000000",
        "warning": "#ffc46b",
        "warning_tint": "#000000",
        "help": "#ffd84d",
        "help_pressed": "#ffe89a",
        "on_help": "#000000",
        "spoken": "#4a3c00",
        "focus": "#ffffff",
        "disabled": "#a6a6a6",
        "veil": "#b8000000",
    },
    Contrast.DIM: {
        "bg": "#222222",
        "surface": "#222222",
        "sunken": "#1c1c1c",
        "text": "#8a8a8a",
        "muted": "#8a8a8a",
        "border": "#767676",
        "line": "#3c3c3c",
        "track": "#3c3c3c",
        "action": "#7f8fb6",
        "action_pressed": "#95a3c4",
        "action_tint": "#1c1c1c",
        "on_action": "#1c1c1c",
        "danger": "#bf7f79",
        "danger_tint": "#222222",
        "success": "#6f9a89",
        "success_tint": "#222222",
        "info": "#6f97a6",
        "info_tint": "#222222",
        "warning": "#a58a5c",
        "warning_tint": "#222222",
        "help": "#a8924a",
        "help_pressed": "#bba55e",
        "on_help": "#1c1c1c",
        "spoken": "#14120a",
        "focus": "#a8a8a8",
        "disabled": "#767676",
        "veil": "#b8000000",
    },
}


@lru_cache
def _scheme(contrast: Contrast) -> Palette:
    colours = {role: QColor(colour) for role, colour in _SCHEMES[contrast].items()}
    return Palette(contrast=contrast, **colours)


@lru_cache
def palette_for(contrast: Contrast, colours: Colours) -> Palette:
    """Return a scheme with the place's own colours where they can be read, Lotse's elsewhere."""
    palette = _scheme(contrast)
    if contrast not in (Contrast.SOFT, Contrast.LIGHT) or colours == Colours():
        return palette
    tint = QColor(colours.action_tint) if colours.action_tint and contrast is Contrast.SOFT else palette.action_tint
    action = QColor(colours.action) if colours.action else palette.action
    if min(ratio(action, ground) for ground in (palette.bg, palette.surface, tint)) < READABLE:
        return palette
    if ratio(palette.text, tint) < READABLE:
        return palette
    return replace(palette, action=action, action_pressed=mix(action, QColor("#000"), 0.3), action_tint=tint)
