"""What a visit without a person does: a YAML file of answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from kiosk.forms.schema import Form

AUTO = "auto"
OTHERWISE = "*"
_KEYS = ("service", "card", "answers")
_ITEM = re.compile(r"\[\d+\]|[?#]$")


class ScriptFault(Exception):
    """A visit that cannot be walked as it was asked for; the text says in one line what is wrong."""


@dataclass(frozen=True, slots=True)
class Script:
    """`service` is an id of the profile; `card` says whether the eID card is used.

    `answers` maps an element id of the form (`F…`) or a whole path (`G….F…`, `G…[2].F…`) to an answer, the
    path being stronger; several options stand one a line. `auto` is a valid sample value, "" leaves a
    question unanswered. `otherwise` is for all that is not named.
    """

    service: str
    card: bool = False
    answers: Mapping[str, str] = field(default_factory=dict)
    otherwise: str = AUTO

    def answer_to(self, path: str, element: str) -> str:
        """Return what is answered to the question at `path`, which asks for `element`."""
        return self.answers.get(path, self.answers.get(element, self.otherwise))


def read_script(path: Path) -> Script:
    """Read a file of answers. Raises `ScriptFault`."""
    content = _content(path)
    if not isinstance(content, dict) or not isinstance(content.get("service"), str):
        raise ScriptFault(f"{path}: must have a line “service:” with the id of a service")
    unknown = [str(key) for key in content if key not in _KEYS]
    if unknown:
        raise ScriptFault(f"{path}: knows no “{unknown[0]}”, only {', '.join(_KEYS)}")
    card = content.get("card", "false")
    if card not in ("true", "false"):
        raise ScriptFault(f"{path}: “card” is true or false")
    return Script(content["service"], card == "true", *_answers(path, content.get("answers", AUTO)))


def check_answers(script: Script, form: Form, where: Path) -> None:
    """Raise `ScriptFault` if an answer is for nothing that the form asks."""
    known = {name for placed in form.placed() for name in (placed.key, placed.element.id)}
    for path in script.answers:
        elements = [_ITEM.sub("", part) for part in path.split(".")]
        strange = next((element for element in elements if element and element not in known), None)
        if strange is not None:
            raise ScriptFault(f"{where}: the form {form.id} has no element “{strange}” (answer “{path}”)")


def _content(path: Path) -> Any:
    try:
        # Every scalar is words, as a visitor types them: no 01234 that is octal, no "no" that is false.
        return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - makes only words
    except OSError as error:
        raise ScriptFault(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ScriptFault(f"{path}: is not UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ScriptFault(f"{path}{f', line {mark.line + 1}' if mark else ''}: is not YAML") from None


def _answers(path: Path, answers: Any) -> tuple[Mapping[str, str], str]:
    if answers == AUTO:
        return {}, AUTO
    if not isinstance(answers, dict):
        raise ScriptFault(f"{path}: “answers” is “auto”, or has a line for each element id")
    named = {str(key): _words(path, str(key), value) for key, value in answers.items()}
    return named, named.pop(OTHERWISE, AUTO)


def _words(path: Path, key: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "\n".join(value)
    raise ScriptFault(f"{path}: the answer “{key}” is neither words nor a list of options")
