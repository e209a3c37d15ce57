from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.faults import FaultCode
from kiosk.forms.schema import Field, FieldKind, Form, Group, Occurs
from kiosk.forms.xdf3 import DEEPEST, MOST_FIELDS, FormFault, FormFaultCode, read, read_file
from tests.unit.forms.schema_files import NAMESPACE, field, form, group, schema


def fault_of(content: bytes) -> FormFault:
    fault = read(content)
    assert isinstance(fault, FormFault)
    assert "\n" not in str(fault)
    return fault


def only_field(*args: str, **keys: object) -> Field:
    return next(form(field(*args, **keys)).fields())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("art", "kind", "expected"),
    [
        ("input", "text", FieldKind.TEXT),
        ("input", "text_latin", FieldKind.TEXT),
        ("input", "date", FieldKind.DATE),
        ("input", "time", FieldKind.TIME),
        ("input", "datetime", FieldKind.DATETIME),
        ("input", "bool", FieldKind.BOOL),
        ("input", "num_int", FieldKind.INTEGER),
        ("input", "num", FieldKind.DECIMAL),
        ("input", "num_currency", FieldKind.CURRENCY),
        ("input", "file", FieldKind.FILE),
        ("label", "text", FieldKind.LABEL),
        ("locked", "text", FieldKind.LOCKED),
        ("hidden", "text", FieldKind.HIDDEN),
    ],
)
def test_each_kind_of_field_is_read(art: str, kind: str, expected: FieldKind) -> None:
    assert only_field("F00000000001", "Feld", kind, art=art).kind is expected


def test_an_unknown_kind_becomes_free_text_with_a_notice() -> None:
    read_form = form(field("F00000000001", "Feld", "hologram"))
    assert next(read_form.fields()).kind is FieldKind.TEXT
    assert 'F00000000001: "input" of type "hologram"' in read_form.notices[0]


def test_constraints_are_read() -> None:
    limits = only_field(
        "F00000000001", minLength="2", maxLength="5", minValue="0.5", maxValue="9", pattern="[A-Z]+"
    ).constraints
    assert (limits.min_length, limits.max_length, limits.pattern) == (2, 5, "[A-Z]+")
    assert (limits.min_value, limits.max_value) == (Decimal("0.5"), Decimal(9))


def test_a_pattern_that_cannot_be_used_is_left_out_with_a_notice() -> None:
    read_form = form(field("F00000000001", pattern="(a+)+"), field("F00000000002", pattern="["))
    assert [each.constraints.pattern for each in read_form.fields()] == ["", ""]
    assert "could take very long" in read_form.notices[0]
    assert "is not valid" in read_form.notices[1]


def test_inline_codes_are_read_and_a_repeated_code_counts_once() -> None:
    content = schema(field("F00000000001", art="select", codes={"1": "Eins", "2": "Zwei"}))
    twice = content.replace(b"<x:code>2</x:code>", b"<x:code>1</x:code>")
    read_form = read(twice)
    assert isinstance(read_form, Form)
    assert [code.label for code in next(read_form.fields()).codes] == ["Eins"]
    assert 'the code "1" is there twice' in read_form.notices[0]


def test_an_external_code_list_is_kept_by_its_urn() -> None:
    reference = only_field("F00000000001", art="select", code_list="urn:de:a:b").code_list
    assert reference is not None
    assert (reference.canonical, reference.version_uri) == ("urn:de:a:b", "urn:de:a:b_2024-01-01")


def test_a_choice_without_options_becomes_free_text() -> None:
    assert only_field("F00000000001", art="select").kind is FieldKind.TEXT


@pytest.mark.parametrize(
    ("anzahl", "occurs"),
    [
        ("1:1", Occurs(1, 1)),
        ("0:1", Occurs(0, 1)),
        ("0:*", Occurs(0, None)),
        ("2:5", Occurs(2, 5)),
        ("5:2", Occurs(2, 2)),
    ],
)
def test_cardinalities_are_read(anzahl: str, occurs: Occurs) -> None:
    assert form(field("F00000000001", occurs=anzahl)).children[0].occurs == occurs


@pytest.mark.parametrize("anzahl", ["", "x:y", "-1:1", "1", "999:*"])
def test_an_absurd_cardinality_is_noticed(anzahl: str) -> None:
    read_form = form(field("F00000000001", occurs=anzahl))
    assert read_form.notices
    assert read_form.children[0].occurs.least <= 20


def test_an_element_that_may_never_occur_is_left_out() -> None:
    assert len(form(field("F00000000001", occurs="0:0"), field("F00000000002")).children) == 1


def test_an_element_twice_in_one_group_gets_keys_of_its_own() -> None:
    assert [each.key for each in form(field("F00000000001"), field("F00000000001")).children] == [
        "F00000000001",
        "F00000000001~2",
    ]


def test_groups_rules_and_choice_groups_are_read() -> None:
    read_form = form(group("G00000000001", "Gruppe", field("F00000000001"), choice=True, rules=("Eine Regel.",)))
    found = read_form.children[0].element
    assert isinstance(found, Group)
    assert found.choice
    assert (read_form.rules[0].text, read_form.rules[0].owner) == ("Eine Regel.", "G00000000001")


