"""What a form was told about the visitor, and which questions of another form it answers (WCAG 2.2, 3.3.7)."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.forms.application import FormApplication
from kiosk.forms.prefill import targets
from kiosk.forms.schema import FieldKind
from kiosk.forms.steps import Question


def told_in(application: FormApplication) -> Mapping[str, str]:
    """Return what was answered about the visitor, by meaning; what is wrong or this form's own code is left out."""
    found = {meaning: (question, application.raw(question).reveal()) for question, meaning in targets(application)}
    return {
        meaning: raw
        for meaning, (question, raw) in found.items()
        if raw and question.field.kind is not FieldKind.SELECT and application.problem(question) is None
    }


def fitting(application: FormApplication, told: Mapping[str, str]) -> list[tuple[Question, str]]:
    """Return the questions that are answered by what was told, with the answers, in the form's order."""
    meanings = {question.path: meaning for question, meaning in targets(application)}
    return [
        (question, told[meanings[question.path]])
        for step in application.steps
        for question in step.questions
        if meanings.get(question.path) in told
        and question.field.kind is not FieldKind.SELECT
        and not application.raw(question)
    ]
