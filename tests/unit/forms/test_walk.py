from __future__ import annotations

import pytest

from kiosk.forms.application import FormApplication
from kiosk.forms.check import sample_answer
from kiosk.forms.steps import Document, FormStep, More, Question, StepKind, Told
from kiosk.forms.walk import MOST_QUESTIONS
from kiosk.place import CodeList
from kiosk.text import GERMAN, Text, Verbatim, local, translator
from tests.unit.forms.schema_files import REAL_NUMBERS, application, field, form_of, group, real


def say(text: Text | None) -> str:
    return translator(GERMAN).say(text) if text else ""


def titles(filled: FormApplication) -> list[str]:
    return [say(step.title) for step in filled.steps]


def paths(step: FormStep) -> list[str]:
    return [question.path for question in step.questions]


def fields(count: int, start: int = 1) -> list[str]:
    return [field(f"F{number:011d}", f"Feld {number}") for number in range(start, start + count)]


def test_a_group_is_a_screen_with_its_title_and_hint() -> None:
    (step,) = application(group("G00000000001", "Wie heißen Sie?", *fields(2))).steps
    assert say(step.title) == "Wie heißen Sie?"
    assert paths(step) == ["G00000000001.F00000000001", "G00000000001.F00000000002"]


def test_a_large_group_is_spread_evenly() -> None:
    steps = application(group("G00000000001", "Viel", *fields(8))).steps
    assert [len(step.questions) for step in steps] == [4, 4]
    assert {say(step.title) for step in steps} == {"Viel"}


def test_no_screen_asks_too_much() -> None:
    for number in REAL_NUMBERS:
        for step in application_of_real(number).steps:
            assert len(step.questions) <= MOST_QUESTIONS


def application_of_real(number: str) -> FormApplication:
    from kiosk.forms.check import sample_application

    return sample_application(form_of(real(number)), {})


def test_a_small_group_joins_its_neighbours_under_a_heading() -> None:
    inner = group("G00000000002", "Klein", *fields(1, 2))
    (step,) = application(group("G00000000001", "Groß", *fields(1), inner)).steps
    assert [type(item) for item in step.items] == [Question, Told, Question]


def test_what_belongs_together_is_never_torn_apart() -> None:
    help_text = "Schreiben Sie hier das hinein, was auf Ihrem Ausweis steht."
    names = ("Straße", "Hausnummer", "Postleitzahl", "Ort", "Adresszusatz")
    address = [field(f"F{number:011d}", name, hint=help_text) for number, name in enumerate(names)]
    steps = application(group("G00000000001", "Anschrift", *address)).steps
    assert [[say(question.label) for question in step.questions] for step in steps] == [
        ["Straße", "Hausnummer"],
        ["Postleitzahl", "Ort", "Adresszusatz"],
    ]


def test_the_same_group_in_two_places_is_asked_twice_with_answers_of_its_own() -> None:
    address = group("G00000000009", "Anschrift", *fields(4))
    filled = application(group("G00000000001", "Eins", address), group("G00000000002", "Zwei", address))
    asked = [question.path for step in filled.steps for question in step.questions]
    assert len(asked) == len(set(asked)) == 8
    once = filled.with_answer(asked[0], "nur hier")
    values = [once.raw(question).reveal() for step in once.steps for question in step.questions]
    assert values.count("nur hier") == 1


def test_an_optional_group_is_offered_first_and_opens_on_yes() -> None:
    filled = application(group("G00000000001", "Vertretung", *fields(1), occurs="0:1"))
    assert [step.kind for step in filled.steps] == [StepKind.GATE]
    gate = filled.steps[0].questions[0]
    assert say(gate.label) == "Möchten Sie etwas angeben zu: Vertretung?"
    opened = filled.with_answer(gate.path, "true")
    assert [step.kind for step in opened.steps] == [StepKind.GATE, StepKind.QUESTIONS]
    assert opened.with_answer(gate.path, "false").steps == filled.steps


def test_a_repeated_group_asks_after_each_for_one_more() -> None:
    filled = application(group("G00000000001", "Kind", *fields(2), occurs="0:*"))
    for number in (1, 2):
        filled = filled.with_answer(f"G00000000001[{number}]?", "true")
    kinds = [step.kind for step in filled.steps]
    assert kinds == [StepKind.GATE, StepKind.QUESTIONS, StepKind.GATE, StepKind.QUESTIONS, StepKind.GATE]
    assert [path for path, _ in filled.steps[-1].earlier] == ["G00000000001[1]", "G00000000001[2]"]
    assert say(filled.steps[3].title) == "2. Kind"


def test_a_repeated_group_that_is_needed_is_asked_without_a_question_before() -> None:
    filled = application(group("G00000000001", "Person", *fields(2), occurs="2:3"))
    assert [step.kind for step in filled.steps] == [StepKind.QUESTIONS, StepKind.QUESTIONS, StepKind.GATE]
    full = filled.with_answer("G00000000001[3]?", "true")
    assert [step.kind for step in full.steps][-2:] == [StepKind.GATE, StepKind.QUESTIONS]


