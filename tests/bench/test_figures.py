"""Lenient bounds for the figures of the core, so that a lost one is noticed before the whole bench is run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.core import read_form, schema_seconds, steps_a_second, walk_seconds
from tests.bench.journey import Moment, moving_house, shipped_place
from tests.bench.large_schema import large_schema

SHARED = 4
"""The machine that runs the tests has other things to do as well; the goals are for a quiet one."""


@pytest.fixture(scope="module")
def visit() -> tuple[Moment, ...]:
    return moving_house(shipped_place())


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "large.xdf.xml"
    path.write_bytes(large_schema())
    return path


def test_the_measured_visit_types_answers_searches_and_arrives(visit: tuple[Moment, ...]) -> None:
    screens = {moment.screen.id for moment in visit}
    assert {"welcome", "search", "form-review", "done"} <= screens
    assert sum(type(moment.event).__name__ == "Typed" for moment in visit) > 100


def test_twenty_thousand_steps_a_second(visit: tuple[Moment, ...]) -> None:
    assert steps_a_second(visit) >= 20_000 / SHARED


def test_no_step_of_the_visit_can_be_felt(visit: tuple[Moment, ...]) -> None:
    slowest = min(steps_a_second([moment], rounds=3) for moment in visit)
    assert slowest >= 100, f"{1 / slowest:.3f} s for one step"


def test_the_largest_schema_is_read_and_walked_in_time(schema: Path) -> None:
    assert schema.stat().st_size > 3_400_000
    form = read_form(schema)
    assert sum(1 for _ in form.fields()) == 250
    assert schema_seconds(schema) + walk_seconds(form) <= 0.5 * SHARED
