"""Reading what a visitor wrote: a value to hand in, or a problem with its remedy.

What a field is about (see `kiosk.forms.meaning`) decides which library checks it: IBAN by python-stdnum, e-mail by
email-validator (without a look into the DNS), phone numbers by phonenumbers (German where no country is given).
Numbers are read in German and in English writing by Babel; what the two understand differently is asked again.
Names keep every character (DIN 91379): nothing is replaced, only outer spaces are dropped and NFC is applied.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from kiosk.forms import patterns
from kiosk.forms.meaning import Meaning
from kiosk.forms.schema import Constraints, FieldKind
from kiosk.forms.steps import Question
from kiosk.parts import Problem
from kiosk.text import Local, Msg, Param, Verbatim, msg

Value: TypeAlias = str | int | bool | Decimal | date | time | tuple[str, ...] | Mapping[str, int]
"""A value read: codes as strings, several codes as a tuple, a partial date by its parts' keys."""

EARLIEST_YEAR, LATEST_YEAR = 1850, 2150
LONGEST_TEXT = 4000
SHORTEST_PHONE = 10_000
"""Numbers within a town have been this short; the library holds even two digits to be possible in Germany."""


def read(question: Question, raw: str) -> Value | Problem | None:
    """Return the value of an answer, what is wrong with it, or None for no answer where none is needed."""
    text = unicodedata.normalize("NFC", raw).strip()
    if not text:
        return missing(question) if question.required else None
    if question.several:
        return _several(question, text)
    if question.options and question.field.kind is not FieldKind.BOOL:
        return _chosen(question, text)
    reader = _READERS.get(question.field.kind, _text)
    return reader(question, text)


def missing(question: Question) -> Problem:
    """Return the problem of an answer that is needed and not there."""
    if question.options and not question.searched:
        return _problem("choose")
    if question.field.kind in {FieldKind.DATE, FieldKind.PARTIAL_DATE}:
        return _problem("missing-date")
    return _problem("missing")


def code_of(question: Question, text: str) -> str | None:
    """Return the code that an answer names: by itself, or by its label in any language."""
    wanted = text.strip()
    folded = wanted.casefold()
    for option in question.options:
        if option.code == wanted or folded in _labels(option.label):
            return option.code
    return None


@lru_cache(maxsize=8192)
def _folded(words: str) -> str:
    return words.casefold()


def _labels(label: object) -> tuple[str, ...]:
    if isinstance(label, Verbatim) and isinstance(label.words, str):
        return (_folded(label.words),)
    return tuple(_folded(words) for words in label.words.values()) if isinstance(label, Local) else ()


def _problem(kind: str, **params: Param) -> Problem:
    return Problem(msg(f"form.problem.{kind}.text"), Msg(f"form.problem.{kind}.remedy", params))


def _counted(kind: str, count: int) -> Problem:
    return Problem(msg(f"form.problem.{kind}.text"), msg(f"form.problem.{kind}.remedy", count))


# Choices


def _chosen(question: Question, text: str) -> Value | Problem:
    code = code_of(question, text)
    return _problem("not-in-list") if code is None else code


def _several(question: Question, text: str) -> Value | Problem | None:
    known = {option.code for option in question.options}
    codes = tuple(code for code in text.split("\n") if code in known)
    if len(codes) < question.least:
        return _counted("too-few", question.least)
    if question.most is not None and len(codes) > question.most:
        return _counted("too-many", question.most)
    return codes or None


def _bool(_question: Question, text: str) -> Value | Problem:
    return text == "true" if text in {"true", "false"} else _problem("choose")


# Text


def _text(question: Question, text: str) -> Value | Problem:
    limits = question.field.constraints
    if limits.only_digits:
        text = text.replace(" ", "")
    checked = _CHECKS[question.meaning](text, limits) if question.meaning in _CHECKS else text
    if isinstance(checked, Problem):
        return checked
    if not _is_latin(checked):
        return _problem("latin")
    length = _length(checked)
    if length > (limits.max_length or LONGEST_TEXT):
        return _counted("too-long", limits.max_length or LONGEST_TEXT)
    if limits.min_length and length < limits.min_length:
        return _counted("too-short", limits.min_length)
    if limits.pattern and not patterns.matches(limits.pattern, checked):
        return _problem("pattern")
    return checked


