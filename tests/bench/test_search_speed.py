"""How long the search takes over 10,000 services, and that it finds the right one among them."""

from __future__ import annotations

import pytest

from kiosk.search import SearchIndex
from kiosk.text import GERMAN, translator
from tests.bench.core import search_times
from tests.bench.figure import p95
from tests.bench.services import ten_thousand_services

GOAL_MS = 10.0
LENIENT = 4
"""The machine that runs the tests is shared; the goal itself is for a quiet one."""


@pytest.fixture(scope="module")
def index() -> SearchIndex:
    return SearchIndex(ten_thousand_services(), GERMAN)


def test_answers_over_ten_thousand_services_within_the_goal(index: SearchIndex) -> None:
    assert p95(search_times(index)) <= GOAL_MS * LENIENT


def test_finds_the_service_among_ten_thousand(index: SearchIndex) -> None:
    [best] = index.find("Hundestuer anmelden", 1)
    title = next(service.title for service in ten_thousand_services() if service.id == best)
    assert translator(GERMAN).say(title).startswith("Hundesteuer anmelden")
