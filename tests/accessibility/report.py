"""What `docs/accessibility.md` says: each clause, how it is met, and the tests that show it.

The clauses and how they are met stand in `clauses.yaml`; which tests show it, on the tests (`pytest.mark.en301549`).
A test is found by reading its file, so that the page is the same wherever it is made.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "accessibility.md"
MARK = "en301549"
_CHAPTERS = {"5": "Chapter 5: generic requirements", "8": "Chapter 8.3: stationary terminals"} | {
    "11": "Chapter 11: software (WCAG 2.1, levels A and AA)"
}


class State(StrEnum):
    """How far a clause is met."""

    MET = "met"
    PARTLY = "partly"
    OPEN = "open"
    PLACE = "place"
    NONE = "none"


_WORDS = {
    State.MET: "met",
    State.PARTLY: "**partly met**",
    State.OPEN: "**not met**",
    State.PLACE: "the place sees to it",
    State.NONE: "nothing of the kind",
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: `how` it is met, and what is `missing`."""

    number: str
    title: str
    state: State
    how: str
    missing: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Shown:
    """A test that shows something: its file below the repository, and its name."""

    file: str
    test: str


def clauses() -> tuple[Clause, ...]:
    """Return the clauses in the order of the standard."""
    entries = yaml.safe_load((Path(__file__).parent / "clauses.yaml").read_text(encoding="utf-8"))
    return tuple(
        Clause(str(each["clause"]), each["title"], State(each["state"]), each["how"], each.get("open", ""))
        for each in entries
    )


def shown() -> Mapping[str, tuple[Shown, ...]]:
    """Return the tests that bear a clause as a mark, by clause."""
    found: dict[str, set[Shown]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if MARK not in text:
            continue
        for number, test in _marked(ast.parse(text)):
            found.setdefault(number, set()).add(Shown(str(path.relative_to(ROOT)), test))
    return {number: tuple(sorted(tests)) for number, tests in found.items()}


def _marked(module: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            for mark in node.decorator_list:
                yield from ((number, node.name) for number in _numbers(mark))


def _numbers(mark: ast.expr) -> Iterator[str]:
    if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == MARK:
        for argument in mark.args:
            yield str(ast.literal_eval(argument))


def page() -> str:
    """Return the whole page."""
    every, tests = clauses(), shown()
    lines = [_HEAD.format(summary=_summary(every)), *_lacking(every)]
    for chapter, title in _CHAPTERS.items():
        lines += [f"\n## {title}\n"]
        for clause in every:
            if clause.number.split(".")[0] == chapter:
                lines += _entry(clause, tests.get(clause.number, ()))
    return "\n".join(lines) + "\n"


def _summary(every: tuple[Clause, ...]) -> str:
    counts = {state: sum(clause.state is state for clause in every) for state in State}
    return (
        f"Of {len(every)} clauses {counts[State.MET]} are met, {counts[State.PARTLY]} partly, {counts[State.OPEN]} not."
        f" {counts[State.PLACE]} are left to those who put the terminal up; of {counts[State.NONE]} there is nothing."
    )


def _lacking(every: tuple[Clause, ...]) -> Iterator[str]:
    yield "## What is not met\n"
    for clause in every:
        if clause.state in {State.PARTLY, State.OPEN}:
            yield f"- {clause.number} {clause.title}: {clause.missing}"


def _entry(clause: Clause, tests: tuple[Shown, ...]) -> Iterator[str]:
    yield f"- **{clause.number} {clause.title}**: {_WORDS[clause.state]}. {clause.how}"
    if clause.missing:
        yield f"  Missing: {clause.missing}"
    for each in tests:
        yield f"  - [{each.test.removeprefix('test_').replace('_', ' ')}](../{each.file})"


_HEAD = """# Accessibility

EN 301 549 V3.2.1, the standard behind BITV 2.0 §3, for a terminal that is closed to assistive technology: how each
clause of chapters 5, 8.3 and 11 is met, and the tests that show it. `python -m tests.accessibility` writes this page
from marks on the tests and [the list of clauses](../tests/accessibility/clauses.yaml); a test compares it with them.

{summary}

Beyond the standard: targets of 12.7 mm, 2.5 mm apart; Leichte Sprache with texts of its own, and videos in sign
language (BITV 2.0 §4); every name of DIN 91379 on every path; a person one touch away on every screen.
"""
