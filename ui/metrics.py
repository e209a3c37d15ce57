"""How large a screen is drawn: `Metrics` in millimetres, `Zones` on the window.

Lengths are written as they are on a screen of 21.5 inch, 1080 × 1920, 102.46 ppi: one *unit* is one
of its pixels, 0.248 mm; four units are the 1 mm grid of KERN. `Metrics.px` turns units into the
pixels of the screen that is really there, `Metrics.mm` does so for millimetres.

A screen under 21.5 inch has less room for the same millimetres. Letters and targets keep theirs; whatever else
takes room stands closer there (`Metrics.closeness`), and the layout is that of a larger text (`Metrics.step`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from PySide6.QtCore import QRect, QSize

from kiosk.look import Reach, TextSize
from kiosk.place import USUAL_BOTTOM_MM

REFERENCE_PPI = 102.46
PORTRAIT = QSize(1080, 1920)
NARROW = 0.9
"""Closeness of screens that have no room for six buttons side by side."""
WIDEST_KEYS = 16
"""Columns of the widest layout with digits beside the letters."""
KEYS_PADDING = 22
"""Units above and below the keys."""
LOWEST_MM, HIGHEST_MM = 380, 1220
"""Over the floor: what a person in a wheelchair reaches (EN 301 549 V3.2.1, 8.3.2.1 and 8.3.2.2)."""
COMFORTABLE_MM = 1083.5
"""Over the floor: where a hand needs not be stretched."""


class Role(StrEnum):
    """What a text is, which gives its size and weight."""

    BODY = "body"
    STRONG = "strong"
    SMALL = "small"
    SMALL_STRONG = "small-strong"
    H1 = "h1"
    H2 = "h2"
    TITLE = "title"
    """The title of a card, an item, a notice: bold, a little larger than secondary text."""
    VALUE = "value"
    """What stands in a box, and the bold value of a key fact."""
    BUTTON = "button"
    BAR = "bar"
    KEY = "key"
    HERO = "hero"
    NUMBER = "number"


# Units of an em, by text size S, M, L, XL.
_EM: dict[Role, tuple[int, int, int, int]] = {
    Role.BODY: (22, 30, 40, 50),
    Role.STRONG: (22, 30, 40, 50),
    Role.SMALL: (22, 26, 35, 44),
    Role.SMALL_STRONG: (22, 26, 35, 44),
    Role.H1: (40, 52, 58, 62),
    Role.H2: (28, 36, 46, 54),
    Role.TITLE: (24, 30, 40, 50),
    Role.VALUE: (26, 34, 43, 54),
    Role.BUTTON: (26, 30, 40, 50),
    Role.BAR: (22, 26, 35, 40),
    Role.KEY: (32, 36, 44, 50),
    Role.HERO: (64, 72, 72, 72),
    Role.NUMBER: (50, 56, 62, 66),
}
_LEAST_EM = (22, 24, 35, 35)
_SIZES = (TextSize.S, TextSize.M, TextSize.L, TextSize.XL)
_EPSILON = 1e-6


@dataclass(frozen=True, slots=True)
class Zones:
    """Where on the window what lies, in pixels. `title` and `content` share what is between head and actions."""

    head: QRect
    body: QRect
    """Title and content in portrait; in landscape the right column, content alone."""
    aside: QRect
    """The left column in landscape; empty in portrait."""
    keyboard: QRect
    actions: QRect
    bar: QRect


@dataclass(frozen=True)
class Metrics:
    """Sizes of one window: from its resolution, its size, the text size and the reach. All results in pixels."""

    ppi: float
    window: QSize
    size: TextSize = TextSize.M
    reach: Reach = Reach.NORMAL
    swapped: bool = False
    """Whether the columns of a wide screen change places: for reading from the right, or for the left hand."""
    bottom_mm: float = USUAL_BOTTOM_MM
    """Height of the screen's lower edge over the floor."""

    @cached_property
    def closeness(self) -> float:
        """How much closer than on the reference screen everything stands: 1, below that on a smaller screen."""
        short, long = sorted((self.window.width(), self.window.height()))
        fitting = min(short / PORTRAIT.width(), long / PORTRAIT.height()) * REFERENCE_PPI / self.ppi
        return min(1.0, fitting)

    @cached_property
    def step(self) -> int:
        """Which text size (0…3) the layout is for: the one that needs as much of the reference screen."""
        taken = _EM[Role.BODY][_SIZES.index(self.size)] / self.closeness
        return max(n for n, em in enumerate(_EM[Role.BODY]) if em <= taken + _EPSILON or n == 0)

    def px(self, units: float) -> int:
        """Return a length in units of the reference screen in pixels, at least 1 for anything positive."""
        pixels = round(units * self.closeness * self.ppi / REFERENCE_PPI)
        return max(1, pixels) if units > 0 else pixels

    def mm(self, millimetres: float) -> int:
        """Return millimetres in pixels, rounded up: nothing gets smaller than asked."""
        return -int(-millimetres * self.ppi // 25.4)

    def by_size(self, small: float, medium: float, large: float, extra: float) -> int:
        """Return the units for the present text size, or on a small screen for the next, in pixels."""
        return self.px((small, medium, large, extra)[self.step])

    def em(self, role: Role) -> int:
        """Return the font size of a role, rounded down: capitals stay in the band of their size."""
        return self.em_of(_EM[role][_SIZES.index(self.size)])

    @cached_property
    def least_em(self) -> int:
        """Font size that no words may go below: L and XL keep 6.1 mm of capitals (EN 301 549, 5.1.4)."""
        return self.em_of(_LEAST_EM[_SIZES.index(self.size)])

    def em_of(self, units: float) -> int:
        """Return a font size in units, in pixels, rounded down."""
        return max(1, int(units * self.ppi / REFERENCE_PPI + _EPSILON))

    @cached_property
    def landscape(self) -> bool:
        """Whether the window is wider than high."""
        return self.window.width() > self.window.height()

    @cached_property
    def large(self) -> bool:
        """Whether the text size is L or XL, or takes as much room."""
        return self.step >= _SIZES.index(TextSize.L)

    @cached_property
    def extra(self) -> bool:
        """Whether the text size is XL, or takes as much room: one column, no head."""
        return self.step == _SIZES.index(TextSize.XL)

    @cached_property
    def scarce(self) -> bool:
        """Whether letters are so large on so small a screen that a remark would not fit on a page of its own."""
        return self.extra and self.closeness < 1

    @cached_property
    def low(self) -> bool:
        """Whether the operable parts lie low; a landscape screen is low by itself."""
        return self.reach is Reach.LOW and not self.landscape

    @cached_property
    def ceiling(self) -> int:
        """Where the highest target may begin in low reach, from the window's top: 1220 mm over the floor."""
        return self._at(HIGHEST_MM)

    @cached_property
    def comfort(self) -> int:
        """Where targets begin in low reach if there is room under it."""
        return self._at(COMFORTABLE_MM)

    @cached_property
    def lift(self) -> int:
        """How far over the window's lower edge the lowest target ends in low reach: 380 mm over the floor."""
        return self.mm(max(0.0, LOWEST_MM - self.bottom_mm)) if self.reach is Reach.LOW else 0

    def _at(self, height_mm: float) -> int:
        if self.reach is not Reach.LOW:
            return 0
        return max(0, self.window.height() - self.mm(max(0.0, height_mm - self.bottom_mm)))

    @cached_property
    def margin(self) -> int:
        """Distance of everything from the window's sides: 12 mm, less where large letters need the width."""
        return self.px(28 if self.scarce else 48)

    @cached_property
    def gutter(self) -> int:
        """Distance between columns: 6 mm."""
        return self.px(24)

    @cached_property
    def gap(self) -> int:
        """Smallest distance between two targets: 3 mm, never under the 2.54 mm of EN 301 549."""
        return max(self.px(12), self.mm(2.54))

    @cached_property
    def target(self) -> int:
        """Smallest side of a target: 12.7 mm."""
        return max(self.px(52), self.mm(12.7))

    @cached_property
    def radius(self) -> int:
        """Radius of corners: 2 mm."""
        return self.px(8)

    @cached_property
    def line(self) -> int:
        """Width of lines and control borders: 0.5 mm."""
        return self.px(2)

    @cached_property
    def edge(self) -> int:
        """Width of the border of fields, outlined and chosen controls."""
        return self.px(3)

    @cached_property
    def button(self) -> int:
        """Height of buttons, choices: 24 mm, 28 mm in L and XL."""
        if self.landscape:
            return self.px(88) if not self.large else self.px(96)
        return self.by_size(96, 96, 112, 112)

    @cached_property
    def box(self) -> int:
        """Height of a field's box: 24, 28, 31 mm."""
        return self.by_size(96, 96, 112, 125)

    @cached_property
    def icon(self) -> int:
        """Size of an icon beside body text."""
        return self.by_size(36, 40, 48, 56)

    @cached_property
    def zones(self) -> Zones:
        """The zones of the window."""
        if not self.landscape:
            return _portrait(self)
        return _swapped(_landscape(self), self.window.width()) if self.swapped else _landscape(self)

    @cached_property
    def two_rows(self) -> bool:
        """Whether the bar has two rows: on upright screens with large text, or small ones."""
        return not self.landscape and (self.large or self.closeness < NARROW)

    @cached_property
    def wide_keys(self) -> bool:
        """Whether the keyboard has room for digits beside the letters: on wide screens, unless they are small."""
        room = self.zones.keyboard.width() - 2 * self.margin + self.gap
        return self.landscape and room >= WIDEST_KEYS * (self.target + self.gap)

    @cached_property
    def columns(self) -> int:
        """Most columns of cards in the content."""
        if self.extra:
            return 1
        return 3 if self.landscape and not self.large else 2


def _portrait(m: Metrics) -> Zones:
    width, height = m.window.width(), m.window.height() - m.lift
    bar = m.px(250) if m.two_rows else m.px(160)
    top_of_bar = height - bar
    actions_bottom = top_of_bar - (m.px(22) if m.large else m.px(32))
    actions = QRect(m.margin, actions_bottom - m.button, width - 2 * m.margin, m.button)
    keyboard_height = m.px(532) if m.large else m.px(512)
    bottom = actions.top() - (m.px(24) if m.large else m.px(28))
    head = 0 if m.extra else m.px(112)
    return Zones(
        head=QRect(0, 0, width, head),
        body=QRect(m.margin, head or m.px(40), width - 2 * m.margin, bottom - (head or m.px(40)) - m.px(4)),
        aside=QRect(),
        keyboard=QRect(0, bottom - keyboard_height, width, keyboard_height),
        actions=actions,
        bar=QRect(0, top_of_bar, width, bar),
    )


def _landscape(m: Metrics) -> Zones:
    width, height = m.window.width(), m.window.height() - m.lift
    bar = m.px(128)
    top_of_bar = height - bar
    head = 0 if m.extra else m.px(104)
    left = round((width - 2 * m.margin) * 564 / 1824)
    actions = QRect(m.margin, top_of_bar - m.px(28) - m.button, left, m.button)
    top = head + m.px(16)
    right = m.margin + left + m.px(48)
    keyboard = max(m.px(424), keys_height(m)) if m.closeness < 1 else m.px(424)
    return Zones(
        head=QRect(0, 0, width, head),
        body=QRect(right, top, width - m.margin - right, actions.bottom() + 1 - top),
        aside=QRect(m.margin, top, left, actions.top() - m.px(24) - top),
        keyboard=QRect(right - m.px(24), top_of_bar - keyboard, width - right + m.px(24), keyboard),
        actions=actions,
        bar=QRect(0, top_of_bar, width, bar),
    )


def keys_height(m: Metrics) -> int:
    """Return the least height of a keyboard of five rows."""
    return 5 * m.target + 4 * m.gap + 2 * m.px(KEYS_PADDING)


def _swapped(zones: Zones, width: int) -> Zones:
    """Return the zones as in a mirror."""

    def mirrored(rect: QRect) -> QRect:
        return QRect(width - rect.x() - rect.width(), rect.y(), rect.width(), rect.height())

    return Zones(
        head=zones.head,
        body=mirrored(zones.body),
        aside=mirrored(zones.aside),
        keyboard=mirrored(zones.keyboard),
        actions=mirrored(zones.actions),
        bar=zones.bar,
    )


def reference_ppi(window: QSize) -> float:
    """Return the resolution at which the reference layout just fits a window: for scaled windows."""
    long, short = max(window.width(), window.height()), min(window.width(), window.height())
    return REFERENCE_PPI * min(short / PORTRAIT.width(), long / PORTRAIT.height())
