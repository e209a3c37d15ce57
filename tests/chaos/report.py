"""What came of it, as a table, and whether all is as it must be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import median

from tests.bench.figure import Figure
from tests.chaos.run import Result

MOST_USABLE_S = 3.0
MOST_GROWTH = 0.02
SHARE = 0.2
"""Two such shares of the visits warm the process up: what a library keeps (letters, icons, pages of a database), it has
by then. The medians of the looks in the third share and in the last are compared: one look depends on chance."""
_REMARK = (
    "Memory is what the process has written to. It is compared after two fifths of the visits have warmed it up: by",
    "then all languages, sizes and services have been shown, and their letters and forms stay. Medians of the looks.",
)
SLACK = 3
"""Open files and threads that come and go: connections that are kept for a while."""


def report(result: Result) -> tuple[list[str], bool]:
    """Return the lines, and whether every goal is met."""
    figures = list(_figures(result))
    lines = [f"Chaos: {result.visits} visits, seed {result.seed}, {result.seconds / 60:.1f} min. {result.where}", ""]
    lines += [str(figure) for figure in figures]
    lines += ["", "How visits ended", *_counted(result.ends)]
    lines += ["", "Other ways on that were taken", *_counted(result.ways)]
    lines += ["", "Troubles: how often, and seconds from mending to usable (most)", *_troubles(result)]
    lines += ["", "MiB (written to, USS), threads, files, tasks, programs", *_REMARK, *_states(result)]
    lines += [f"✗ {each}" for each in (*result.violations, *result.errors)]
    return lines, all(figure.ok is not False for figure in figures)


def _figures(result: Result) -> Iterator[Figure]:
    wrong = len(result.violations)
    yield Figure("visits that end well or plainly", "all", f"{wrong} violations", wrong == 0)
    yield Figure("slowest visit", "", f"{result.slowest[0]:.1f} s (visit {result.slowest[1]})")
    devices = [s for name, all_s in result.usable.items() if name not in result.behind_network for s in all_s]
    if devices:
        most = max(devices)
        measured = f"{most:.2f} s at most of {len(devices)}"
        yield Figure("device mended → usable", f"≤ {MOST_USABLE_S:.0f} s", measured, most <= MOST_USABLE_S)
    network = [s for name in result.behind_network for s in result.usable[name]]
    if network:
        yield Figure("network back → usable", "", f"{max(network):.2f} s at most of {len(network)}")
    yield from _process(result)
    yield Figure("errors in the log", "none", str(len(result.errors)), not result.errors)
    yield Figure("slips that came out unprovably", "", str(result.unknowable))
    yield Figure("calls that the counter closed", "", str(result.calls))


def _process(result: Result) -> Iterator[Figure]:
    states = result.states
    share = max(1, int(len(states) * SHARE))
    before, after = (median(state.mib for state in some) for some in (states[2 * share : 3 * share], states[-share:]))
    growth, end = after / before - 1, states[-1]
    yield Figure("the process", "the same", f"pid {states[0].pid} → {end.pid}", states[0].pid == end.pid)
    judged = growth <= MOST_GROWTH if result.visits >= 100 else None
    words = f"{growth:+.1%} ({before:.1f} → {after:.1f} MiB)"
    yield Figure("memory, third fifth → last fifth", f"≤ +{MOST_GROWTH:.0%}", words, judged)
    early = states[: len(states) // 2 + 1]
    for name in ("threads", "files", "tasks", "programs"):
        most, now = max(getattr(state, name) for state in early), getattr(end, name)
        yield Figure(f"{name}, most of the first half → end", "no growth", f"{most} → {now}", now <= most + SLACK)


def _counted(counted: Counter[str]) -> list[str]:
    return [f"{count:6}  {name}" for name, count in counted.most_common()]


def _troubles(result: Result) -> list[str]:
    lines = []
    for name, count in sorted(result.struck.items()):
        seconds = result.usable.get(name)
        lines.append(f"{count:6}  {name:44} {f'{max(seconds):5.2f}' if seconds else ''}")
    return lines


def _states(result: Result) -> list[str]:
    return [f"{s.mib:7.1f} {s.uss:7.1f} {s.threads:4} {s.files:4} {s.tasks:4} {s.programs:3}" for s in result.states]
