"""From an eID card to the answers of a form.

The profile says which path takes which attribute (`FormSource.prefill`). Without an entry the person is found by
the federal building blocks: the first group with given names and family name that is not about somebody else; the
address is the first one within that group or, where the group stands at the top, after it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from kiosk.forms.application import FormApplication
from kiosk.forms.meaning import ADDRESS, Meaning
from kiosk.forms.schema import FieldKind, Form, Group
from kiosk.forms.steps import Question
from kiosk.forms.validation import code_of
from kiosk.identity import Identity

_SOMEBODY_ELSE = re.compile(
    r"vertret|bevollmächtig|kind|schwanger|ehe|partner|arbeitgeb|vorstand|mitarbeit|beteiligt|wohnungsgeb|vermiet|"
    r"ansprech|angestellt|ärzt|\bneue?|mit Ihnen|sucht|betreu",
    re.I,
)
_STREET = re.compile(r"(?P<name>.*\D)[\s,]+(?P<number>\d+\s?[a-zA-Z]?(?:\s?[-/]\s?\d+\s?[a-zA-Z]?)?)")
_GERMAN = "D"


def from_identity(application: FormApplication, identity: Identity) -> Mapping[str, str]:
    """Return the raw answers that a card gives, by path; what the card is silent about is left out."""
    found: dict[str, str] = {}
    for question, meaning in targets(application):
        words = _words(question, meaning, identity)
        if words:
            found[question.path] = words
    return found


def targets(application: FormApplication) -> list[tuple[Question, str]]:
    """Return the questions about the visitor, each with what it asks for (a word of `Meaning`)."""
    questions = [question for step in application.steps for question in step.questions if not question.gate]
    source = application.service.form
    if source and source.prefill:
        by_ids = {".".join(question.ids): question for question in reversed(questions)}
        return [(by_ids[path], name) for path, name in source.prefill.items() if path in by_ids]
    return _recognised(questions, application.form)


def _recognised(questions: list[Question], form: Form) -> list[tuple[Question, str]]:
    groups = {placed.element.id: placed.element for placed in form.placed() if isinstance(placed.element, Group)}
    home = _home(questions, groups)
    if home is None:
        return []
    person = [question for question in questions if question.ids[: len(home)] == home and "[" not in question.path]
    own = {meaning: question for question in reversed(person) if (meaning := question.meaning)}
    found = [(question, str(meaning)) for meaning, question in own.items() if meaning not in ADDRESS]
    around = person if len(home) > 1 or any(each.meaning in ADDRESS for each in person) else questions
    return found + _address(around, groups)


def _home(questions: list[Question], groups: Mapping[str, Group]) -> tuple[str, ...] | None:
    """The ids of the group that asks for the visitor's own name."""
    with_family = {question.ids[:-1] for question in questions if question.meaning is Meaning.FAMILY_NAME}
    for question in questions:
        above = question.ids[:-1]
        if question.meaning is Meaning.GIVEN_NAMES and above in with_family and not _is_about_others(above, groups):
            return above
    return None


def _address(questions: list[Question], groups: Mapping[str, Group]) -> list[tuple[Question, str]]:
    first: tuple[str, ...] | None = None
    found: list[tuple[Question, str]] = []
    for question in questions:
        above = question.ids[:-1]
        if question.meaning not in ADDRESS or "[" in question.path or _is_about_others(above, groups):
            continue
        first = first if first is not None else above
        if above == first:
            found.append((question, str(question.meaning)))
    return found


def _is_about_others(ids: tuple[str, ...], groups: Mapping[str, Group]) -> bool:
    return any(_SOMEBODY_ELSE.search(f"{groups[each].label} {groups[each].name}") for each in ids if each in groups)


def _words(question: Question, meaning: str, identity: Identity) -> str:
    """What the card says, as it would be typed."""
    if meaning == Meaning.NATIONALITY:
        return _nationality(question, identity.nationality)
    street = _STREET.fullmatch(identity.address.street.strip())
    birth = identity.birth_date
    words = {
        Meaning.GIVEN_NAMES: identity.given_names,
        Meaning.FAMILY_NAME: identity.family_name,
        Meaning.BIRTH_NAME: identity.birth_name,
        Meaning.DOCTORAL_DEGREE: identity.doctoral_degree,
        Meaning.BIRTH_DATE: f"{birth:%d.%m.}{birth.year:04}" if birth else "",
        Meaning.BIRTH_PLACE: identity.birth_place,
        Meaning.STREET: identity.address.street,
        Meaning.STREET_NAME: street["name"].strip(" ,") if street else identity.address.street,
        Meaning.HOUSE_NUMBER: street["number"] if street else "",
        Meaning.POSTCODE: identity.address.postcode,
        Meaning.CITY: identity.address.city,
    }
    return next((found for name, found in words.items() if name == meaning), "")


def _nationality(question: Question, nationality: str) -> str:
    """The card says "D" for German; other letters are not codes of the federal lists and are left to the visitor."""
    if nationality != _GERMAN:
        return ""
    if question.field.kind is not FieldKind.SELECT:
        return "deutsch"
    return code_of(question, "deutsch") or code_of(question, "Deutschland") or ("" if question.options else "deutsch")
