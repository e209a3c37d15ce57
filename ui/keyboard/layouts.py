"""Which letters lie where: read from xkeyboard-config, so each language is one line here.

Source: the keymaps of the Debian package `xkb-data`, compiled by libxkbcommon. Where a Latin layout has
no letter but the layout of the place has one (ß, ü, ö, ä), that one is offered: forms here ask for it.
A language that is not written in Latin letters has the layout of the place beside its own: names are taken down
in Latin letters here (DIN 91379). Any layout can be put into alphabetical order.
"""

from __future__ import annotations

import logging
import string
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cmp_to_key, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from kiosk.letters import is_latin
from kiosk.text import ENGLISH, GERMAN, Language

if TYPE_CHECKING:
    from xkbcommon.xkb import Keymap

LAYOUTS: Mapping[Language, str] = MappingProxyType(
    {GERMAN: "de", ENGLISH: "gb"}
    | {Language(tag): tag for tag in ("tr", "ru", "pl", "fr")}
    | {Language("uk"): "ua", Language("ar"): "ara"}
)
"""The xkb layout for a language, as `layout` or `layout(variant)`. A language without one takes German."""

_PLACE = "de"
_ROWS = (
    ("TLDE", "AE11", "AE12"),
    tuple(f"AD{n:02}" for n in range(1, 13)),
    tuple(f"AC{n:02}" for n in range(1, 13)),
    ("LSGT", *(f"AB{n:02}" for n in range(1, 11))),
)
_BEHIND = "äöüءأإآؤئةى"
"""Letters that children learn behind the alphabet, as variants of others; Turkish has ö and ü in it."""
_LOG = logging.getLogger(__name__)

SIDE_KEYS = 4
"""So many columns the keys beside the lowest row of letters take: shift and erase."""

Letter: TypeAlias = tuple[str, str]
"""A letter and its capital."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Digits `1`…`0`, letters beside them, and three rows of letters, top to bottom."""

    beside_digits: tuple[Letter, ...]
    rows: tuple[tuple[Letter, ...], ...]
    digits: str = "1234567890"

    @property
    def letters(self) -> frozenset[str]:
        """Every small letter of the layout."""
        return frozenset(small for row in (self.beside_digits, *self.rows) for small, _ in row)


@lru_cache(maxsize=64)
def layout_for(language: Language, *, latin: bool = True, alphabetical: bool = False) -> Layout:
    """Return the layout of a language: its own, else that of its first subtag, else the place's.

    `latin`: that of the place where the language has other letters. `alphabetical`: A to Z instead of its usual order.
    Without xkb-data an alphabetical layout is returned and an error logged: typing stays possible.
    """
    name = LAYOUTS.get(language) or LAYOUTS.get(Language(language.split("-")[0]), _PLACE)
    if latin and not is_latin(language):
        name = _PLACE
    try:
        own, place = _keymap(name), _keymap(_PLACE)
    except (ImportError, OSError, RuntimeError) as error:
        _LOG.error("no keyboard layout %r (is xkb-data installed?), letters are in alphabetical order: %s", name, error)
        return _alphabetical()
    beside, *rows = (_letters(own, place, row) for row in _ROWS)
    layout = Layout(beside, tuple(rows))
    return _sorted(layout, language) if alphabetical else layout


def _sorted(layout: Layout, language: Language) -> Layout:
    """Put the letters into the order of the language's alphabet: two full rows, the rest between shift and erase."""
    from PySide6.QtCore import QCollator, QLocale

    compare = QCollator(QLocale(language.split("-")[0])).compare
    letters = [letter for row in layout.rows for letter in row]
    order = cmp_to_key(compare)
    letters.sort(key=lambda letter: order(letter[0]))
    if language != "tr":
        letters.sort(key=lambda letter: letter[0] in _BEHIND)
    width = max(-(-(len(letters) + SIDE_KEYS) // 3), len(layout.digits) + len(layout.beside_digits))
    return Layout(layout.beside_digits, (*(tuple(letters[n * width : (n + 1) * width]) for n in range(3)),))


def _keymap(name: str) -> Keymap:
    """Compile a layout; `RuntimeError` if there is none of that name."""
    from xkbcommon import xkb

    layout, _, variant = name.rstrip(")").partition("(")
    try:
        return xkb.Context().keymap_new_from_names(rules="evdev", model="pc105", layout=layout, variant=variant)
    except xkb.XKBError as error:
        raise RuntimeError(f"xkb cannot compile {name!r}: {error!r}") from error


def _letters(own: Keymap, place: Keymap, keys: tuple[str, ...]) -> tuple[Letter, ...]:
    latin = "LATIN" in unicodedata.name(_symbol(own, "AD03", 0) or "e")
    taken = _all_letters(own)
    found: list[Letter] = []
    for key in keys:
        letter = _letter(own, key)
        if letter is None and latin and (borrowed := _letter(place, key)) and borrowed[0] not in taken:
            letter = borrowed
        if letter is not None and letter not in found:
            found.append(letter)
    return tuple(found)


def _all_letters(keymap: Keymap) -> frozenset[str]:
    letters = (_letter(keymap, key) for row in _ROWS for key in row)
    return frozenset(letter[0] for letter in letters if letter)


def _letter(keymap: Keymap, key: str) -> Letter | None:
    small = _symbol(keymap, key, 0)
    if not small or not _is_letter(small):
        return None
    capital = _symbol(keymap, key, 1) or ""
    further = capital.isupper() or (_is_letter(capital) and unicodedata.category(capital) == "Lo")
    return small, capital if further else capital_of(small)


def _is_letter(sign: str) -> bool:
    """Whether it is one letter: neither a mark nor a ligature of two (Arabic layouts have a key for lām-alif)."""
    return bool(sign) and unicodedata.category(sign)[0] == "L" and "<" not in unicodedata.decomposition(sign)


def capital_of(small: str) -> str:
    """Return the capital of a letter where it is one letter, also of ß (DIN 91379 has ẞ)."""
    if small == "ß":
        return "ẞ"
    return small.upper() if len(small.upper()) == 1 else small


def _symbol(keymap: Keymap, key: str, level: int) -> str | None:
    from xkbcommon import xkb

    code = keymap.key_by_name(key)
    if code is None or level >= keymap.num_levels_for_key(code, 0):
        return None
    symbols = keymap.key_get_syms_by_level(code, 0, level)
    words = xkb.keysym_to_string(symbols[0]) if symbols else None
    return words if words and len(words) == 1 and words.isprintable() else None


def _alphabetical() -> Layout:
    letters = [(small, small.upper()) for small in string.ascii_lowercase]
    place = [(small, capital_of(small)) for small in "üöä"]
    rows = (tuple(letters[:11]), tuple(letters[11:22]), tuple(letters[22:] + place))
    return Layout((("ß", "ẞ"),), rows)
