"""What lies on each page of the keyboard: plain data, no widgets.

A page is rows of keys. Widths are in columns of the page; a row's widths add up to `columns`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from kiosk.parts import Input
from kiosk.text import GERMAN, Language, translator
from ui.keyboard.din91379 import FREQUENT, by_base
from ui.keyboard.layouts import SIDE_KEYS, Layout, Letter, capital_of

COLUMNS = 11.0
_PER_TAB = 33
SIGNS = "'’,;:!?()/&+*#%@_\"€§-´`·~¨ʹʺʾʿˈˌ‡"
"""Signs of the page "? !": DIN 91379 group N1, which names may have, and the most common of N2."""


class KeyRole(StrEnum):
    """What a key does."""

    TEXT = "text"
    SPACE = "space"
    ENTER = "enter"
    SHIFT = "shift"
    ERASE = "erase"
    CLOSE = "close"
    SPECIALS = "specials"
    LETTERS = "letters"
    TAB = "tab"
    ORDER = "order"
    """The letters from A to Z, or as on a typewriter."""
    SCRIPT = "script"
    """Latin letters, or those of the language."""
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Key:
    """One key. `text` is what it types, or the legend of a tab; `capital` the same with shift.

    `tab` is the tab that it opens, or that a long press on it opens (-1: none).
    """

    role: KeyRole
    text: str = ""
    capital: str = ""
    width: float = 1.0
    rows: int = 1
    tab: int = -1
    large: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of keys, top to bottom."""

    rows: tuple[tuple[Key, ...], ...]
    columns: float = COLUMNS

    @property
    def keys(self) -> tuple[Key, ...]:
        """All keys that can be pressed, row by row."""
        return tuple(key for row in self.rows for key in row if key.role is not KeyRole.BLANK)


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of special letters: its legend, its small letters, its capitals."""

    legend: str
    small: str | tuple[str, ...]
    capitals: str | tuple[str, ...]


def _text(text: str, capital: str = "", width: float = 1.0, tab: int = -1, *, large: bool = False) -> Key:
    return Key(KeyRole.TEXT, text, capital or text, width, tab=tab, large=large)


@dataclass(frozen=True, slots=True)
class Letters:
    """Which letters a page shows. `order`: the first ones in the other order; `script`: those of the other script."""

    layout: Layout
    order: str
    script: str = ""


# special letters


@lru_cache
def tabs(layout: Layout, language: Language = GERMAN) -> tuple[Tab, ...]:
    """Return the pages of special letters: the frequent ones, those of the language first; all by base letter; signs.

    Letters that the layout has itself are left out: they are one touch away already.
    """
    groups = {base: _without(small, layout) for base, small in by_base(capital=False).items()}
    capitals = {base: _without(letters, layout) for base, letters in by_base(capital=True).items()}
    own = translator(language).letters
    frequent = sorted(FREQUENT, key=lambda letter: letter not in own)
    found = [Tab("é ñ", tuple(frequent), tuple(capital_of(letter) for letter in frequent))]
    for bases in _packed(groups):
        legend = bases if len(bases) == 1 else f"{bases[0]}–{bases[-1]}"
        small = tuple(letter for base in bases for letter in groups[base])
        large = tuple(letter for base in bases for letter in capitals.get(base, ()))
        found.append(Tab(legend, small, large))
    return (*found, Tab("? !", SIGNS, SIGNS))


def _without(letters: tuple[str, ...], layout: Layout) -> tuple[str, ...]:
    own = layout.letters | {capital for row in (layout.beside_digits, *layout.rows) for _, capital in row}
    return tuple(letter for letter in letters if letter not in own)


def _packed(groups: dict[str, tuple[str, ...]]) -> list[str]:
    """Put neighbouring base letters on one page as long as their letters fit on it."""
    pages: list[str] = []
    room = 0
    for base, letters in groups.items():
        if pages and len(letters) <= room:
            pages[-1] += base
            room -= len(letters)
        else:
            pages.append(base)
            room = _PER_TAB - len(letters)
    return pages


def tab_of(layout: Layout, letter: str) -> int:
    """Return the index of the tab where the relatives of a base letter are; -1 if it has none."""
    for index, tab in enumerate(tabs(layout)[1:-1], start=1):
        first, last = tab.legend[0], tab.legend[-1]
        if first <= letter <= last and letter in by_base(capital=False):
            return index
    return -1


@lru_cache(maxsize=128)
def specials_page(layout: Layout, chosen: int, *, capital: bool, wide: bool, language: Language = GERMAN) -> Page:
    """Return page `chosen` of the special letters."""
    every = tabs(layout, language)
    tab = every[chosen]
    letters = tab.capitals if capital else tab.small
    columns, count = (17, 2) if wide else (11, 3)
    rows = [_filled([_text(c) for c in letters[n * columns : (n + 1) * columns]], columns) for n in range(count)]
    keys = [Key(KeyRole.TAB, each.legend, tab=index) for index, each in enumerate(every)]
    half = (len(keys) + 1) // 2
    side = 3.0 if wide else 2.0
    rows.append((Key(KeyRole.SHIFT, width=side), *_spread(keys[:half], columns - 2 * side), _erase(side)))
    close = Key(KeyRole.CLOSE, width=side)
    rows.append((Key(KeyRole.LETTERS, "a b c", width=side), *_spread(keys[half:], columns - 2 * side), close))
    return Page(tuple(rows), columns)


def _filled(keys: list[Key], columns: float) -> tuple[Key, ...]:
    rest = columns - sum(key.width for key in keys)
    return (*keys, Key(KeyRole.BLANK, width=rest)) if rest > 0 else tuple(keys)


def _spread(keys: list[Key], columns: float) -> tuple[Key, ...]:
    """Give keys one width each so that together they take `columns`."""
    width = columns / len(keys)
    return tuple(Key(key.role, key.text, key.capital, width, tab=key.tab) for key in keys)


# letters


@lru_cache(maxsize=64)
def letters_page(  # noqa: PLR0913
    letters: Letters,
    kind: Input,
    *,
    wide: bool,
    large: bool,
    narrow: bool = False,
    most: int = 16,
    lean: bool = True,
) -> Page:
    """Return the letters with their digits: five rows, or four with the digits at the right if `wide`.

    `narrow` keys leave no room for the longest of the words that a key may type. There is room for `most` columns:
    of a longer lowest row the last letters stand beside the digits. `lean`: the word for capitals is shorter than
    the one for erasing, and takes less room where letters are `large`.
    """
    return _wide(letters, kind) if wide else _upright(letters, kind, large=large, narrow=narrow, most=most, lean=lean)


def _upright(letters: Letters, kind: Input, *, large: bool, narrow: bool, most: int, lean: bool) -> Page:  # noqa: PLR0913
    layout = letters.layout
    top, middle, low = (_keys(layout, row) for row in layout.rows)
    kept = max(most - SIDE_KEYS, 1)
    digits = (*(_text(digit) for digit in layout.digits), *_keys(layout, layout.beside_digits), *low[kept:])
    low = low[:kept]
    columns = float(max(len(digits), len(top), len(middle), len(low) + SIDE_KEYS))
    sides = columns - len(low)
    shift = sides / 2 + (0.1 if columns == most else -0.25 if large and lean else 0)
    last = (Key(KeyRole.SHIFT, width=shift), *low, _erase(sides - shift))
    rows = (_centred(digits, columns), _centred(top, columns), _centred(middle, columns), last)
    if kind is Input.EMAIL:
        return Page((*rows, _email_row(letters.order, columns, large=large, dots=True, narrow=narrow)), columns)
    return Page((*rows, _bottom(letters, kind, columns, large=large, narrow=narrow)), columns)


def _wide(letters: Letters, kind: Input) -> Page:
    layout = letters.layout
    top, middle, low = (_keys(layout, row) for row in layout.rows)
    across = float(max(len(top), len(middle), len(low) + SIDE_KEYS))
    columns = across + 3.5
    sides = across - len(low)
    last = (Key(KeyRole.SHIFT, width=sides / 2), *low, _erase(sides / 2))
    beside = _keys(layout, layout.beside_digits) if kind is not Input.EMAIL else ()
    bottom = (*beside, *_bottom(letters, kind, across - len(beside), dots=False))
    pads = ("123", "456", "789", ",0.")
    rows = zip((_centred(top, across), _centred(middle, across), last, bottom), pads, strict=True)
    gap = Key(KeyRole.BLANK, width=0.5)
    return Page(tuple((*row, gap, *(_text(c) for c in pad)) for row, pad in rows), columns)


def _keys(layout: Layout, letters: tuple[Letter, ...]) -> tuple[Key, ...]:
    return tuple(_text(small, capital, tab=tab_of(layout, small)) for small, capital in letters)


def _centred(keys: tuple[Key, ...], columns: float) -> tuple[Key, ...]:
    rest = columns - len(keys)
    if rest <= 0:
        return keys
    blank = Key(KeyRole.BLANK, width=rest / 2)
    return (blank, *keys, blank)


def _erase(width: float, rows: int = 1) -> Key:
    return Key(KeyRole.ERASE, width=width, rows=rows)


def _bottom(  # noqa: PLR0913
    letters: Letters, kind: Input, columns: float, *, large: bool = False, dots: bool = True, narrow: bool = False
) -> tuple[Key, ...]:
    """The lowest row: further letters, signs, the space bar over what is left, closing at the right.

    Where words have to be larger, the comma is left to the page of signs.
    """
    if kind is Input.EMAIL:
        return _email_row(letters.order, columns, large=large, dots=dots)
    close = Key(KeyRole.CLOSE, width=2.5 if not large else 2.9)
    before, after = ([_text("-"), _text(",")], [_text(".")]) if dots else ([_text("-")], [])
    if large or narrow or letters.script:
        before = before[:1]
    if kind is Input.MULTILINE:
        before, close = before[1:], Key(KeyRole.CLOSE, width=2)
        after.append(Key(KeyRole.ENTER, width=2))
    first = (*_ways(letters), *before)
    rest = columns - sum(key.width for key in (*first, *after, close))
    return (*first, Key(KeyRole.SPACE, " ", width=rest), *after, close)


def _ways(letters: Letters) -> tuple[Key, ...]:
    """The keys that lead to other letters: further ones, in another order, in another script."""
    order = Key(KeyRole.ORDER, letters.order, width=1.5)
    if not letters.script:
        return Key(KeyRole.SPECIALS, "é ñ š …", width=2), order
    return Key(KeyRole.SPECIALS, "é ñ …", width=1.6), order, Key(KeyRole.SCRIPT, letters.script, width=1.2)


def _email_row(order: str, columns: float, *, large: bool, dots: bool, narrow: bool = False) -> tuple[Key, ...]:
    close = Key(KeyRole.CLOSE, width=2.4 if not dots else 2.9 if large else 2.5)
    first = (Key(KeyRole.ORDER, order, width=1.5), _text("@", width=1.25 if dots else 1))
    signs = (_text("-"), _text("_"), _text("."))
    rest = columns - sum(key.width for key in (*first, *signs, close))
    ends = (".de",) if narrow else (".de", ".com")
    return (*first, *signs, *(_text(end, width=rest / len(ends)) for end in ends), close)


# digits


@lru_cache(maxsize=16)
def digits_page(left: str, right: str) -> Page:
    """Return large digits, 1-2-3 on top as on a tactile pad, with a sign left and right of the 0 ("" for none)."""

    def sign(text: str) -> Key:
        return _text(text, large=True) if text else Key(KeyRole.BLANK)

    def row(digits: str) -> tuple[Key, ...]:
        return tuple(_text(digit, large=True) for digit in digits)

    return Page(
        (
            (*row("123"), _erase(1, rows=2)),
            row("456"),
            (*row("789"), Key(KeyRole.CLOSE, rows=2)),
            (sign(left), *row("0"), sign(right)),
        ),
        4,
    )


def signs_beside_zero(kind: Input, decimal: str) -> tuple[str, str] | None:
    """Return what lies beside the 0 for a kind that is typed in digits; None for kinds of letters."""
    match kind:
        case Input.NUMBER:
            return "", ""
        case Input.DATE:
            return "", "."
        case Input.DECIMAL:
            return "", decimal
        case Input.PHONE:
            return "+", "-"
    return None
