"""Which letters lie where: read from xkeyboard-config, so each language is one line here.

Source: the keymaps of the Debian package `xkb-data`, compiled by libxkbcommon. Where a Latin layout has
no letter but the layout of the place has one (ß, ü, ö, ä), that one is offered: forms here ask for it.
"""

from __future__ import annotations

import logging
import string
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from kiosk.text import ENGLISH, GERMAN, Language

if TYPE_CHECKING:
    from xkbcommon.xkb import Keymap

LAYOUTS: Mapping[Language, str] = MappingProxyType({GERMAN: "de", ENGLISH: "gb"})
"""The xkb layout for a language, as `layout` or `layout(variant)`. A language without one takes German."""

_PLACE = "de"
_DIGITS = tuple(f"AE{n:02}" for n in range(1, 11))
_ROWS = (
    ("AE11", "AE12"),
    tuple(f"AD{n:02}" for n in range(1, 13)),
    tuple(f"AC{n:02}" for n in range(1, 13)),
    ("LSGT", *(f"AB{n:02}" for n in range(1, 11))),
)
_LOG = logging.getLogger(__name__)

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


@lru_cache
def layout_for(language: Language) -> Layout:
    """Return the layout of a language: its own, else that of its first subtag, else the place's.

    Without xkb-data an alphabetical layout is returned and an error logged: typing stays possible.
    """
    name = LAYOUTS.get(language) or LAYOUTS.get(Language(language.split("-")[0]), _PLACE)
    try:
        own, place = _keymap(name), _keymap(_PLACE)
    except (ImportError, OSError, RuntimeError) as error:
        _LOG.error("no keyboard layout %r (is xkb-data installed?), letters are in alphabetical order: %s", name, error)
        return _alphabetical()
    beside, *rows = (_letters(own, place, row) for row in _ROWS)
    return Layout(beside, tuple(rows))


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
    if not small or not unicodedata.category(small).startswith("L"):
        return None
    capital = _symbol(keymap, key, 1) or ""
    return small, capital if capital and capital.isupper() else capital_of(small)


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
