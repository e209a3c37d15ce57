from __future__ import annotations

import json
import pickle
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.forms.application import FormApplication
from kiosk.forms.check import sample_answer, sample_application, walk_with_samples
from kiosk.forms.handover import data_of
from kiosk.forms.steps import Question
from kiosk.identity import Address, Identity
from kiosk.place import Destination, FormSource
from kiosk.text import GERMAN, translator
from tests.unit.forms.schema_files import SHIPPED, application, field, form_of, group, real

IDENTITY = Identity(
    "Jana Marie",
    "Beispiel",
    "Muster",
    "Dr.",
    date(1988, 4, 12),
    "Hagen",
    "D",
    Address("Lindenweg 12 a", "12345", "Musterstadt", "D"),
)


def filled_in(path: str, source: FormSource | None = None) -> FormApplication:
    form = form_of(SHIPPED / path)
    walked, trouble = walk_with_samples(sample_application(form, {}, source))
    assert not trouble
    return walked


def by_path(filled: FormApplication) -> dict[str, Question]:
    return {question.path: question for step in filled.steps for question in step.questions}


# Answers


def test_an_answer_is_kept_as_typed_and_nothing_else_changes() -> None:
    before = application(field("F00000000001"), field("F00000000002"))
    after = before.with_answer("F00000000001", "  zwei  Wörter ")
    assert after.raw(by_path(after)["F00000000001"]).reveal() == "  zwei  Wörter "
    assert not before.answers
    assert after.steps is not None
    assert after.all_steps is before.all_steps


def test_the_schema_s_default_is_there_until_something_is_typed() -> None:
    filled = application(field("F00000000001", content="vorgegeben"))
    question = by_path(filled)["F00000000001"]
    assert filled.raw(question).reveal() == "vorgegeben"
    assert filled.with_answer("F00000000001", "").raw(question).reveal() == ""


def test_touching_an_option_chooses_it_and_again_only_takes_it_back_where_it_is_not_needed() -> None:
    codes = {"1": "A", "2": "B"}
    needed, free = (
        field("F00000000001", art="select", codes=codes),
        field("F00000000002", occurs="0:1", art="select", codes=codes),
    )
    filled = application(needed, free)
    for path in ("F00000000001", "F00000000002"):
        filled = filled.with_option(path, "2").with_option(path, "2")
    assert [filled.answers[path].reveal() for path in ("F00000000001", "F00000000002")] == ["2", ""]


def test_several_options_toggle_in_the_order_of_the_schema() -> None:
    filled = application(field("F00000000001", art="select", occurs="1:3", codes={"1": "A", "2": "B", "3": "C"}))
    filled = filled.with_option("F00000000001", "3").with_option("F00000000001", "1")
    assert filled.answers["F00000000001"].reveal() == "1\n3"
    assert filled.with_option("F00000000001", "3").answers["F00000000001"].reveal() == "1"


def test_an_unknown_option_or_path_changes_nothing() -> None:
    filled = application(field("F00000000001", kind="bool"))
    assert filled.with_option("F00000000001", "vielleicht") is filled
    assert filled.with_option("F00000000099", "true") is filled


def test_taking_one_of_several_out_moves_the_others_up() -> None:
    filled = application(group("G00000000001", "Kind", field("F00000000001"), occurs="0:*"))
    for number, name in enumerate(("Ada", "Bo", "Cem"), 1):
        filled = filled.with_answer(f"G00000000001[{number}]?", "true")
        filled = filled.with_answer(f"G00000000001[{number}].F00000000001", name)
    fewer = filled.without_item("G00000000001[2]")
    assert data_of(fewer) == {"G00000000001": [{"F00000000001": "Ada"}, {"F00000000001": "Cem"}]}


def test_answers_show_nothing_of_themselves() -> None:
    filled = application(field("F00000000001")).with_answer("F00000000001", "sehr geheim")
    assert "geheim" not in repr(filled)
    with pytest.raises(TypeError):
        pickle.dumps(filled.answers)


# What is handed in


