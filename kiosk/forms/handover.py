"""From answers to what is handed in: JSON nested by element id, as FIM's JSON schemas describe it.

Groups are objects, what may repeat is an array, dates and times are ISO 8601, numbers are numbers (a decimal that a
double cannot hold exactly is a string), options are their codes. What was left empty is absent; files come later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any

from kiosk.effects import Application
from kiosk.forms.application import FormApplication
from kiosk.forms.steps import Told
from kiosk.parts import Problem
from kiosk.privacy import Private
from kiosk.text import GERMAN, translator

_SEGMENT = re.compile(r"(?P<key>[^.\[\]]+)(?:\[(?P<index>\d+)\])?")


def application_of(application: FormApplication) -> Application:
    """Return what is handed in. `ValueError` if the service has no destination or an answer has a problem."""
    destination = application.service.destination
    if destination is None:
        raise ValueError(f"service {application.service.id} has no destination")
    return Application(
        service_name=translator(GERMAN).say(application.service.title),
        destination=destination,
        schema_uri=application.form.schema_uri,
        data=Private(data_of(application)),
    )


def data_of(application: FormApplication) -> dict[str, Any]:
    """Return the answers as JSON data. `ValueError` (naming the element, not the answer) if one has a problem."""
    data: dict[str, Any] = {}
    for path, value in _values(application):
        _put(data, path, value)
    whole: dict[str, Any] = _without_gaps(data)
    return whole


def _values(application: FormApplication) -> Iterator[tuple[str, Any]]:
    for step in application.all_steps:
        for item in step.items:
            if isinstance(item, Told) and item.locked:
                yield item.path, item.locked
        for question in step.questions:
            value = None if question.gate else application.value(question)
            if isinstance(value, Problem):
                raise ValueError(f"the answer to {question.field.id} cannot be handed in")
            if value is not None:
                plain = _plain(value)
                boxed = question.array and not isinstance(value, tuple) and not question.path.endswith("]")
                yield question.path, [plain] if boxed else plain


def _plain(value: Any) -> Any:
    """A value in JSON's terms."""
    match value:
        case bool() | int() | str():
            return value
        case date() | time():
            return value.isoformat()
        case Decimal():
            if value == value.to_integral_value():
                return int(value)
            return float(value) if Decimal(repr(float(value))) == value else str(value)
        case tuple():
            return list(value)
    return dict(value)


def _put(data: dict[str, Any], path: str, value: Any) -> None:
    """Store a value at a path, making the objects and arrays on the way."""
    inside: Any = data
    segments = [(match["key"], match["index"]) for match in _SEGMENT.finditer(path)]
    for depth, (key, index) in enumerate(segments):
        last = depth == len(segments) - 1
        if index is None:
            if last:
                inside[key] = value
            else:
                inside = inside.setdefault(key, {})
            continue
        items = inside.setdefault(key, {})
        if last:
            items[int(index)] = value
        else:
            inside = items.setdefault(int(index), {})


def _without_gaps(data: Any) -> Any:
    """Turn objects keyed by numbers into arrays."""
    if not isinstance(data, dict):
        return data
    if data and all(isinstance(key, int) for key in data):
        return [_without_gaps(data[key]) for key in sorted(data)]
    return {key: _without_gaps(value) for key, value in data.items()}
