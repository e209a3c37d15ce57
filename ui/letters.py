"""Letters as a reader sees them: where one ends and the next begins, however many characters it takes.

DIN 91379 has letters that Unicode knows only as sequences: "c̨̆" is three characters, and in "k͟h" a line
under both ties two letters into one. Whoever erases such a letter wants to be rid of all of it.
Positions are those of Qt: UTF-16 code units.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right

from PySide6.QtCore import QTextBoundaryFinder

_TIES = range(0x035C, 0x0363)
"""Combining double marks: they belong to the letter before and to the one after."""


def letter_before(text: str, position: int) -> int:
    """Return where the letter begins that ends at, or spans, a position; 0 at the beginning."""
    edges = _edges(text)
    return edges[max(0, bisect_left(edges, position) - 1)]


def letter_after(text: str, position: int) -> int:
    """Return where the letter ends that begins at, or spans, a position; the end of the text at its end."""
    edges = _edges(text)
    return edges[min(len(edges) - 1, bisect_right(edges, position))]


def _edges(text: str) -> list[int]:
    """Return the positions between letters, the beginning and the end included."""
    units = array("H", text.encode("utf-16-le", "surrogatepass"))
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Grapheme, text)
    edges = [0]
    while (edge := finder.toNextBoundary()) != -1:
        if units[edge - 1] not in _TIES or edge == len(units):
            edges.append(edge)
    return edges