def test_a_repeated_field_shows_its_boxes_and_a_button_for_one_more() -> None:
    filled = application(field("F00000000001", "Anschriftzeile", occurs="2:3"))
    items = filled.steps[0].items
    assert [type(item) for item in items] == [Question, Question, More]
    more = filled.with_more("F00000000001", 3).steps[0].items
    assert [type(item) for item in more] == [Question, Question, Question]


def test_of_several_boxes_only_the_needed_ones_are_needed() -> None:
    boxes = application(field("F00000000001", occurs="1:*")).with_more("F00000000001", 3).steps[0].questions
    assert [box.required for box in boxes] == [True, False, False]


def test_one_of_a_choice_group_is_asked() -> None:
    either = group(
        "G00000000001",
        "Adresse",
        group("G00000000002", "Straße", *fields(1)),
        field("F00000000009", "Postfach"),
        choice=True,
    )
    filled = application(either)
    which = filled.steps[0].questions[0]
    assert [say(option.label) for option in which.options] == ["Straße", "Postfach"]
    assert [
        question.path
        for step in filled.with_answer(which.path, "F00000000009").steps[1:]
        for question in step.questions
    ] == ["G00000000001.F00000000009"]


def test_short_lists_are_shown_and_long_ones_searched() -> None:
    short = field("F00000000001", art="select", codes={str(each): f"Wert {each}" for each in range(7)})
    long = field("F00000000002", art="select", codes={str(each): f"Wert {each}" for each in range(8)})
    questions = [question for step in application(short, long).steps for question in step.questions]
    assert [question.searched for question in questions] == [False, True]


def test_an_external_list_is_resolved_by_its_urn_with_and_without_version() -> None:
    one = field("F00000000001", art="select", code_list="urn:de:laender")
    entries = {"000": local("Deutschland", en="Germany")}
    for uri in ("urn:de:laender", "urn:de:laender_2024-01-01", "urn:de:laender_2019-09-09"):
        filled = application(one, code_lists={"any": CodeList(uri, entries)})
        assert [option.code for option in filled.steps[0].questions[0].options] == ["000"]


def test_an_external_list_that_is_not_there_becomes_free_text_with_a_hint() -> None:
    question = application(field("F00000000001", art="select", code_list="urn:de:x")).steps[0].questions[0]
    assert question.options == ()
    assert say(question.hint) == "Schreiben Sie die Antwort in eigenen Worten."


def test_files_are_listed_as_documents_after_the_questions() -> None:
    filled = application(field("F00000000001", "Nachweis", "file"), field("F00000000002", "Name"))
    assert [type(item) for item in filled.steps[0].items] == [Question, Document]
    assert [say(label) for label in filled.later_documents] == ["Nachweis"]


def test_a_document_that_is_not_needed_says_so() -> None:
    filled = application(field("F00000000001", "Vollmacht", "file", "0:*"), field("F00000000002", "Name"))
    assert [say(label) for label in filled.later_documents] == ["Vollmacht (falls vorhanden)"]


def test_label_fields_are_words_and_locked_fields_values_to_be_read() -> None:
    label = field("F00000000001", "Hinweis", art="label", content="Bitte lesen.")
    locked = field("F00000000002", "Gebühr", art="locked", content="12 Euro")
    hidden = field("F00000000003", "Kennung", art="hidden", content="42")
    told = [item for item in application(label, locked, hidden).steps[0].items if isinstance(item, Told)]
    assert [(say(item.text), item.shown) for item in told] == [("Bitte lesen.", True), ("12 Euro", True), ("42", False)]


def test_a_screen_of_hidden_values_only_is_passed_over() -> None:
    hidden = group("G00000000001", "Versteckt", field("F00000000001", art="hidden", content="42"))
    filled = application(hidden, group("G00000000002", "Sichtbar", *fields(1, 2)))
    assert titles(filled) == ["Sichtbar"]
    assert len(filled.all_steps) == 2


def test_options_in_the_words_of_the_place_keep_the_schema_s_german() -> None:
    from kiosk.place import FormSource
    from kiosk.text import ENGLISH, Language, Local
    from tests.unit.forms.schema_files import SHIPPED

    texts = {"F00000000001#a": Local({Language("en"): "Female"}), "F00000000001": Local({Language("en"): "Sex"})}
    source = FormSource(SHIPPED, texts=texts)
    question = (
        application(
            field("F00000000001", "Geschlecht", art="select", codes={"a": "Hündin", "b": "Rüde"}), source=source
        )
        .steps[0]
        .questions[0]
    )
    assert say(question.label) == "Geschlecht"
    assert translator(ENGLISH).say(question.label) == "Sex"
    assert [say(option.label) for option in question.options] == ["Hündin", "Rüde"]
    assert translator(ENGLISH).say(question.options[0].label) == "Female"


