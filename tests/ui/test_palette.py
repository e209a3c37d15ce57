"""The colour schemes can be read: WCAG 2.2, 1.4.3 and 1.4.11."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from kiosk.look import Contrast
from kiosk.place import Colours
from ui.palette import palette_for, ratio


@pytest.mark.parametrize("contrast", list(Contrast))
@pytest.mark.en301549("11.1.4.3", "11.1.4.11")
def test_every_pair_that_occurs_can_be_read(contrast: Contrast) -> None:
    pairs = palette_for(contrast, Colours()).pairs()
    poor = [name for name, front, ground, need in pairs if ratio(front, ground) < need]
    assert len(pairs) > 30
    assert poor == []


def test_the_ratio_is_that_of_wcag() -> None:
    assert ratio(QColor("#000"), QColor("#fff")) == pytest.approx(21)
    assert ratio(QColor("#777"), QColor("#fff")) == pytest.approx(4.48, abs=0.01)


def test_a_place_brings_its_own_colour_to_soft_and_light() -> None:
    colours = Colours(action="#005a3c", action_tint="#e4f2ec")
    assert palette_for(Contrast.SOFT, colours).action == QColor("#005a3c")
    assert palette_for(Contrast.SOFT, colours).action_tint == QColor("#e4f2ec")
    assert palette_for(Contrast.LIGHT, colours).action == QColor("#005a3c")
    assert palette_for(Contrast.DARK, colours) == palette_for(Contrast.DARK, Colours())
    poor = [p for p in palette_for(Contrast.SOFT, colours).pairs() if ratio(p[1], p[2]) < p[3]]
    assert poor == []


@pytest.mark.parametrize("colours", [Colours(action="#ffd400"), Colours(action_tint="#303030")])
@pytest.mark.en301549("11.1.4.3")
def test_a_colour_that_cannot_be_read_is_not_taken(colours: Colours) -> None:
    assert palette_for(Contrast.SOFT, colours) == palette_for(Contrast.SOFT, Colours())
