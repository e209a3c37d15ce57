from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from kiosk.forms.check import check_file, sample_application, walk_with_samples
from kiosk.forms.samples import sample_value
from kiosk.forms.schema import Group
from kiosk.forms.validation import read
from kiosk.parts import Problem
from kiosk.place import FormSource
from kiosk.text import ENGLISH, GERMAN, Language, Local, translator
from tests.unit.forms.schema_files import REAL_NUMBERS, SHIPPED, application, field, form_of, group, real, schema

SHIPPED_FORMS = sorted(SHIPPED.glob("*.xdf.xml"))


@pytest.mark.parametrize("number", REAL_NUMBERS)
def test_every_real_schema_can_be_walked_to_a_valid_submission(number: str) -> None:
    report = check_file(real(number))
    assert report["walkable"], report["notices"]
    assert report["fields"] >= 14
    assert report["screens"] >= 4
    assert all("code list" in notice for notice in report["notices"])


def test_there_are_three_forms_of_our_own() -> None:
    assert [path.name for path in SHIPPED_FORMS] == [
        "hund-anmelden.xdf.xml",
        "meldebescheinigung.xdf.xml",
        "wohnung-anmelden.xdf.xml",
    ]


@pytest.mark.parametrize("path", SHIPPED_FORMS, ids=lambda path: path.name)
def test_our_own_forms_can_be_walked_without_a_notice(path: Path) -> None:
    report = check_file(path)
    assert report["walkable"]
    assert report["notices"] == []
    assert json.dumps(report)


@pytest.mark.parametrize("path", SHIPPED_FORMS, ids=lambda path: path.name)
def test_our_own_forms_are_whole_in_english_and_name_nothing_unknown(path: Path) -> None:
    form = form_of(path)
    tree = yaml.safe_load(path.with_name(path.name.replace(".xdf.xml", ".texts.yaml")).read_text(encoding="utf-8"))
    hints = tree.pop("hints")
    known = {placed.element.id: placed.element for placed in form.placed()}
    assert not [key for key in (*tree, *hints) if key.split("#")[0] not in known]
    local = {key: Local({Language(tag): words for tag, words in each.items()}) for key, each in tree.items()}
    helped = {key: Local({Language(tag): words for tag, words in each.items()}) for key, each in hints.items()}
    walked, _ = walk_with_samples(sample_application(form, {}, FormSource(path, texts=local, hints=helped)))
    english = translator(ENGLISH)
    for step in walked.steps:
        for question in step.questions:
            for text in (question.label, question.review, question.hint, step.title, step.lead):
                if text is not None:
                    assert english.language_of(text) == ENGLISH, english.say(text)
            if not question.searched:
                assert all(english.language_of(option.label) == ENGLISH for option in question.options)
    for element in known.values():
        optional_group = isinstance(element, Group) and f"{element.id}#ask" in tree
        if optional_group:
            assert translator(GERMAN).say(local[f"{element.id}#ask"]).endswith("?")


def test_a_broken_file_has_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.xdf.xml"
    path.write_bytes(b"<a>\n<b></a>")
    report = check_file(path)
    assert report["walkable"] is False
    assert report["notices"] == ["line 2: This is not well-formed XML (mismatched tag)."]
    assert report["file"] == str(path)


def test_a_form_that_nobody_can_fill_in_is_not_walkable(tmp_path: Path) -> None:
    path = tmp_path / "impossible.xdf.xml"
    path.write_bytes(schema(field("F00000000001", "Zahl", "num_int", minValue="5", maxValue="3")))
    report = check_file(path)
    assert report["walkable"] is False
    assert "F00000000001" in report["notices"][0]


@pytest.mark.parametrize(
    "pattern",
    [
        "[0-9]{15}",
        r"[A-Z]{2}-\d{4,6}",
        r"(DE|AT)[0-9]{3}",
        "[^a-z]{3}",
        r"\w+@\w+\.de",
        "a.c",
        r"[A-ZÄÖÜ][a-zäöü]{2,}( [A-Z]+)?",
        r"\p{L}{4}",
    ],
)
def test_samples_follow_a_pattern(pattern: str) -> None:
    question = application(field("F00000000001", "Kennung", pattern=pattern)).steps[0].questions[0]
    assert not isinstance(read(question, sample_value(question)), Problem)


@pytest.mark.parametrize(
    "limits",
    [
        {"minLength": "40"},
        {"maxLength": "1"},
        {"minLength": "3", "maxLength": "3"},
        {"minValue": "0.1"},
        {"maxValue": "-5"},
        {"minValue": "7", "maxValue": "7"},
    ],
)
def test_samples_keep_to_lengths_and_values(limits: dict[str, Any]) -> None:
    kind = "num" if "Value" in "".join(limits) else "text"
    question = application(field("F00000000001", "Angabe", kind, **limits)).steps[0].questions[0]
    if limits == {"maxValue": "-5"}:
        assert sample_value(question) == "-5"
    assert not isinstance(read(question, sample_value(question)), Problem)


def test_a_walk_takes_each_optional_group_and_each_repeat_once() -> None:
    walked, trouble = walk_with_samples(
        application(
            group(
                "G00000000001",
                "Kind",
                field("F00000000001"),
                group("G00000000002", "Kurs", field("F00000000002"), occurs="1:*"),
                occurs="0:*",
            )
        )
    )
    assert not trouble
    from kiosk.forms.handover import data_of

    data = data_of(walked)
    assert len(data["G00000000001"]) == 1
    assert len(data["G00000000001"][0]["G00000000002"]) == 1
