from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.forms.meaning import Meaning
from kiosk.forms.schema import Field, FieldKind
from kiosk.forms.steps import Question
from kiosk.forms.validation import Value, read
from kiosk.parts import Problem
from kiosk.privacy import Private
from kiosk.text import ENGLISH, GERMAN, Msg, translator
from tests.unit.forms.schema_files import application, field, group


def asked(label: str = "Feld", kind: str = "text", occurs: str = "1:1", **keys: Any) -> Question:
    (step,) = application(field("F00000000001", label, kind, occurs, **keys)).steps
    return step.questions[0]


def problem(question: Question, raw: str) -> str:
    """The kind of problem; both texts have to exist in both languages and must not repeat the answer."""
    found = read(question, raw)
    assert isinstance(found, Problem), found
    assert isinstance(found.text, Msg)
    for language in (GERMAN, ENGLISH):
        words = translator(language).say(found.text) + translator(language).say(found.remedy)
        assert not raw or len(raw) < 4 or raw not in words
    return found.text.key.removeprefix("form.problem.").removesuffix(".text")


def value(question: Question, raw: str) -> Value | None:
    found = read(question, raw)
    assert not isinstance(found, Problem), found
    return found


# What is needed


def test_a_needed_answer_is_missed_and_another_is_not() -> None:
    assert problem(asked(), "  ") == "missing"
    assert value(asked(occurs="0:1"), "  ") is None
    assert problem(asked(kind="bool"), "") == "choose"
    assert problem(asked(kind="date"), "") == "missing-date"


# Names and texts


@pytest.mark.parametrize(
    "name",
    [
        "Müller-Lüdenscheidt",
        "Đặng Thị Ngọc",
        "Žđanė Ĳsbrand",
        "D’Angelo",
        "Çelik",
        "Ngũgĩ wa Thiong’o",
        "M̂anuel",
        "ẞ",
        "Łőřąńşț",
    ],
)
def test_names_keep_every_character(name: str) -> None:
    question = asked("Familienname", minLength="1", maxLength="120")
    assert question.meaning is Meaning.FAMILY_NAME
    assert value(question, f" {name} ") == name


def test_letters_of_several_code_points_count_once() -> None:
    assert value(asked(maxLength="2"), "M̂ö") == "M̂ö"


def test_lengths_and_patterns_are_checked() -> None:
    assert problem(asked(maxLength="3"), "abcd") == "too-long"
    assert problem(asked(minLength="3"), "ab") == "too-short"
    assert problem(asked(pattern="[A-Z]{2}"), "ab") == "pattern"
    assert value(asked(pattern="[A-Z]{2}"), "AB") == "AB"


def test_spaces_between_digits_do_not_matter_where_only_digits_fit() -> None:
    chip = asked("Chipnummer", pattern="[0-9]{15}", minLength="15", maxLength="15")
    assert value(chip, "276 098 100 123 456") == "276098100123456"
    assert problem(chip, "27609810012345") == "too-short"


# What libraries check


def test_an_iban_is_checked_and_compacted() -> None:
    iban = asked("IBAN", minLength="15", maxLength="34")
    assert value(iban, "de02 1203 0000 0000 2020 51") == "DE02120300000000202051"
    assert problem(iban, "DE02120300000000202052") == "iban-checksum"
    assert problem(iban, "Sparkasse") == "iban"


def test_an_email_address_is_checked() -> None:
    email = asked("E-Mail-Adresse", minLength="6", maxLength="254")
    assert value(email, "jana@example.org") == "jana@example.org"
    assert value(email, "jürgen@müller.de") == "jürgen@müller.de"
    assert problem(email, "jana.example.org") == "email-at"
    assert problem(email, "jana@") == "email"


@pytest.mark.parametrize("number", ["030 12345678", "+49 151 23456789", "0041 44 668 18 00", "(030) 1234-5678"])
def test_phone_numbers_in_any_writing_are_taken_as_written(number: str) -> None:
    assert value(asked("Telefonnummer"), number) == number


def test_what_is_no_phone_number_is_not_taken() -> None:
    assert problem(asked("Mobilfunknummer"), "12") == "phone"
    assert problem(asked("Telefonnummer"), "nachmittags") == "phone"


@pytest.mark.en301549("11.3.3.3")
def test_a_postcode_says_how_many_digits_are_missing() -> None:
    postcode = asked("Postleitzahl", maxLength="5")
    assert value(postcode, "12 345") == "12345"
    assert problem(postcode, "123") == "postcode-digits"
    remedy = read(postcode, "123")
    assert isinstance(remedy, Problem)
    assert translator(GERMAN).say(remedy.remedy) == "Es fehlen noch 2 Ziffern."
    assert problem(postcode, "00345") == "postcode"
    assert problem(postcode, "1234a") == "postcode"
    assert problem(postcode, "123456") == "postcode"


def test_a_foreign_postcode_is_not_held_to_be_german() -> None:
    foreign = asked("Postleitzahl (Ausland)", maxLength="15")
    assert foreign.meaning is None
    assert value(foreign, "SW1A 1AA") == "SW1A 1AA"


# Numbers


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("1,5", "1.5"),
        ("1.5", "1.5"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1234", "1234"),
        ("-3,2", "-3.2"),
        ("+7", "7"),
    ],
)
def test_decimals_are_read_in_german_and_english(raw: str, number: str) -> None:
    assert value(asked(kind="num"), raw) == Decimal(number)


@pytest.mark.parametrize("raw", ["1.234", "1,234", "12.345"])
def test_a_number_that_can_be_read_in_two_ways_is_asked_again(raw: str) -> None:
    assert problem(asked(kind="num"), raw) == "ambiguous-number"


