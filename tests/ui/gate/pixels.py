"""Contrast as it is drawn: measured in the pixels of a picture, after WCAG 2.2 (1.4.3, 1.4.11).

The ground of a rectangle is the colour that most of it has; the ink is what differs most from it and is more than a
speck. So words that lie on a line, a frame or another ground than meant are found too.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from PIL import Image
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage

from kiosk.look import Contrast
from tests.ui.gate.measure import Scene
from ui.press import Pressable

READABLE, VISIBLE = 4.5, 3.0
SPECK = 4
"""Pixels of one colour that are no letter's stroke."""
Colour = tuple[int, int, int]


def image_of(picture: QImage) -> Image.Image:
    """Return a picture in a form whose colours are counted quickly."""
    picture = picture.convertToFormat(QImage.Format.Format_RGBA8888)
    size = (picture.width(), picture.height())
    return Image.frombytes("RGBA", size, bytes(picture.constBits())).convert("RGB")


@lru_cache(maxsize=65536)
def luminance(colour: Colour) -> float:
    """Return the relative luminance of a colour (WCAG 2.2, definition)."""
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, 1…21 (WCAG 2.2, definition)."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def contrast_in(image: Image.Image, rect: QRectF) -> float:
    """Return the contrast of what is drawn in a rectangle with its ground."""
    box = (int(rect.left()), int(rect.top()), int(rect.right()) + 1, int(rect.bottom()) + 1)
    part = image.crop(box)
    counted: list[tuple[int, Colour]] = part.getcolors(part.width * part.height)  # type: ignore[assignment]
    _, ground = max(counted)
    inks = [ratio(colour, ground) for count, colour in counted if count >= SPECK and colour != ground]
    return max(inks, default=1.0)


def faint(scene: Scene, image: Image.Image, contrast: Contrast) -> Iterator[str]:
    """Yield what has too little contrast: words, icons, the edges of what is touched."""
    for line in scene.lines:
        blocked = isinstance(line.widget, Pressable) and bool(line.widget.blocked)
        needed = VISIBLE if blocked else READABLE
        if (found := contrast_in(image, line.ink)) < needed:
            yield f"“{line.words}” has {found:.2f}"
    for sign in scene.signs:
        if (found := contrast_in(image, sign.rect)) < VISIBLE:
            yield f"the icon {sign.name} has {found:.2f}"
    for target in scene.targets:
        if target.name.endswith(("/yes",)):  # its frame is drawn around it and the button beside it
            continue
        if (found := contrast_in(image, _edge(target.rect))) < VISIBLE:
            yield f"the edge of {target.name} has {found:.2f}"


def _edge(rect: QRect) -> QRectF:
    """Return a strip across the upper edge of a target: half outside, half inside."""
    wide = min(60, rect.width() // 3)
    return QRectF(rect.center().x() - wide / 2, rect.top() - 7, wide, 14)
