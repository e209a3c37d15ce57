"""The page on accessibility says what the tests show, and nothing that no test shows."""

from __future__ import annotations

from tests.accessibility.report import PAGE, State, clauses, page, shown


def test_the_page_is_what_marks_and_clauses_say_now() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m tests.accessibility"


def test_what_is_said_to_be_met_is_shown_by_a_test() -> None:
    tests = shown()
    assert not [clause.number for clause in clauses() if clause.state is State.MET and clause.number not in tests]


def test_every_mark_names_a_clause_of_the_list() -> None:
    known = {clause.number for clause in clauses()}
    assert len(known) == len(clauses())
    assert not set(shown()) - known


def test_what_is_missing_is_said_where_something_is_missing_and_nowhere_else() -> None:
    for clause in clauses():
        assert bool(clause.missing) is (clause.state in {State.PARTLY, State.OPEN}), clause.number