@pytest.mark.parametrize("raw", ["zwölf", "1e5", "NaN", "Infinity", "1.2.3,4,5", "--1", "٣", ".", "1 000 €"])
def test_what_is_no_number_is_not_taken(raw: str) -> None:
    assert problem(asked(kind="num"), raw) == "number"


def test_whole_numbers() -> None:
    whole = asked(kind="num_int", minValue="1", maxValue="5000")
    assert value(whole, "1.234") == 1234
    assert value(whole, "12") == 12
    assert problem(whole, "1,5") == "whole-number"
    assert problem(whole, "0") == "too-small"
    assert problem(whole, "5001") == "too-large"


def test_amounts_have_two_decimals() -> None:
    amount = asked(kind="num_currency")
    assert value(amount, "12,50 €") == Decimal("12.50")
    assert problem(amount, "12,5555") == "cents"


# Days and times


@pytest.mark.parametrize(
    "raw",
    [
        "12.04.1988",
        "12.4.1988",
        "12/04/1988",
        "12-4-1988",
        "1988-04-12",
        "12041988",
        "12 04 1988",
        "12. April 1988",
        "12 apr 1988",
    ],
)
def test_days_are_read_in_many_writings(raw: str) -> None:
    assert value(asked(kind="date"), raw) == date(1988, 4, 12)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("31.02.2020", "no-such-date"),
        ("29.02.2023", "no-such-date"),
        ("12.13.1988", "no-such-date"),
        ("01.01.3000", "no-such-date"),
        ("12.04.88", "short-year"),
        ("April 1988", "date"),
        ("gestern", "date"),
        ("1.1.999999999999", "no-such-date"),
    ],
)
def test_what_is_no_day_says_why(raw: str, kind: str) -> None:
    assert problem(asked(kind="date"), raw) == kind


def test_times() -> None:
    assert value(asked(kind="time"), "14:30") == time(14, 30)
    assert value(asked(kind="time"), "8 Uhr") == time(8)
    assert problem(asked(kind="time"), "25:00") == "time"
    assert value(asked(kind="datetime"), "12.04.2026 14:30") == "2026-04-12T14:30:00"
    assert problem(asked(kind="datetime"), "13.04.2026") == "datetime"


def partial_date() -> Question:
    parts = (
        field("F60000000231", "Tag", "num_int", "0:1", minValue="1", maxValue="31"),
        field("F60000000232", "Monat", "num_int", "0:1", minValue="1", maxValue="12"),
        field("F60000000233", "Jahr", "num_int", minValue="1850", maxValue="2080"),
    )
    (step,) = application(group("G00000000001", "Person", group("G60000000083", "Geburtsdatum", *parts))).steps
    return step.questions[0]


def test_day_month_and_year_are_one_question_of_which_day_and_month_may_be_unknown() -> None:
    question = partial_date()
    assert question.field.kind is FieldKind.PARTIAL_DATE
    assert question.meaning is Meaning.BIRTH_DATE
    assert value(question, "12.04.1988") == {"F60000000231": 12, "F60000000232": 4, "F60000000233": 1988}
    assert value(question, "4.1988") == {"F60000000232": 4, "F60000000233": 1988}
    assert value(question, "1988") == {"F60000000233": 1988}
    assert problem(question, "31.11.1968") == "no-such-date"
    assert problem(question, "1700") == "too-small"


# Choices


def test_options_are_taken_by_code_or_by_their_words() -> None:
    question = asked(art="select", codes={"001": "Hündin", "002": "Rüde"})
    assert value(question, "002") == "002"
    assert value(question, " hündin ") == "001"
    assert problem(question, "Katze") == "not-in-list"


def test_several_options_are_counted() -> None:
    question = asked(art="select", codes={"1": "A", "2": "B", "3": "C"}, occurs="1:2")
    assert question.several
    assert value(question, "1\n3") == ("1", "3")
    assert problem(question, "") == "choose"
    assert problem(question, "1\n2\n3") == "too-many"


def test_yes_and_no() -> None:
    assert value(asked(kind="bool"), "true") is True
    assert value(asked(kind="bool"), "false") is False
    assert problem(asked(kind="bool"), "vielleicht") == "choose"


KINDS = ["text", "date", "time", "datetime", "bool", "num", "num_int", "num_currency"]
LABELS = ["Feld", "IBAN", "E-Mail", "Telefon", "Postleitzahl", "Familienname"]


@given(st.sampled_from(KINDS), st.sampled_from(LABELS), st.text(max_size=60) | st.from_regex(r"[0-9.,:/ -]{0,12}"))
def test_nothing_that_is_typed_makes_it_raise(kind: str, label: str, raw: str) -> None:
    read(asked(label, kind), raw)


@given(st.dates(date(1850, 1, 1), date(2150, 12, 31)))
def test_every_day_written_in_german_is_read_back(day: date) -> None:
    assert value(asked(kind="date"), f"{day.day}.{day.month}.{day.year}") == day


@given(st.decimals(-10_000_000, 10_000_000, places=2))
def test_every_amount_written_with_two_decimals_is_read_back(number: Decimal) -> None:
    assert value(asked(kind="num"), f"{number:.2f}".replace(".", ",")) == number
    assert value(asked(kind="num"), f"{number:,.2f}") == number


def test_an_answer_is_not_in_the_text_form_of_its_question() -> None:
    assert "geheim" not in repr(Private("geheim")) + repr(asked()) + repr(Field("F", FieldKind.TEXT, "x"))
