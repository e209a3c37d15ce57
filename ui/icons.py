"""The icons: own line drawings on a 48 × 48 grid, 3 px round strokes, in any one colour.

Each icon is one file in `ui/icons/`, named after what it shows; its strokes are `currentColor`.
An icon always stands beside words, so it is decoration to assistive technology.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

if TYPE_CHECKING:
    from PySide6.QtSvg import QSvgRenderer

_FOLDER = Path(__file__).with_suffix("")
_PLACEHOLDER = "currentColor"

ICON_NAMES: frozenset[str] = frozenset(path.stem for path in _FOLDER.glob("*.svg"))
"""Every icon there is."""

MIRRORED: frozenset[str] = frozenset(
    {"arrow-left", "arrow-right", "chevron-left", "chevron-right", "backspace", "exit", "question"}
)
"""Icons that are drawn mirrored where the script runs from right to left."""


def icon_pixmap(
    name: str, size_px: int, colour: QColor, device_ratio: float = 1.0, *, mirrored: bool = False
) -> QPixmap:
    """Return the icon `name`, `size_px` logical pixels square, in `colour`.

    The pixmap is shared: do not paint on it. Raises `KeyError` for a name that is not in `ICON_NAMES`.
    """
    return _pixmap(name, size_px, colour.rgba(), device_ratio, mirrored and name in MIRRORED)


def paint_icon(name: str, painter: QPainter, rect: QRectF, colour: QColor) -> None:
    """Draw the icon `name` into `rect`, without a pixmap in between (for drawings and pictures)."""
    _renderer(name, colour.name()).render(painter, rect)


@lru_cache(maxsize=512)
def _pixmap(name: str, size_px: int, rgba: int, device_ratio: float, mirrored: bool) -> QPixmap:
    side = max(1, round(size_px * device_ratio))
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    colour = QColor.fromRgba(rgba)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(colour.alphaF())
    if mirrored:
        painter.translate(side, 0)
        painter.scale(-1, 1)
    _renderer(name, colour.name()).render(painter, QRectF(0, 0, side, side))
    painter.end()
    pixmap.setDevicePixelRatio(device_ratio)
    return pixmap


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    from PySide6.QtSvg import QSvgRenderer

    svg = _source(name).replace(_PLACEHOLDER, colour)
    return QSvgRenderer(QByteArray(svg.encode()))


@cache
def _source(name: str) -> str:
    if name not in ICON_NAMES:
        raise KeyError(f"no icon is called {name!r}; there are {', '.join(sorted(ICON_NAMES))}")
    return (_FOLDER / f"{name}.svg").read_text(encoding="utf-8")
