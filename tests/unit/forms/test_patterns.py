from __future__ import annotations

import time

import pytest

from kiosk.forms.patterns import LONGEST_PATTERN, matches, trouble

POSTCODE = "([0]{1}[1-9]{1}|[1-9]{1}[0-9]{1})[0-9]{3}"
EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{1,63}$"


@pytest.mark.parametrize(
    "pattern", [POSTCODE, EMAIL, "[0-9]{15}", r"\d{2}\.\d{2}", "(ab|cd)?", "([A-Z]{3}){2}", r"\p{L}{1,5}"]
)
def test_usual_patterns_can_be_used(pattern: str) -> None:
    assert trouble(pattern) == ""


@pytest.mark.parametrize(
    "pattern", ["(a+)+", "(a|ab)*", "(a?){30}", "(a*)*b", r"(\w+\s?)+$", r"(a)\1", "(?=a+)a", "(a{1,9}){1,9}"]
)
def test_patterns_that_could_take_for_ever_are_refused(pattern: str) -> None:
    assert "could take very long" in trouble(pattern)


@pytest.mark.parametrize("pattern", ["[", "(", "a{2,1}", "*", r"\p{Lu}", "(?P<a"])
def test_patterns_that_are_none_are_refused(pattern: str) -> None:
    assert "not valid" in trouble(pattern)


def test_a_very_long_pattern_is_refused_unread() -> None:
    assert str(LONGEST_PATTERN) in trouble("a" * (LONGEST_PATTERN + 1))


def test_a_deeply_nested_pattern_is_refused() -> None:
    assert trouble("(" * 900 + ")" * 900)


def test_the_whole_answer_has_to_match() -> None:
    assert matches(POSTCODE, "12345")
    assert not matches(POSTCODE, "123456")
    assert not matches(POSTCODE, "00345")
    assert matches(EMAIL, "a@b.de")


def test_an_answer_too_long_to_be_matched_quickly_is_let_through() -> None:
    pattern = ".*a.*b.*c.*d"
    assert trouble(pattern) == ""
    start = time.thread_time()
    assert matches(pattern, "x" * 100_000)
    assert time.thread_time() - start < 0.5
    assert not matches(pattern, "xxxx")