def test_data_is_nested_by_element_with_arrays_numbers_and_iso_dates() -> None:
    filled = application(
        group(
            "G00000000001",
            "A",
            field("F00000000001", kind="date"),
            field("F00000000002", kind="num_int"),
            field("F00000000003", kind="num"),
        ),
        group("G00000000002", "B", field("F00000000004", kind="bool"), occurs="1:2"),
        field("F00000000005", art="select", codes={"x": "X", "y": "Y"}, occurs="1:2"),
        field("F00000000006", occurs="0:*"),
        field("F00000000007", kind="bool", occurs="0:*"),
        field("F00000000008", occurs="0:1"),
    )
    answers = {
        "G00000000001.F00000000001": "1.2.2026",
        "G00000000001.F00000000002": "3",
        "G00000000001.F00000000003": "7,5",
        "G00000000002[1].F00000000004": "true",
        "G00000000002[2]?": "true",
        "G00000000002[2].F00000000004": "false",
        "F00000000005": "y",
        "F00000000006#": "3",
        "F00000000006[1]": "eins",
        "F00000000006[3]": "drei",
        "F00000000007": "true",
    }
    for path, raw in answers.items():
        filled = filled.with_answer(path, raw)
    assert data_of(filled) == {
        "G00000000001": {"F00000000001": "2026-02-01", "F00000000002": 3, "F00000000003": 7.5},
        "G00000000002": [{"F00000000004": True}, {"F00000000004": False}],
        "F00000000005": ["y"],
        "F00000000006": ["eins", "drei"],
        "F00000000007": [True],
    }
    assert json.dumps(data_of(filled))


def test_what_a_closed_group_was_told_is_not_handed_in() -> None:
    filled = application(group("G00000000001", "A", field("F00000000001"), occurs="0:1"))
    filled = filled.with_answer("G00000000001?", "true").with_answer("G00000000001.F00000000001", "x")
    assert data_of(filled.with_answer("G00000000001?", "false")) == {}


def test_locked_and_hidden_values_are_handed_in() -> None:
    filled = application(
        field("F00000000001", art="locked", content="fest"), field("F00000000002", art="hidden", content="still")
    )
    assert data_of(filled) == {"F00000000001": "fest", "F00000000002": "still"}


def test_a_decimal_that_a_double_cannot_hold_is_a_string() -> None:
    filled = application(field("F00000000001", kind="num")).with_answer("F00000000001", "0,12345678901234567")
    assert data_of(filled) == {"F00000000001": "0.12345678901234567"}


def test_an_answer_with_a_problem_is_never_handed_in_nor_named() -> None:
    filled = application(field("F00000000001", kind="date")).with_answer("F00000000001", "geheimer Tag")
    with pytest.raises(ValueError, match="F00000000001") as caught:
        data_of(filled)
    assert "geheim" not in str(caught.value)


def test_an_application_needs_a_destination() -> None:
    filled = application(field("F00000000001")).with_answer("F00000000001", "x")
    with pytest.raises(ValueError, match="no destination"):
        filled.to_application()


def test_an_application_carries_its_data_masked_and_its_schema() -> None:
    filled = application(field("F00000000001")).with_answer("F00000000001", "sehr geheim")
    service = replace(filled.service, destination=Destination("99115005104000"))
    handed = replace(filled, service=service).to_application()
    assert handed.data.reveal() == {"F00000000001": "sehr geheim"}
    assert "geheim" not in repr(handed)
    assert handed.schema_uri == "https://schema.fitko.de/fim/s99000000099_1.0.0.schema.json"


# From the card


def card_answers(filled: FormApplication) -> dict[str, str]:
    after = filled.prefilled(IDENTITY)
    assert set(after.answers) == after.from_card
    return {path.rpartition(".")[2]: answer.reveal() for path, answer in after.answers.items()}


def test_the_shipped_forms_take_name_birthday_and_the_right_address_from_the_card() -> None:
    moving = sample_application(form_of(SHIPPED / "wohnung-anmelden.xdf.xml"), {})
    assert card_answers(moving) == {
        "F99000000011": "Jana Marie",
        "F99000000012": "Beispiel",
        "F99000000013": "12.04.1988",
        "F99000000041": "12345",
        "F99000000042": "Musterstadt",
        "F99000000043": "Lindenweg",
        "F99000000044": "12 a",
    }
    dog = sample_application(form_of(SHIPPED / "hund-anmelden.xdf.xml"), {})
    assert {"F99000000211", "F99000000221", "F99000000224"} <= card_answers(dog).keys()


def test_a_real_form_takes_what_its_building_blocks_ask() -> None:
    found = card_answers(sample_application(form_of(real("S07000000264")), {}))
    assert found["F60000000227"] == "Beispiel"
    assert found["F60000000230"] == "Muster"
    assert found["F60000000229"] == "Dr."
    assert found["G60000000083"] == "12.04.1988"
    assert found["F60000000234"] == "Hagen"


def test_another_person_s_name_is_not_taken_from_the_card() -> None:
    names = (field("F60000000228", "Vornamen"), field("F60000000227", "Familienname"))
    assert card_answers(application(group("G00000000001", "Gesetzlich vertretende Person", *names))) == {}
    assert card_answers(sample_application(form_of(real("S00000000371")), {})) == {}