def test_origins_are_the_elements_that_a_field_is_derived_from() -> None:
    assert only_field("F99000000001", origin="F60000000227").origins == {"F60000000227"}


# What is broken or hostile


def test_what_is_not_xml_is_refused_with_its_line() -> None:
    fault = fault_of(b"<a>\n<b>\n</a>")
    assert (fault.code, fault.line) == (FormFaultCode.NOT_XML, 3)


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\xff\xfe\x00", b'<?xml version="1.0" encoding="nope"?><a/>', b"\x00" * 99]
)
def test_garbage_is_refused(content: bytes) -> None:
    assert fault_of(content).code is FormFaultCode.NOT_XML


def test_an_entity_bomb_is_refused_at_once() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY l0 "ha">{entities}]><x>&l11;</x>'.encode()
    start = time.thread_time()
    fault = fault_of(bomb)
    assert (fault.code, fault.line) == (FormFaultCode.ENTITIES, 2)
    assert time.thread_time() - start < 0.5


def test_a_file_of_this_machine_cannot_be_drawn_in() -> None:
    attack = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>'
    assert fault_of(attack).code is FormFaultCode.ENTITIES


def test_the_wrong_version_says_which_it_is() -> None:
    fault = fault_of(b'<x xmlns="http://www.regierung-mv.de/xdatenfelder/2"/>')
    assert fault.code is FormFaultCode.WRONG_VERSION
    assert "xdatenfelder/2" in fault.words


def test_another_xml_is_refused() -> None:
    assert fault_of(b"<html/>").code is FormFaultCode.NOT_A_SCHEMA


def test_another_message_of_the_standard_is_refused() -> None:
    message = f'<x:xdatenfelder.datenfeldgruppe.0103 xmlns:x="{NAMESPACE}"/>'.encode()
    assert "datenfeldgruppe.0103" in fault_of(message).words


def test_a_group_within_itself_is_refused_with_its_line() -> None:
    inner = group("G00000000001", "Innen", field("F00000000001"))
    fault = fault_of(schema("\n\n", group("G00000000001", "Außen", group("G00000000002", "Mitte", inner))))
    assert (fault.code, fault.line) == (FormFaultCode.CYCLE, 4)
    assert "G00000000001" in fault.words


def test_absurd_depth_is_refused() -> None:
    assert fault_of(b"<a>" * 100_000).code is FormFaultCode.TOO_DEEP
    nested = field("F00000000001")
    for number in range(DEEPEST // 3 + 1):
        nested = group(f"G{number:011d}", "Tiefer", nested)
    assert fault_of(schema(nested)).code is FormFaultCode.TOO_DEEP


def test_absurd_size_is_refused() -> None:
    fields = (field(f"F{number:011d}") for number in range(MOST_FIELDS + 1))
    assert fault_of(schema(*fields)).code is FormFaultCode.TOO_LARGE
    assert fault_of(b" " * (33 * 1024 * 1024)).code is FormFaultCode.TOO_LARGE


def test_a_schema_without_a_field_is_refused() -> None:
    assert fault_of(schema(group("G00000000001", "Leer"))).code is FormFaultCode.EMPTY


def test_a_missing_file_is_a_fault(tmp_path: object) -> None:
    from pathlib import Path

    fault = read_file(Path(str(tmp_path)) / "absent.xml")
    assert isinstance(fault, FormFault)
    assert fault.fault.code is FaultCode.FORM_UNREADABLE


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(content: bytes) -> None:
    assert isinstance(read(content), FormFault)


@given(st.data())
def test_no_damage_to_a_schema_makes_it_raise(data: st.DataObject) -> None:
    whole = schema(group("G00000000001", "A", field("F00000000001", pattern="[0-9]+", minValue="1"), occurs="0:*"))
    place = data.draw(st.integers(0, len(whole) - 1))
    length = data.draw(st.integers(0, 40))
    damaged = whole[:place] + data.draw(st.binary(max_size=8)) + whole[place + length :]
    assert isinstance(read(damaged), (Form, FormFault))


def test_the_largest_schema_is_read_in_half_a_second() -> None:
    codes = {f"{number:05d}": f"Eintrag {number} einer langen Liste von Werten" for number in range(1400)}
    lists = [field(f"F1{number:010d}", f"Liste {number}", art="select", codes=codes) for number in range(25)]
    others = [field(f"F2{number:010d}", f"Feld {number}", hint="Hilfe. " * 20, maxLength="80") for number in range(225)]
    content = schema(*(group(f"G{n:011d}", f"Gruppe {n}", *others[n * 9 : n * 9 + 9], lists[n]) for n in range(25)))
    assert len(content) > 3_000_000
    best = min(_seconds(content) for _ in range(3))
    assert best <= 0.5, f"{best:.2f} s for {len(content)} bytes"


def _seconds(content: bytes) -> float:
    """Processor seconds: what else runs on this machine is not measured."""
    start = time.process_time()
    read_form = read(content)
    seconds = time.process_time() - start
    assert isinstance(read_form, Form)
    assert sum(1 for _ in read_form.fields()) == 250
    return seconds