def test_words_for_one_place_of_an_element_come_first() -> None:
    from kiosk.place import FormSource
    from tests.unit.forms.schema_files import SHIPPED

    texts = {"G00000000001.F00000000001": local("Hier"), "F00000000001": local("Überall")}
    filled = application(
        group("G00000000001", "Eins", *fields(1)),
        group("G00000000002", "Zwei", *fields(1)),
        source=FormSource(SHIPPED, texts=texts),
    )
    assert [say(question.label) for step in filled.steps for question in step.questions] == ["Hier", "Überall"]


def test_long_help_is_cut_at_the_end_of_a_sentence_and_links_are_left_out() -> None:
    from kiosk.forms.wording import shortened

    assert shortened("Kurz. " + "Sehr lang ist dieser zweite Satz wirklich. " * 6) == "Kurz. " + " ".join(
        ["Sehr lang ist dieser zweite Satz wirklich."] * 3
    )
    assert shortened("Siehe z.B. § 3 Abs. 2 der Satzung.") == "Siehe z.B. § 3 Abs. 2 der Satzung."
    assert shortened("Mehr unter https://example.org.") == ""
    assert shortened("wort " * 100) == ""


# Rules in prose


def test_a_rule_becomes_a_remark_where_it_matters_and_what_it_switches_off_may_be_left_out() -> None:
    rule = (
        'WENN Datenfeld F00000000001 "Abweichend" = JA, DANN aktiviere Datenfeldgruppe G00000000002 "Sitz".\n\n'
        'WENN Datenfeld F00000000001 "Abweichend" = NEIN, DANN deaktiviere Datenfeldgruppe G00000000002 "Sitz".'
    )
    filled = application(
        field("F00000000001", "Weicht der Sitz ab?", "bool"),
        group("G00000000002", "Sitz", *fields(1, 5)),
        rules=(rule,),
    )
    gate = filled.steps[1]
    assert gate.kind is StepKind.GATE
    assert say(gate.lead) == "Nur nötig, wenn Sie bei „Weicht der Sitz ab?“ so antworten: Ja."


def test_a_rule_holds_only_within_its_group() -> None:
    rule = 'Wenn F00000000001 = "001", dann zeige F00000000002 an, sonst nicht.'
    codes = {"001": "Ja, schon", "002": "Nein"}
    inner = (field("F00000000001", "Schon?", art="select", codes=codes), field("F00000000002", "Wann?"))
    filled = application(group("G00000000001", "Mit", *inner, rules=(rule,)), group("G00000000002", "Ohne", *inner))
    by_path = {question.path: question for step in filled.steps for question in step.questions}
    assert not by_path["G00000000001.F00000000002"].required
    assert by_path["G00000000002.F00000000002"].required
    assert "Ja, schon" in say(by_path["G00000000001.F00000000002"].hint)


def test_a_plain_rule_is_shown_with_labels_instead_of_ids() -> None:
    rule = 'Es muss mindestens eines der Felder F00000000001 "Tel" oder F00000000002 "Mail" befüllt sein.'
    filled = application(
        field("F00000000001", "Telefon", occurs="0:1"), field("F00000000002", "E-Mail", occurs="0:1"), rules=(rule,)
    )
    (remark,) = (item for item in filled.steps[0].items if isinstance(item, Told))
    assert say(remark.text) == "Es muss mindestens eines von „Telefon“ oder „E-Mail“ ausgefüllt sein."


@pytest.mark.parametrize(
    "rule",
    [
        "F00000000001 === 3 && x",
        "Die Validität von F00000000001 ist zu prüfen.",
        "Ohne Bezug.",
        "F00000000001 " + "lang " * 99,
    ],
)
def test_rules_for_programmers_are_not_shown(rule: str) -> None:
    (step,) = application(field("F00000000001", "Feld"), rules=(rule,)).steps
    assert not [item for item in step.items if isinstance(item, Told)]


# The real ones


@pytest.mark.parametrize("number", REAL_NUMBERS)
def test_a_real_form_shows_no_ids_and_no_operators(number: str) -> None:
    filled = application_of_real(number)
    seen: set[str] = set()
    while step := next((each for each in filled.steps if each.key not in seen), None):
        seen.add(step.key)
        words = " ".join([say(step.title), say(step.lead), say(step.context)])
        for item in step.items:
            words += " ".join(say(getattr(item, name, None)) for name in ("label", "hint", "title", "text"))
        assert "F0" not in words
        assert "==" not in words
        for question in step.questions:
            filled = filled.with_answer(question.path, sample_answer(question))


def test_a_label_is_a_plain_german_text() -> None:
    question = application(field("F00000000001", "Name:\n  der Firma ")).steps[0].questions[0]
    assert question.label == Verbatim("Name: der Firma", GERMAN)