def test_the_profile_can_say_which_answer_takes_what() -> None:
    source = FormSource(
        SHIPPED, prefill={"G00000000001.F00000000001": "family_name", "G00000000009.F00000000001": "city"}
    )
    filled = application(group("G00000000001", "Kind", field("F00000000001", "Wer?")), source=source)
    assert card_answers(filled) == {"F00000000001": "Beispiel"}


def test_what_was_typed_before_stays_and_what_is_changed_after_is_no_longer_from_the_card() -> None:
    names = (field("F60000000228", "Vornamen"), field("F60000000227", "Familienname"))
    filled = application(group("G00000000001", "Sie", *names)).with_answer("G00000000001.F60000000228", "Janne")
    filled = filled.prefilled(IDENTITY)
    assert filled.from_card == {"G00000000001.F60000000227"}
    assert filled.answers["G00000000001.F60000000228"].reveal() == "Janne"
    assert not filled.with_answer("G00000000001.F60000000227", "Neu").from_card


@pytest.mark.parametrize(
    ("street", "name", "number"),
    [
        ("Lindenweg 12", "Lindenweg", "12"),
        ("Straße des 17. Juni 135", "Straße des 17. Juni", "135"),
        ("Am Markt 3-5b", "Am Markt", "3-5b"),
        ("Q7", "Q7", None),
        ("Hauptstraße", "Hauptstraße", None),
    ],
)
def test_street_and_house_number_of_the_card_are_told_apart(street: str, name: str, number: str | None) -> None:
    filled = application(
        group(
            "G00000000001",
            "Sie",
            field("F60000000228", "Vornamen"),
            field("F60000000227", "Familienname"),
            field("F60000000243", "Straße"),
            field("F60000000244", "Hausnummer"),
        )
    )
    after = filled.prefilled(replace(IDENTITY, address=Address(street)))
    found = {path.rpartition(".")[2]: answer.reveal() for path, answer in after.answers.items()}
    assert found["F60000000243"] == name
    assert found.get("F60000000244") == number


def test_a_card_that_is_silent_leaves_the_questions_open() -> None:
    filled = sample_application(form_of(SHIPPED / "wohnung-anmelden.xdf.xml"), {})
    assert filled.prefilled(Identity()).answers == {}


def test_the_documents_of_the_shipped_forms_follow() -> None:
    labels = [translator(GERMAN).say(each) for each in filled_in("wohnung-anmelden.xdf.xml").later_documents]
    assert labels == ["Bestätigung des Wohnungsgebers"]


# Anything in any order

FORMS = ("wohnung-anmelden", "meldebescheinigung", "hund-anmelden")
RAW = st.sampled_from(["", "true", "false", "1", "12345", "12.04.1988", "Jana", "\n", "é" * 200]) | st.text(max_size=20)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(FORMS), st.data())
def test_no_sequence_of_answers_breaks_a_form_or_loses_an_answer(name: str, data: st.DataObject) -> None:
    filled = sample_application(form_of(SHIPPED / f"{name}.xdf.xml"), {})
    typed: dict[str, str] = {}
    for _ in range(data.draw(st.integers(1, 25))):
        question = data.draw(st.sampled_from([each for step in filled.steps for each in step.questions]))
        raw = data.draw(st.one_of(RAW, st.just(sample_answer(question))))
        filled = filled.with_answer(question.path, raw)
        typed[question.path] = raw
        assert {path: answer.reveal() for path, answer in filled.answers.items()} == typed
        for step in filled.steps:
            assert filled.step(step.key) is step
            filled.problems(step)
    if filled.first_step_with_problems is None:
        json.dumps(data_of(filled))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=12), st.data())
def test_items_come_and_go_without_mixing_up(adds: list[bool], data: st.DataObject) -> None:
    filled: Any = application(group("G00000000001", "Kind", field("F00000000001"), occurs="0:*"))
    names: list[str] = []
    for number, add in enumerate(adds):
        if add or not names:
            place = f"G00000000001[{len(names) + 1}]"
            filled = filled.with_answer(f"{place}?", "true").with_answer(f"{place}.F00000000001", f"Kind {number}")
            names.append(f"Kind {number}")
        else:
            index = data.draw(st.integers(1, len(names)))
            filled = filled.without_item(f"G00000000001[{index}]")
            del names[index - 1]
        handed = data_of(filled).get("G00000000001", [])
        assert [child["F00000000001"] for child in handed] == names
