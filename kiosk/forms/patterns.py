"""Patterns of schemas: whether one can be used, and whether an answer matches it.

A schema's pattern comes from outside, so it may be wrong, or take for ever (a regular expression
with nested repeats needs exponential time on some answers). Such a pattern is refused when the
schema is read: the answer is then checked by the authority alone, and a notice says so.
"""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

LONGEST_PATTERN = 2000
"""Characters. A longer pattern is refused unread."""

WIDE = 32
"""A repeat of variable length up to this many times costs too little to count."""

STEPS = 10_000_000
"""About how many steps one match may take; longer answers are not matched at all."""

_CLASSES = {
    r"\p{L}": r"[^\W\d_]",
    r"\p{N}": r"\d",
    r"\p{Nd}": r"\d",
    r"\i": r"[^\W\d]",
    r"\c": r"[\w.:-]",
}
"""XML Schema (part 2, appendix F) writes these; Python does not know them. Inside brackets they stay refused."""

# The parser of regular expressions, for looking at a pattern without running it. Its name is private,
# its trees have been the same since Python 2; `tests/unit/forms/test_patterns.py` would notice a change.
_parser: Any = importlib.import_module("re._parser")


def trouble(pattern: str) -> str:
    """Return why a pattern cannot be used, in English for IT; "" if it can."""
    if len(pattern) > LONGEST_PATTERN:
        return f"its pattern has more than {LONGEST_PATTERN} characters"
    try:
        tree = parsed(pattern)
        _compiled(pattern)
    except (re.error, RecursionError, OverflowError, MemoryError) as error:
        return f"its pattern is not valid ({error})"
    if _nests(tree, repeated=False):
        return "its pattern could take very long to match"
    return ""


def matches(pattern: str, answer: str) -> bool:
    """Return whether the whole answer matches a pattern without `trouble`; True if it is too long to tell."""
    wide = _width(pattern)
    if wide > 1 and len(answer) ** wide > STEPS:
        return True
    return _compiled(pattern).fullmatch(answer) is not None


@lru_cache(maxsize=512)
def _width(pattern: str) -> int:
    return _wide_repeats(parsed(pattern))


@lru_cache(maxsize=512)
def parsed(pattern: str) -> Any:
    """Return the pattern's syntax tree; raises `re.error`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _parser.parse(_translated(pattern))


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return re.compile(_translated(pattern))


def _translated(pattern: str) -> str:
    """XML Schema's own classes, in Python's words."""
    for theirs, ours in _CLASSES.items():
        pattern = pattern.replace(theirs, ours)
    return pattern


def _children(node: Any) -> Iterable[Any]:
    """The subtrees of one node of the tree."""
    if isinstance(node, _parser.SubPattern):
        yield node
    elif isinstance(node, (list, tuple)):
        for part in node:
            yield from _children(part)


def _is_repeat(operation: Any) -> bool:
    return str(operation) in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}


def _nests(tree: Any, *, repeated: bool) -> bool:
    """Whether something of variable shape is repeated: what makes backtracking exponential."""
    for operation, argument in tree:
        name = str(operation)
        if name in {"GROUPREF", "GROUPREF_EXISTS", "ASSERT", "ASSERT_NOT"}:
            return True
        if repeated and name == "BRANCH":
            return True
        again = repeated
        if _is_repeat(operation):
            least, most, _ = argument
            if repeated and least != most:
                return True
            again = repeated or most > 1
        if any(_nests(child, repeated=again) for child in _children(argument)):
            return True
    return False


def _wide_repeats(tree: Any) -> int:
    count = 0
    for operation, argument in tree:
        if _is_repeat(operation):
            least, most, _ = argument
            count += most - least > WIDE
        count += sum(_wide_repeats(child) for child in _children(argument))
    return count
