"""The figures of the pure core: no window, no process, no wire."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path

from kiosk.compose import compose
from kiosk.forms.application import FormApplication
from kiosk.forms.check import sample_application
from kiosk.forms.schema import Form
from kiosk.forms.xdf3 import read_file
from kiosk.search import SearchIndex
from kiosk.step import step
from kiosk.text import GERMAN
from tests.bench.figure import Figure, p95
from tests.bench.journey import Moment, moving_house, shipped_place
from tests.bench.large_schema import large_schema
from tests.bench.services import QUERIES, SERVICES, ten_thousand_services

REAL_SCHEMAS = Path(__file__).parents[3] / "shared" / "reference" / "xdf3"
ROUNDS = 15


def figures(folder: Path) -> Iterator[Figure]:
    """Measure the core. Files that are needed for it are written to `folder`."""
    yield from _steps()
    yield from _schemas(folder)
    times = search_times(SearchIndex(ten_thousand_services(), GERMAN))
    late = p95(times)
    measured = f"{late:.2f} ms (median {statistics.median(times):.2f} ms)"
    yield Figure(f"search over {SERVICES:,} services, p95", "≤ 10 ms", measured, late <= 10)


# Steps


def steps_a_second(moments: Sequence[Moment], rounds: int = ROUNDS) -> float:
    """Return how often `step` and `compose` go through a visit's moments, once they are warm."""
    _walk(moments)
    return len(moments) / statistics.median(_seconds(lambda: _walk(moments)) for _ in range(rounds))


def _walk(moments: Sequence[Moment]) -> None:
    for moment in moments:
        visit, _ = step(moment.before, moment.event)
        compose(visit)


def _steps() -> Iterator[Figure]:
    moments = moving_house(shipped_place())
    rate = steps_a_second(moments)
    measured = f"{rate:,.0f} a second (a visit of {len(moments)} steps)"
    yield Figure("step + compose", "≥ 20,000 a second", measured, rate >= 20_000)
    seconds, slowest = max(((1 / steps_a_second([each]), each) for each in moments), key=itemgetter(0))
    what = f"{type(slowest.event).__name__} on {slowest.screen.id}"
    yield Figure("the slowest step of that visit", "", f"{seconds * 1000:.2f} ms ({what})")


# Schemas


def _schemas(folder: Path) -> Iterator[Figure]:
    path = folder / "large.xdf.xml"
    path.write_bytes(large_schema())
    yield _schema("largest schema read (made up)", path)
    real = sorted(REAL_SCHEMAS.glob("*.xdf.xml"), key=lambda each: each.stat().st_size)
    if real:
        yield _schema("largest schema read (real)", real[-1])


def _schema(name: str, path: Path) -> Figure:
    seconds = schema_seconds(path)
    form = read_form(path)
    size, fields = path.stat().st_size / 1e6, sum(1 for _ in form.fields())
    measured = (
        f"{seconds:.2f} s ({size:.1f} MB, {fields} fields; first screens {walk_seconds(form) * 1000:.0f} ms more)"
    )
    return Figure(name, "≤ 0.5 s", measured, seconds <= 0.5)


def read_form(path: Path) -> Form:
    """Read a schema that is known to be sound."""
    form = read_file(path)
    assert isinstance(form, Form), form
    return form


def schema_seconds(path: Path) -> float:
    """Return how long it takes from the file to the form."""
    return statistics.median(_seconds(lambda: read_form(path)) for _ in range(3))


def walk_seconds(form: Form) -> float:
    """Return how long it takes from the form to its first screens."""

    def begin() -> FormApplication:
        return sample_application(form, {})

    return statistics.median(_seconds(begin) for _ in range(3))


# The search


def search_times(index: SearchIndex) -> list[float]:
    """Return the milliseconds of each answer, once the index is warm."""
    for query in QUERIES:
        index.find(query)
    return [_seconds(partial(index.find, query)) * 1000 for query in QUERIES * 5]


def _seconds(work: Callable[[], object]) -> float:
    began = time.thread_time()  # what others do meanwhile is not ours
    work()
    return time.thread_time() - began
