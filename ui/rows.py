"""From the views of parts to rows: what shares a row, what stays together, what stands first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from kiosk.parts import Heading, Paragraph
from ui.metrics import Metrics
from ui.parts.base import Row
from ui.parts.choices import ChoiceView
from ui.parts.fields import FieldBlock, FieldView
from ui.parts.prose import ParagraphView
from ui.parts.registry import AnyView

SHORT = 12
"""A field for at most this many characters has room for another one beside it."""


def rows_of(views: Sequence[AnyView], width: int, m: Metrics, *before: Row) -> list[Row]:
    """Return the rows of views, after those `before` them; low and wide screens have short fields side by side."""
    rows = list(before)
    together = m.low or m.landscape
    for view in views:
        new = list(view.rows(width))
        if together and rows and len(new) == 1 and _share(rows[-1], view, m.gutter, width):
            rows[-1] = _joined(rows[-1], new[0], m.gutter, width)
            continue
        if rows and rows[-1].keep and isinstance(view, ParagraphView):
            new = [replace(row, keep=True) for row in new]  # a remark belongs to its heading
        rows.extend(new)
    return rows


def passive_start(views: Sequence[AnyView]) -> list[AnyView]:
    """Return the first views that have nothing to touch and may stand in a narrow column."""
    count = 0
    while count < len(views) and views[count].passive and views[count].narrow:
        count += 1
    return list(views[:count])


def heading_of(views: Sequence[AnyView], number: int) -> range:
    """Return the numbers of the heading right above a view, and of the remarks between; none without a heading."""
    first = number - 1
    while first >= 0 and isinstance(views[first].part, Paragraph):
        first -= 1
    return range(first, number) if first >= 0 and isinstance(views[first].part, Heading) else range(0)


def matches_of(field: FieldView, views: Sequence[AnyView]) -> list[ChoiceView]:
    """Return the options found for what is typed: a choice right after its field, whose id begins with the field's."""
    after = next((n + 1 for n, view in enumerate(views) if view is field), len(views))
    follower = views[after] if after < len(views) else None
    if isinstance(follower, ChoiceView) and follower.part.id.startswith(field.part.id):
        return [follower]
    return []


def _share(row: Row, view: AnyView, gutter: int, width: int) -> bool:
    """Whether a short field and the next one have room in one row."""
    if not isinstance(view, FieldView) or view.folded or len(row.cells) != 1 or row.weights:
        return False
    block = row.cells[0]
    return isinstance(block, FieldBlock) and 0 < block.part.width <= SHORT and width > 3 * gutter


def _joined(row: Row, new: Row, gutter: int, width: int) -> Row:
    first = cast(FieldBlock, row.cells[0]).box_width(width)
    rest = width - gutter - first
    return Row((row.cells[0], *new.cells), row.gap, 2, gutter, weights=(first, rest))
