"""Sizes in millimetres, whatever the screen: the figures of the specification."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontInfo, QFontMetricsF

from kiosk.look import Look, Reach, TextSize
from kiosk.text import Language
from ui.metrics import Metrics, Role, reference_ppi
from ui.theme import CAPITALS, Theme, theme_for

PORTRAIT, LANDSCAPE = QSize(1080, 1920), QSize(1920, 1080)
PPI = 102.46
CAPITAL_BANDS = {TextSize.S: (3.5, 4.2), TextSize.M: (4.8, 5.6), TextSize.L: (6.4, 7.1), TextSize.XL: (8.5, 9.0)}


def metrics(size: TextSize = TextSize.M, window: QSize = PORTRAIT, ppi: float = PPI) -> Metrics:
    return Metrics(ppi, window, size)


@pytest.mark.parametrize("size", list(TextSize))
@pytest.mark.parametrize("ppi", [PPI, 68.8, 141.2])
@pytest.mark.en301549("5.1.4", "11.1.4.4")
def test_capitals_are_as_high_as_the_size_says(size: TextSize, ppi: float) -> None:
    low, high = CAPITAL_BANDS[size]
    capitals = metrics(size, ppi=ppi).em(Role.BODY) * CAPITALS * 25.4 / ppi
    assert low - 0.1 <= capitals <= high + 0.1


@pytest.mark.parametrize("size", [TextSize.L, TextSize.XL])
@pytest.mark.en301549("5.1.4", "11.1.4.4")
def test_no_text_is_small_in_large_sizes(size: TextSize) -> None:
    assert min(metrics(size).em(role) for role in Role) >= 35


def test_the_font_is_noto_sans(qapp: Any) -> None:
    font = theme_for(Look(), PORTRAIT, PPI).font(Role.BODY)
    assert QFontInfo(font).family() == "Noto Sans"
    assert QFontMetricsF(font).capHeight() / font.pixelSize() == pytest.approx(CAPITALS, abs=0.01)


def test_the_zones_are_those_of_the_specification() -> None:
    zones = metrics().zones
    assert zones.head == QRect(0, 0, 1080, 112)
    assert zones.keyboard == QRect(0, 1092, 1080, 512)
    assert zones.actions == QRect(48, 1632, 984, 96)
    assert zones.bar == QRect(0, 1760, 1080, 160)
    large = metrics(TextSize.L).zones
    assert large.actions == QRect(48, 1536, 984, 112)
    assert large.keyboard.top() == pytest.approx(980, abs=2)
    assert metrics(TextSize.XL).zones.head.height() == 0


@pytest.mark.en301549("11.1.3.4")
def test_landscape_has_two_columns_and_one_row_of_bar() -> None:
    zones = metrics(window=LANDSCAPE).zones
    assert zones.aside.width() == 564
    assert zones.body.width() == 1212
    assert zones.bar == QRect(0, 952, 1920, 128)


@pytest.mark.parametrize("window", [QSize(540, 960), QSize(432, 768), QSize(960, 540)])
def test_a_small_window_is_the_same_layout_made_smaller(window: QSize) -> None:
    scale = min(window.width(), window.height()) / 1080
    small = metrics(window=window, ppi=reference_ppi(window))
    assert small.px(96) == pytest.approx(96 * scale, abs=1)
    assert small.zones.bar.bottom() + 1 == window.height()


def test_targets_and_gaps_are_never_rounded_down() -> None:
    for ppi in (54.0, 68.8, PPI, 141.2):
        m = metrics(ppi=ppi)
        assert m.target * 25.4 / ppi >= 12.7
        assert m.gap * 25.4 / ppi >= 2.54


def test_direction_follows_the_language() -> None:
    assert theme_for(Look(), PORTRAIT, PPI).direction is Qt.LayoutDirection.LeftToRight
    arabic: Theme = theme_for(Look(language=Language("ar")), PORTRAIT, PPI)
    assert arabic.rtl


def test_a_landscape_screen_is_low_by_itself() -> None:
    assert not Metrics(PPI, LANDSCAPE, TextSize.M, Reach.LOW).low
    assert Metrics(PPI, PORTRAIT, TextSize.M, Reach.LOW).low


def test_themes_are_kept() -> None:
    assert theme_for(Look(), PORTRAIT, PPI) is theme_for(Look(), PORTRAIT, PPI)
