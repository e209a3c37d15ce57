"""What is loaded before anybody needs it, and what is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk import preparation
from kiosk.search import search_index
from tests.places import small_place

ROOT = Path(__file__).parents[3]
LOADED = """
import sys
from {module} import *
{work}
print(*(name for name in sys.argv[1:] if name in sys.modules))
"""
HEAVY = ("httpx", "jsonschema", "jwcrypto", "PIL", "escpos", "phonenumbers", "websockets", "email_validator")


def loaded_of(names: tuple[str, ...], module: str, work: str = "") -> set[str]:
    """Which of these modules a fresh Python has loaded after some work."""
    code = LOADED.format(module=module, work=work)
    run = subprocess.run(
        [sys.executable, "-c", code, *names], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    )
    return set(run.stdout.split())


@pytest.mark.parametrize("module", ["kiosk.terminal", "profiles.loading", "profiles.settings_file", "main"])
def test_a_start_loads_nothing_heavy(module: str) -> None:
    assert not loaded_of(HEAVY, module)


def test_the_first_screen_needs_neither_forms_nor_search() -> None:
    later = ("kiosk.forms.schema", "kiosk.search", "kiosk.journeys.home", "kiosk.receipt")
    assert not loaded_of(later, "kiosk.terminal")


def test_without_a_way_to_hand_in_what_forms_need_is_not_loaded() -> None:
    work = "from tests.places import small_place; prepare(small_place(), forms=False)"
    assert not loaded_of(HEAVY, "kiosk.preparation", work)


def test_prepared_forms_find_everything_loaded() -> None:
    work = "from tests.places import small_place; prepare(small_place(), forms=True)"
    modules = (*preparation.FIRST_PAGES, *preparation.FORMS)
    assert loaded_of(modules, "kiosk.preparation", work) == set(modules)


def test_the_search_is_ready_in_every_language_of_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    place = small_place()
    preparation.prepare(place, forms=False)
    monkeypatch.setattr("kiosk.search.SearchIndex", None)  # nothing can be built any more
    found = [search_index(place, language).find("Wohnung") for language in place.languages]
    assert all(found)
    assert len(found) == 2
