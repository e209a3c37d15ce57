"""The answers in words: for the review page, and for what was entered of several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from kiosk.forms.application import FormApplication
from kiosk.forms.meaning import ADDRESS, PERSON, Meaning
from kiosk.forms.schema import FieldKind
from kiosk.forms.steps import FormStep, Question, StepKind, is_within
from kiosk.forms.validation import code_of, read
from kiosk.privacy import Private
from kiosk.text import Language, Text, Verbatim, msg, translator

_ARABIC = Language("ar")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the review: what it is called, what was answered, and the step that asks for it."""

    path: str
    label: Text
    value: Text
    step: str
    from_card: bool


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one topic; `about` is the first thing in it that is recognised, for its icon."""

    key: str
    title: Text
    rows: tuple[Row, ...]
    about: Meaning | None


@dataclass(frozen=True, slots=True)
class ItemSummary:
    """One of several: what was answered, and its first step."""

    value: Text
    first_step: str


def sections(application: FormApplication, language: Language) -> tuple[Section, ...]:
    """Return all answers by topic, in the visitor's language. Values are `Private`."""
    found: dict[str, Section] = {}
    for step in application.steps:
        rows = tuple(
            _gate_rows(application, step, language)
            if step.kind is StepKind.GATE
            else _rows(application, step, language)
        )
        if not rows:
            continue
        key, title = step.section
        before = found.get(key, Section(key, title, (), None))
        first = next((question.meaning for question in step.questions if question.meaning), None)
        found[key] = Section(key, title, (*before.rows, *rows), before.about or first)
    return tuple(found.values())


def item_summary(application: FormApplication, item: str, language: Language) -> ItemSummary | None:
    """Return what was answered for one of several; None if it is not there."""
    steps = [step for step in application.steps if step.kind is not StepKind.GATE and is_within(step.key, item)]
    if not steps:
        return None
    say = translator(language).say
    words = [row.value for step in steps for row in _rows(application, step, language, empty="")]
    value = _private(_comma(language).join(filter(None, map(say, words))), language)
    return ItemSummary(value, steps[0].key)


def in_words(question: Question, raw: str, language: Language) -> str:
    """Return an answer as it is shown: labels for codes, long dates, otherwise what was typed."""
    say = translator(language).say
    if question.options:
        wanted = raw.split("\n") if question.several else [code_of(question, raw) or ""]
        labels = [say(option.label) for option in question.options if option.code in wanted]
        return _comma(language).join(labels) or raw
    if question.field.kind in {FieldKind.DATE, FieldKind.PARTIAL_DATE} and raw:
        found = _date(question, raw)
        return say(msg("form.value", value=found)) if found else raw.strip()
    return raw.strip()


def _date(question: Question, raw: str) -> date | None:
    value = read(question, raw)
    if isinstance(value, date):
        return value
    if isinstance(value, dict) and len(value) == 3:
        day, month, year = (value[part] for part in question.parts)
        return date(year, month, day)
    return None


def _private(words: str, language: Language) -> Text:
    """Also that nothing was answered is the visitor's own business."""
    return Verbatim(Private(words or translator(language).say(msg("form.no-answer"))), language)


def _gate_rows(application: FormApplication, step: FormStep, language: Language) -> Iterator[Row]:
    """A group left out, so that it can still be filled in; and which one of a choice."""
    for question in step.questions:
        answer = application.raw(question).reveal()
        if question.field.kind is FieldKind.SELECT:
            words = in_words(question, answer, language) if answer else ""
        elif answer != "true":
            words = translator(language).say(msg("form.no-more")) if step.earlier else ""
        else:
            continue
        # A whole topic that was left out has its name in the heading already.
        label = msg("form.gate.row") if question.review == step.section[1] else question.review
        yield Row(question.path, label, _private(words, language), step.key, False)


def _rows(application: FormApplication, step: FormStep, language: Language, empty: str | None = None) -> Iterator[Row]:
    """The answers of a step. Names stand together, and so does an address. `empty` is said for no answer."""
    done: set[str] = set()
    for question in step.questions:
        if question.path in done:
            continue
        together = _together(step, question)
        done |= {each.path for each in together}
        filled = [each for each in together if application.raw(each)]
        if len(together) == 1:
            words, label = in_words(question, application.raw(question).reveal(), language), question.review
        else:
            words, label = _joined(application, filled, language), step.name or _common_label(together)
        from_card = bool(filled) and all(each.path in application.from_card for each in filled)
        value = _private(words, language) if words or empty is None else Verbatim(Private(empty), language)
        yield Row(question.path, label, value, step.key, from_card)


def _together(step: FormStep, question: Question) -> list[Question]:
    """The questions of a screen whose answers one writes in one line: a name with the birthday, an address."""
    for kind in (PERSON | {Meaning.BIRTH_DATE}, ADDRESS):
        if question.meaning in kind:
            around = question.path.rpartition(".")[0]
            alike = [each for each in step.questions if each.meaning in kind and each.path.rpartition(".")[0] == around]
            distinct = len({each.meaning for each in alike}) == len(alike)
            return alike if distinct and {each.meaning for each in alike} & (PERSON | ADDRESS) else [question]
    return [question]


def _common_label(questions: Iterable[Question]) -> Text:
    meanings = {question.meaning for question in questions}
    if not meanings & PERSON:
        return msg("form.address")
    return msg("form.name-and-birth-date") if Meaning.BIRTH_DATE in meanings else msg("form.name")


_ORDER = (Meaning.DOCTORAL_DEGREE, Meaning.GIVEN_NAMES, Meaning.FAMILY_NAME)


def _joined(application: FormApplication, questions: Iterable[Question], language: Language) -> str:
    """A name or an address as one writes it."""
    words = {each.meaning: in_words(each, application.raw(each).reveal(), language) for each in questions}
    if words.keys() & (PERSON | {Meaning.BIRTH_DATE}):
        name = _spaced(words.get(meaning, "") for meaning in _ORDER)
        return _comma(language).join(part for part in (name, words.get(Meaning.BIRTH_DATE, "")) if part)
    number = words.get(Meaning.HOUSE_NUMBER, "")
    street = _spaced([words.get(Meaning.STREET, "") or words.get(Meaning.STREET_NAME, ""), number])
    town = _spaced([words.get(Meaning.POSTCODE, ""), words.get(Meaning.CITY, "")])
    return ", ".join(part for part in (street, town) if part)


def _comma(language: Language) -> str:
    """Return what stands between the members of a list, as the language writes it."""
    return "، " if language == _ARABIC else ", "


def _spaced(words: Iterable[str]) -> str:
    return " ".join(word for word in words if word)
