"""Whether a form can be walked: read, answered with sample values on every screen, and handed in as data."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kiosk.forms.application import FormApplication
from kiosk.forms.handover import data_of
from kiosk.forms.questions import code_list_of
from kiosk.forms.samples import sample_value
from kiosk.forms.schema import FieldKind, Form
from kiosk.forms.steps import CodeLists, FormStep, Question
from kiosk.forms.xdf3 import FormFault, read_file
from kiosk.place import Counter, FormSource, Place, Service, ServiceId, ServiceKind, SituationId
from kiosk.text import Verbatim

MOST_SCREENS = 2000
"""A walk that has not come to its end by then never will."""


def check_file(path: Path, code_lists: CodeLists | None = None) -> dict[str, Any]:
    """Return what there is to say about a schema: `file`, `name`, `fields`, `screens`, `walkable`, `notices`, `ms`.

    `ms` is the time of reading, walking and handing over. `code_lists` are the place's.
    """
    start = time.perf_counter()
    form = read_file(path)
    report: dict[str, Any] = {"file": str(path), "name": "", "fields": 0, "screens": 0, "walkable": False}
    if isinstance(form, FormFault):
        report["notices"] = [str(form)]
    else:
        walked, trouble = walk_with_samples(sample_application(form, code_lists or {}))
        report |= {
            "name": form.name,
            "fields": sum(1 for _ in form.fields()),
            "screens": len(walked.steps),
            "walkable": not trouble,
            "notices": [*form.notices, *_unresolved(form, code_lists or {}), *trouble],
        }
    report["ms"] = round((time.perf_counter() - start) * 1000, 1)
    return report


def sample_application(form: Form, code_lists: CodeLists, source: FormSource | None = None) -> FormApplication:
    """Return an application for a form that belongs to no service yet."""
    name = Verbatim(form.name)
    service = Service(
        ServiceId("check"),
        ServiceKind.FORM,
        SituationId("check"),
        title=name,
        summary=name,
        icon="document",
        costs=name,
        duration=name,
        responsible=name,
        form=source,
    )
    place = Place("check", name, name, (), (service,), Counter(name, name), code_lists=code_lists)
    return FormApplication(place, service, form)


def walk_with_samples(application: FormApplication) -> tuple[FormApplication, list[str]]:
    """Answer every screen, taking each optional group and each repeat once; and what stood in the way."""
    answered: set[str] = set()
    while (step := _next(application, answered)) is not None:
        if len(answered) > MOST_SCREENS:
            return application, [f"The walk has not ended after {MOST_SCREENS} screens."]
        answered.add(step.key)
        for question in step.questions:
            try:
                application = application.with_answer(question.path, sample_answer(question))
            except ValueError as error:
                return application, [f"{error}."]
    return application, _trouble(application)


def sample_answer(question: Question) -> str:
    """Return a sample answer; a group is taken once, not again."""
    again = question.gate and question.field.kind is FieldKind.BOOL and not question.path.endswith(("[1]?",))
    return "false" if again and question.path.endswith("]?") else sample_value(question)


def _next(application: FormApplication, answered: set[str]) -> FormStep | None:
    return next((step for step in application.steps if step.key not in answered), None)


def _trouble(application: FormApplication) -> list[str]:
    stuck = application.first_step_with_problems
    if stuck is not None:
        return [f"The screen {stuck.key} cannot be passed."]
    return [] if data_of(application) or application.documents else ["Nothing would be handed in."]


def _unresolved(form: Form, code_lists: Mapping[str, Any]) -> list[str]:
    """External code lists that the place does not have."""
    missing = {
        field.code_list.canonical: None
        for field in form.fields()
        if field.code_list and not field.codes and code_list_of(field, code_lists) is None
    }
    return [f"The code list {uri} is not in the profile, so it is asked as free text." for uri in missing]
