"""Valid sample answers for any question: what `auto` means where a visit is walked without a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

from kiosk.forms import patterns
from kiosk.forms.meaning import Meaning
from kiosk.forms.schema import FieldKind
from kiosk.forms.steps import Question
from kiosk.forms.validation import read
from kiosk.parts import Problem

_MEANT: Mapping[Meaning | None, tuple[str, ...]] = {
    Meaning.GIVEN_NAMES: ("Jana",),
    Meaning.FAMILY_NAME: ("Beispiel",),
    Meaning.BIRTH_NAME: ("Muster",),
    Meaning.DOCTORAL_DEGREE: ("Dr.",),
    Meaning.BIRTH_DATE: ("12.04.1988",),
    Meaning.BIRTH_PLACE: ("Musterstadt",),
    Meaning.STREET: ("Lindenweg 12",),
    Meaning.STREET_NAME: ("Lindenweg",),
    Meaning.HOUSE_NUMBER: ("12",),
    Meaning.POSTCODE: ("12345",),
    Meaning.CITY: ("Musterstadt",),
    Meaning.EMAIL: ("jana.beispiel@example.org",),
    Meaning.PHONE: ("030 12345678",),
    Meaning.IBAN: ("DE02120300000000202051",),
    Meaning.NATIONALITY: ("deutsch",),
}
_BY_KIND: Mapping[FieldKind, tuple[str, ...]] = {
    FieldKind.DATE: ("01.10.2026", "12.04.1988"),
    FieldKind.PARTIAL_DATE: ("12.04.1988",),
    FieldKind.TIME: ("10:30",),
    FieldKind.DATETIME: ("01.10.2026 10:30",),
}
_TEXT = "Beispiel für eine Antwort"
_CHARACTERS = "A1a0 -.ä" + "".join(map(chr, range(33, 0x180)))


def sample_value(question: Question) -> str:
    """Return a raw answer that `read` accepts. `ValueError` if none is found."""
    for candidate in _candidates(question):
        if not isinstance(read(question, candidate), Problem) and candidate:
            return candidate
    raise ValueError(f"no valid sample is known for {question.field.id}")


def _candidates(question: Question) -> Iterator[str]:
    if question.several:
        yield "\n".join(option.code for option in question.options[: max(1, question.least)])
        return
    if question.options:
        yield question.options[0].code
        return
    yield from _MEANT.get(question.meaning, ())
    yield from _BY_KIND.get(question.field.kind, ())
    if question.field.kind in {FieldKind.INTEGER, FieldKind.DECIMAL, FieldKind.CURRENCY}:
        yield from _numbers(question)
        return
    pattern = question.field.constraints.pattern
    if pattern:
        yield from _from_pattern(pattern)
    yield from _texts(question)


def _numbers(question: Question) -> Iterator[str]:
    limits = question.field.constraints
    if limits.min_value is not None:
        whole = limits.min_value.to_integral_value(ROUND_CEILING)
        yield f"{whole + 1:f}"
        yield f"{whole:f}"
        yield f"{limits.min_value:f}".replace(".", ",")
    if limits.max_value is not None:
        yield f"{min(Decimal(1), limits.max_value):f}".replace(".", ",")
    yield "1"


def _texts(question: Question) -> Iterator[str]:
    limits = question.field.constraints
    least, most = limits.min_length or 1, limits.max_length or len(_TEXT)
    long_enough = (_TEXT + " ") * (least // len(_TEXT) + 1)
    for length in (max(least, min(most, len(_TEXT))), least, most):
        text = long_enough[:length]
        yield text if text == text.strip() else text.strip().ljust(length, "e")


def _from_pattern(pattern: str) -> Iterator[str]:
    """Words that a pattern produces: with its repeats as short as possible, then longer."""
    tree = patterns.parsed(pattern)
    for more in (0, 1, 3, 8, 12):
        yield _produced(tree, more).removesuffix("$")


def _produced(tree: Any, more: int) -> str:
    return "".join(_node(str(operation), argument, more) for operation, argument in tree)


def _node(operation: str, argument: Any, more: int) -> str:
    found: Callable[[Any, int], str] | None = _PRODUCERS.get(operation)
    return found(argument, more) if found else ""


def _repeat(argument: Any, more: int) -> str:
    least, most, inner = argument
    return _produced(inner, more) * min(int(most), int(least) + more)


def _one_of(argument: Any, _more: int) -> str:
    """A character of a class: one that is easy to read, where there is one."""
    for character in _CHARACTERS:
        if any(str(name) == "NEGATE" for name, _ in argument) != any(_is_in(each, character) for each in argument):
            return character
    return ""


def _is_in(part: Any, character: str) -> bool:
    name, argument = str(part[0]), part[1]
    if name == "LITERAL":
        return bool(ord(character) == argument)
    if name == "RANGE":
        return bool(argument[0] <= ord(character) <= argument[1])
    return name == "CATEGORY" and re.fullmatch(_CATEGORIES.get(str(argument), "(?!)"), character) is not None


_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}
_PRODUCERS: Mapping[str, Callable[[Any, int], str]] = {
    "LITERAL": lambda argument, _: chr(argument),
    "NOT_LITERAL": lambda argument, _: "a" if argument != ord("a") else "b",
    "ANY": lambda _, __: "a",
    "IN": _one_of,
    "MAX_REPEAT": _repeat,
    "MIN_REPEAT": _repeat,
    "POSSESSIVE_REPEAT": _repeat,
    "SUBPATTERN": lambda argument, more: _produced(argument[-1], more),
    "ATOMIC_GROUP": _produced,
    "BRANCH": lambda argument, more: _produced(argument[1][0], more),
}
