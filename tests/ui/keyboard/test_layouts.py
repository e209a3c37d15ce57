"""Layouts come from xkeyboard-config; without it there is still an alphabet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.parts import Input
from kiosk.text import GERMAN, Language
from ui.keyboard import layouts
from ui.keyboard.layouts import layout_for
from ui.keyboard.pages import Letters, letters_page, specials_page, tabs


@pytest.fixture
def further(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Languages that have no catalogue yet."""
    more = {Language("tr"): "tr", Language("uk"): "ua", Language("fr"): "fr", Language("pl"): "pl"}
    monkeypatch.setattr(layouts, "LAYOUTS", {**layouts.LAYOUTS, **more})
    layout_for.cache_clear()
    yield
    layout_for.cache_clear()


def _row(language: str, row: int) -> str:
    return "".join(small for small, _ in layout_for(Language(language), latin=False).rows[row])


def test_a_language_is_one_line(further: None) -> None:
    assert _row("tr", 0) == "qwertyuıopğü"
    assert ("i", "İ") in layout_for(Language("tr")).rows[1]
    assert _row("uk", 0).startswith("йцукен")
    assert not any(
        "a" <= small <= "z" or small == "ß" for row in layout_for(Language("uk"), latin=False).rows for small, _ in row
    )
    assert _row("fr", 0) == "azertyuiopü"
    assert layout_for(Language("pl")).beside_digits == (("ß", "ẞ"),)


def test_easy_language_has_the_layout_of_its_language() -> None:
    assert layout_for(Language("de-x-leicht")) == layout_for(GERMAN)


@pytest.mark.parametrize("language", ["de", "en", "tr", "uk", "fr", "pl"])
@pytest.mark.parametrize("wide", [False, True])
def test_rows_fill_the_width(language: str, wide: bool, further: None) -> None:
    layout = layout_for(Language(language))
    letters = Letters(layout, "A B C", "абв")
    pages = [letters_page(letters, kind, wide=wide, large=large) for kind in Input for large in (False, True)]
    pages += [
        specials_page(layout, tab, capital=capital, wide=wide)
        for tab in range(len(tabs(layout)))
        for capital in (False, True)
    ]
    for page in pages:
        for row in page.rows:
            assert sum(key.width for key in row) == pytest.approx(page.columns)
        assert min(key.width for key in page.keys) >= 1


@pytest.mark.expects_log
def test_without_layout_data_the_alphabet_remains_and_the_log_says_why(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing(name: str) -> object:
        raise RuntimeError(f"xkb cannot compile {name!r}")

    monkeypatch.setattr(layouts, "_keymap", missing)
    layout_for.cache_clear()
    layout = layout_for(GERMAN)
    layout_for.cache_clear()
    assert layout.letters == frozenset("abcdefghijklmnopqrstuvwxyzäöüß")
    assert "xkb-data" in caplog.text
