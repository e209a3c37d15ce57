"""In what colours, sizes and direction a screen is drawn: `Theme`, of a look and a window."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics

from kiosk.look import Hand, Look
from kiosk.place import USUAL_BOTTOM_MM, Colours
from kiosk.text import LEICHTE_SPRACHE
from ui.metrics import Metrics, Role
from ui.palette import Palette, palette_for

CAPITALS = 0.714
"""Capital height of Noto Sans in em."""
FAMILY = "Noto Sans"
RTL_LANGUAGES = frozenset({"ar", "fa", "he", "ur"})

_BOLD = frozenset({Role.STRONG, Role.SMALL_STRONG, Role.H1, Role.H2, Role.TITLE, Role.BUTTON, Role.HERO, Role.NUMBER})


@lru_cache(maxsize=64)
def _font(px: int, bold: bool) -> QFont:
    font = QFont(FAMILY)
    font.setPixelSize(px)
    font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@dataclass(frozen=True)
class Theme:
    """Colours, sizes and direction together: what every widget is drawn by."""

    palette: Palette
    metrics: Metrics
    direction: Qt.LayoutDirection = Qt.LayoutDirection.LeftToRight
    pictured: bool = False
    """Whether icons are pictures that explain, not only marks: in Leichte Sprache."""

    @property
    def rtl(self) -> bool:
        """Whether reading starts at the right."""
        return self.direction is Qt.LayoutDirection.RightToLeft

    def picture(self, side: int) -> int:
        """Return the side of an icon that tells what something is about: larger where pictures explain."""
        return round(side * 1.4) if self.pictured else side

    def font(self, role: Role) -> QFont:
        """Return the font of a role. Fonts are shared: never change one."""
        return _font(self.metrics.em(role), role in _BOLD)

    def font_px(self, px: int, role: Role) -> QFont:
        """Return a font of that many pixels an em, as heavy as a role's."""
        return _font(px, role in _BOLD)

    def font_of(self, units: float, *, bold: bool = False) -> QFont:
        """Return a font of an em of that many units."""
        return _font(self.metrics.em_of(units), bold)

    def leading(self, font: QFont) -> float:
        """Return the line height of a font: 1.34 em; 1.2 em for the largest, and where large letters have no room."""
        px = font.pixelSize()
        close = px >= self.metrics.em(Role.H1) or (self.metrics.scarce and not self.rtl)
        return px * (1.2 if close else 1.34)

    def width_of(self, words: str, role: Role) -> int:
        """Return the width of words on one line."""
        return QFontMetrics(self.font(role)).horizontalAdvance(words)


@lru_cache(maxsize=32)
def _theme(look: Look, width: int, height: int, ppi: float, colours: Colours, bottom_mm: float) -> Theme:  # noqa: PLR0913, PLR0917
    rtl = look.language.split("-")[0] in RTL_LANGUAGES
    direction = Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight
    return Theme(
        palette_for(look.contrast, colours),
        Metrics(ppi, QSize(width, height), look.size, look.reach, rtl is not (look.hand is Hand.LEFT), bottom_mm),
        direction,
        look.language == LEICHTE_SPRACHE,
    )


def theme_for(
    look: Look, window: QSize, ppi: float, colours: Colours | None = None, bottom_mm: float = USUAL_BOTTOM_MM
) -> Theme:
    """Return the theme of a look in a window of that size and resolution (pixels an inch), so high over the floor."""
    return _theme(look, window.width(), window.height(), ppi, colours or Colours(), bottom_mm)