def _is_latin(text: str) -> bool:
    """Whether every letter is a Latin one: registers hold no others (DIN 91379, data type C)."""
    letters = (sign for sign in text if unicodedata.category(sign) in {"Lu", "Ll", "Lt", "Lo"})
    return all("LATIN" in unicodedata.name(sign, "") or sign in "ªº" for sign in letters)


def _length(text: str) -> int:
    """Characters as people count them: DIN 91379 has letters of more than one code point."""
    return sum(not unicodedata.combining(character) for character in text)


_IBAN = re.compile(r"DE[0-9]{20}|(?!DE)[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
"""The library looks at the checksum first; that one is only worth a word where the rest is right."""


def _iban(text: str, limits: Constraints) -> str | Problem:
    from stdnum import iban
    from stdnum.exceptions import InvalidChecksum, ValidationError

    try:
        compact: str = iban.validate(text)
    except InvalidChecksum:
        return _problem("iban-checksum" if _IBAN.fullmatch(iban.compact(text)) else "iban")
    except ValidationError:
        return _problem("iban")
    spaced: str = iban.format(compact)
    return spaced if limits.pattern and not patterns.matches(limits.pattern, compact) else compact


def _email(text: str, _limits: Constraints) -> str | Problem:
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return _problem("email" if "@" in text else "email-at")
    return text


def _phone(text: str, _limits: Constraints) -> str | Problem:
    import phonenumbers

    try:
        number = phonenumbers.parse(text, "DE")
    except phonenumbers.NumberParseException:
        return _problem("phone")
    complete = phonenumbers.is_possible_number(number) and (number.national_number or 0) >= SHORTEST_PHONE
    return text if complete else _problem("phone")


def _postcode(text: str, limits: Constraints) -> str | Problem:
    if limits.max_length not in {None, 5}:
        return text
    digits = text.replace(" ", "")
    if not re.fullmatch(r"[0-9]*", digits):
        return _problem("postcode")
    if len(digits) != 5:
        return _counted("postcode-digits", 5 - len(digits)) if len(digits) < 5 else _problem("postcode")
    return digits if digits[:2] != "00" else _problem("postcode")


_CHECKS: Mapping[Meaning | None, Callable[[str, Constraints], str | Problem]] = {
    Meaning.IBAN: _iban,
    Meaning.EMAIL: _email,
    Meaning.PHONE: _phone,
    Meaning.POSTCODE: _postcode,
}


# Numbers


def _integer(question: Question, text: str) -> Value | Problem:
    number = _number(text, whole=True)
    if isinstance(number, Problem):
        return number
    if number != number.to_integral_value():
        return _problem("whole-number")
    return _within(question.field.constraints, number) or int(number)


def _decimal(question: Question, text: str) -> Value | Problem:
    number = _number(text)
    return number if isinstance(number, Problem) else _within(question.field.constraints, number) or number


def _currency(question: Question, text: str) -> Value | Problem:
    number = _number(text.replace("€", "").strip())
    if isinstance(number, Problem):
        return number
    if number != round(number, 2):
        return _problem("cents")
    return _within(question.field.constraints, number) or number


def _number(text: str, *, whole: bool = False) -> Decimal | Problem:
    """Read German and English writing. `whole` numbers have no decimals, so a group of three is never one."""
    if not re.fullmatch(r"[+-]?[0-9.,]{1,20}", text) or not re.search(r"[0-9]", text):
        return _problem("number")
    found = {number for locale in ("de", "en") if (number := _parsed(text.lstrip("+"), locale)) is not None}
    if whole and len(found) > 1:
        found = {number for number in found if number == number.to_integral_value()}
    if len(found) > 1:
        return _problem("ambiguous-number")
    return found.pop() if found else _problem("number")


def _parsed(text: str, locale: str) -> Decimal | None:
    from babel.numbers import NumberFormatError, parse_decimal

    try:
        return parse_decimal(text, locale=locale, strict=True)
    except NumberFormatError:
        return None


def _within(limits: Constraints, number: Decimal) -> Problem | None:
    if limits.min_value is not None and number < limits.min_value:
        return _problem("too-small", least=limits.min_value)
    if limits.max_value is not None and number > limits.max_value:
        return _problem("too-large", most=limits.max_value)
    return None


# Dates and times

_DATE = re.compile(r"(\d{1,2})[./\- ]+(\d{1,2})[./\- ]+(\d+)\.?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{4})")
_WORDS = re.compile(r"(\d{1,2})\.?\s*([^\W\d_]+)\.?\s*(\d+)")
_MONTH_YEAR = re.compile(r"(\d{1,2})[./\- ]+(\d{4})")
_YEAR = re.compile(r"\d{4}")


def _date(_question: Question, text: str) -> Value | Problem:
    numbers = _day_month_year(text)
    if numbers is None:
        return _problem("date")
    if numbers[2] < 100:
        return _problem("short-year")
    found = _calendar(*numbers)
    return found if found else _problem("no-such-date")


def _partial_date(question: Question, text: str) -> Value | Problem:
    """Day, month and year; month and year; or the year alone, as the federal group of the three allows."""
    day, month, year = question.parts
    limits = question.field.constraints
    if _YEAR.fullmatch(text):
        return _within(limits, Decimal(text)) or {year: int(text)}
    match = _MONTH_YEAR.fullmatch(text)
    if match and 1 <= int(match[1]) <= 12:
        return _within(limits, Decimal(match[2])) or {month: int(match[1]), year: int(match[2])}
    found = _date(question, text)
    if not isinstance(found, date):
        return found
    return _within(limits, Decimal(found.year)) or {day: found.day, month: found.month, year: found.year}


def _day_month_year(text: str) -> tuple[int, int, int] | None:
    if match := _ISO.fullmatch(text):
        return int(match[3]), int(match[2]), int(match[1])
    if match := _DATE.fullmatch(text) or _DIGITS.fullmatch(text):
        return int(match[1]), int(match[2]), int(match[3][:6])
    match = _WORDS.fullmatch(text)
    month = _months().get(match[2].casefold()) if match else None
    return (int(match[1]), month, int(match[3][:6])) if match and month else None


@lru_cache
def _months() -> Mapping[str, int]:
    """The months' names, long and short, in German and English."""
    from babel.dates import get_month_names

    widths = [get_month_names(width, locale=locale) for locale in ("de", "en") for width in ("wide", "abbreviated")]
    return {name.rstrip(".").casefold(): number for names in widths for number, name in names.items()}


def _calendar(day: int, month: int, year: int) -> date | None:
    try:
        return date(year, month, day) if EARLIEST_YEAR <= year <= LATEST_YEAR else None
    except ValueError:
        return None


def _time(_question: Question, text: str) -> Value | Problem:
    match = re.fullmatch(r"(\d{1,2})(?:[:.h ]\s*(\d{2}))?\s*(?:uhr)?", text, re.I)
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 99)
    return time(hour, minute) if hour < 24 and minute < 60 else _problem("time")


def _datetime(question: Question, text: str) -> Value | Problem:
    parts = text.replace(",", " ").split(maxsplit=1)
    if len(parts) != 2:
        return _problem("datetime")
    day, clock = _date(question, parts[0]), _time(question, parts[1])
    if isinstance(day, Problem) or isinstance(clock, Problem):
        return day if isinstance(day, Problem) else clock
    return f"{day}T{clock}"


_READERS: Mapping[FieldKind, Callable[[Question, str], Value | Problem | None]] = {
    FieldKind.BOOL: _bool,
    FieldKind.DATE: _date,
    FieldKind.PARTIAL_DATE: _partial_date,
    FieldKind.TIME: _time,
    FieldKind.DATETIME: _datetime,
    FieldKind.INTEGER: _integer,
    FieldKind.DECIMAL: _decimal,
    FieldKind.CURRENCY: _currency,
}
