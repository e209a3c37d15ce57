"""Every icon is drawn, within its grid, in the colour asked for."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from ui.icons import ICON_NAMES, MIRRORED, icon_pixmap

_AGREED = (
    "home id-card family briefcase car signpost heart tree document clock ticket counter search help-bell speaker "
    "text-size contrast globe exit arrow-left arrow-right chevron-right check cross pencil lock info warning error "
    "success euro people person mail question hourglass key eye-off phone printer wheelchair headphones backspace "
    "shift keyboard-hide dog calendar pause touch plus trash refresh network card"
)
_SIDE = 96


def _ink(image: QImage) -> list[tuple[int, int]]:
    side = image.width()
    return [(x, y) for y in range(side) for x in range(side) if image.pixelColor(x, y).alpha() > 32]


@pytest.mark.parametrize("name", _AGREED.split())
@pytest.mark.en301549("11.1.1.1")
def test_icons_that_screens_name_exist(name: str) -> None:
    assert name in ICON_NAMES


@pytest.mark.parametrize("name", sorted(ICON_NAMES))
def test_an_icon_fills_its_grid_without_touching_the_edge(name: str, qapp: QApplication) -> None:
    ink = _ink(icon_pixmap(name, _SIDE, QColor("black")).toImage())
    columns, rows = [x for x, _ in ink], [y for _, y in ink]
    assert len(ink) > _SIDE * 2
    assert min(columns) >= 2
    assert min(rows) >= 2
    assert max(columns) <= _SIDE - 3
    assert max(rows) <= _SIDE - 3
    assert max(max(columns) - min(columns), max(rows) - min(rows)) >= _SIDE * 0.5


def test_an_icon_has_the_colour_asked_for_and_no_other(qapp: QApplication) -> None:
    image = icon_pixmap("contrast", 48, QColor("#2044aa")).toImage()
    solid = {
        image.pixelColor(x, y).name() for x in range(48) for y in range(48) if image.pixelColor(x, y).alpha() == 255
    }
    assert solid == {"#2044aa"}


def test_a_dense_screen_gets_more_pixels_for_the_same_size(qapp: QApplication) -> None:
    pixmap = icon_pixmap("home", 40, QColor("black"), 2.0)
    assert pixmap.width() == 80
    assert pixmap.deviceIndependentSize().width() == 40


def test_icons_are_drawn_once(qapp: QApplication) -> None:
    first, second = (icon_pixmap("home", 40, QColor("black")).cacheKey() for _ in range(2))
    assert first == second


def test_an_arrow_is_mirrored_but_a_clock_is_not(qapp: QApplication) -> None:
    def image(name: str, *, mirrored: bool) -> QImage:
        return icon_pixmap(name, 48, QColor("black"), mirrored=mirrored).toImage()

    assert image("arrow-left", mirrored=True) != image("arrow-left", mirrored=False)
    assert "clock" not in MIRRORED
    assert image("clock", mirrored=True) == image("clock", mirrored=False)


def test_an_unknown_icon_is_named_in_the_error(qapp: QApplication) -> None:
    with pytest.raises(KeyError, match="no icon is called 'unicorn'"):
        icon_pixmap("unicorn", 40, QColor("black"))
