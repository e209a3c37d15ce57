"""Rows one under the other, and over pages where they do not fit: geometry without widgets' help.

Nothing scrolls and nothing is cut: what does not fit goes to another page, behind a button.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ui.parts.base import Row

CLOSER = (1.0, 0.92, 0.84, 0.76, 0.68, 0.62)
"""How close rows may come before a page is turned."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A row at its height on the page."""

    row: Row
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Flow:
    """How rows flow in a width.

    `heading_gap` is the distance under a row that is kept with the next, `least_gap` the smallest one
    between two targets. `closeness` below 1 brings rows closer together.
    """

    width: int
    heading_gap: int
    least_gap: int
    closeness: float = 1.0

    def fitted(self, rows: Sequence[Row], height: int) -> Flow:
        """Return the flow with as little less space as makes the rows fit: better than a page for little."""
        for closeness in CLOSER:
            flow = Flow(self.width, self.heading_gap, self.least_gap, closeness)
            if flow.height(rows) <= height:
                return flow
        return self

    def _gap(self, row: Row, above: Row) -> int:
        gap = min(row.gap, self.heading_gap) if above.keep else row.gap
        return gap if gap <= self.least_gap else max(self.least_gap, round(gap * self.closeness))

    def stack(self, rows: Sequence[Row]) -> list[Placed]:
        """Return the rows one under the other from 0; the first one's gap is left out."""
        placed: list[Placed] = []
        y = 0
        for row in rows:
            if placed:
                y += self._gap(row, placed[-1].row)
            height = row.height(self.width)
            placed.append(Placed(row, y, height))
            y += height
        return placed

    def spread(self, rows: Sequence[Row], height: int) -> list[Placed]:
        """Return the stacked rows with spare height used: rows that may grow do, the last ones go to the bottom."""
        placed = self.stack(rows)
        spare = height - _bottom(placed)
        if spare <= 0:
            return _shrunk(placed, -spare)
        placed = _grown(placed, spare)
        spare = height - _bottom(placed)
        first = len(placed)
        while first and placed[first - 1].row.bottom:
            first -= 1
        return [*placed[:first], *(Placed(p.row, p.y + spare, p.height) for p in placed[first:])]

    def squeezed(self, rows: Sequence[Row], height: int) -> list[Placed]:
        """Return the stacked rows, made lower where they would not fit."""
        placed = self.stack(rows)
        excess = _bottom(placed) - height
        return _shrunk(placed, excess) if excess > 0 else placed

    def pages(self, rows: Sequence[Row], height: int, more: int, first: int = 0) -> list[list[Row]]:
        """Return the rows in pages. One page has all the height, several leave `more` for the button.

        The first page has as much less as its title takes, `first`: it may be left to the title alone.
        """
        if self._lowest(rows) <= height - first:
            return [list(rows)]
        pages: list[list[Row]] = [[]]
        room = height - more - first
        for chunk in _chunks(rows):
            whole = [*pages[-1], *chunk]
            if self._lowest(whole) > room and (pages[-1] or first):
                pages.append([])
                room, whole, first = height - more, list(chunk), 0
            pages[-1] = whole
        return pages

    def _lowest(self, rows: Sequence[Row]) -> int:
        return _bottom(self.stack(rows)) - self._yield(rows)

    def led(self, rows: Sequence[Row], lead: int) -> list[Row]:
        """Return the rows with the group of row number `lead` at the beginning."""
        chunks = _chunks(rows)
        leading = next((chunk for chunk in chunks if any(row is rows[lead] for row in chunk)), [])
        return [*leading, *(row for chunk in chunks if chunk is not leading for row in chunk)]

    def tallest(self, rows: Sequence[Row]) -> int:
        """Return the height of the highest group of rows that stay together, made as low as may be."""
        return max((self._lowest(chunk) for chunk in _chunks(rows)), default=0)

    def _yield(self, rows: Sequence[Row]) -> int:
        """Return by how much rows may be made lower."""
        return sum(max(0, row.height(self.width) - row.least) for row in rows if row.least)

    def around(self, rows: Sequence[Row], height: int, anchor: int) -> list[Row]:
        """Return as many rows as fit that hold row number `anchor`: first what follows, then what comes before."""
        first, last = anchor, anchor + 1
        while last < len(rows) and _bottom(self.stack(rows[first : last + 1])) <= height:
            last += 1
        while first and _bottom(self.stack(rows[first - 1 : last])) <= height:
            first -= 1
        while last - 1 > anchor and rows[last - 1].keep:
            last -= 1
        return list(rows[first:last])

    def height(self, rows: Sequence[Row]) -> int:
        """Return the height of all rows."""
        return _bottom(self.stack(rows))


def _bottom(placed: Sequence[Placed]) -> int:
    return placed[-1].y + placed[-1].height if placed else 0


def _chunks(rows: Sequence[Row]) -> list[list[Row]]:
    """Return rows in groups that stay together: a heading with what follows it."""
    chunks: list[list[Row]] = []
    joined = False
    for row in rows:
        if joined:
            chunks[-1].append(row)
        else:
            chunks.append([row])
        joined = row.keep
    return chunks


def _shrunk(placed: list[Placed], excess: int) -> list[Placed]:
    result: list[Placed] = []
    shift = 0
    for p in placed:
        less = min(excess - shift, p.height - p.row.least) if p.row.least else 0
        result.append(Placed(p.row, p.y - shift, p.height - less))
        shift += less
    return result


def _grown(placed: list[Placed], spare: int) -> list[Placed]:
    growing = [p for p in placed if p.row.grow > p.height]
    share = spare // len(growing) if growing else 0
    result: list[Placed] = []
    shift = 0
    for p in placed:
        extra = min(share, p.row.grow - p.height) if p.row.grow > p.height else 0
        result.append(Placed(p.row, p.y + shift, p.height + extra))
        shift += extra
    return result
