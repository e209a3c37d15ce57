"""A profile becomes a place, or a list of mistakes by file and line. Nothing that a person writes raises."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.device_events import Device
from kiosk.identity import Attribute
from kiosk.place import OpenTime, Place, ServiceKind, Weight
from kiosk.text import ENGLISH, GERMAN, local
from profiles.loading import load_profile
from profiles.mistakes import Mistake

Change = Callable[[str, str, str], int]


def loaded(path: Path) -> Place:
    place = load_profile(path)
    assert isinstance(place, Place), [str(mistake) for mistake in place]
    return place


def mistakes(path: Path) -> list[Mistake]:
    found = load_profile(path)
    assert isinstance(found, list)
    assert found
    return found


def test_a_profile_becomes_a_place(profile: Path) -> None:
    place = loaded(profile)
    assert place.name == local("Kleinstadt", en="Small town")
    assert place.languages == (GERMAN, ENGLISH)
    assert place.colours.action == "#1c4c8c"
    assert place.counter.phone == "040 66969 115"
    [service] = place.services
    assert (service.id, service.kind, service.icon) == ("hund", ServiceKind.INFORMATION, "dog")
    assert service.needs[0].text == local("15 Ziffern", en="15 digits")
    assert service.keywords == (local("Hundesteuer, Welpe", en="dog tax"),)
    assert place.often == ("hund",)


def test_a_service_says_what_it_needs_of_the_terminal(profile: Path, change: Change) -> None:
    change("services/hund.yaml", "needs:", "requires: {printer: must, eid: none}\nneeds:")
    [service] = loaded(profile).services
    assert service.requires == {Device.PRINTER: Weight.MUST, Device.EID: Weight.NONE}


def test_the_schema_knows_every_device() -> None:
    schema = json.loads((Path(__file__).parents[2] / "profiles" / "profile.schema.json").read_text())
    named = schema["$defs"]["service"]["properties"]["requires"]["propertyNames"]["enum"]
    assert set(Device) <= set(named)


def test_plain_words_are_german(profile: Path, change: Change) -> None:
    change("place.yaml", "{de: Rathaus, en: Town hall}", "Rathaus")
    assert loaded(profile).site == local("Rathaus")


def test_a_form_has_its_schema_texts_and_destination(form_service: Path) -> None:
    service = loaded(form_service).service("formular")  # type: ignore[arg-type]
    assert service.form is not None
    assert service.form.schema == form_service / "forms" / "kurz.xdf.xml"
    assert service.form.texts
    assert service.destination is not None
    assert (service.destination.leika, service.destination.ars) == ("99115005104000", "990010001001")
    assert service.card == frozenset({Attribute.FAMILY_NAME})


def test_code_lists_are_read_by_their_uri(profile: Path) -> None:
    content = "uri: urn:example:codeliste:farben\nentries:\n  '01': {de: Rot, en: Red}\n"
    (profile / "code-lists" / "farben.yaml").write_text(content)
    assert loaded(profile).code_lists["urn:example:codeliste:farben"].entries == {"01": local("Rot", en="Red")}


def test_services_come_by_position_then_by_name(profile: Path) -> None:
    content = (profile / "services" / "hund.yaml").read_text()
    (profile / "services" / "aal.yaml").write_text(content)
    (profile / "services" / "zuerst.yaml").write_text(content + "position: 1\n")
    assert [service.id for service in loaded(profile).services] == ["zuerst", "aal", "hund"]


@pytest.mark.parametrize(
    ("name", "old", "new", "what", "remedy"),
    [
        ("place.yaml", "often:", "oft:", 'key "oft" is not known', 'mean "often"'),
        ("place.yaml", "  - hund", "  - katze", 'no service "katze"', "services/katze.yaml"),
        ("place.yaml", "[de, en]", "[de, tlh]", '"languages: tlh" is not known', "de, de-x-leicht, en"),
        ("place.yaml", "[de, en]", "[en]", "German", "Add de"),
        ("place.yaml", '"#1c4c8c"', '"blue"', "not a colour", "#rrggbb"),
        ("place.yaml", "{de: Rathaus, en: Town hall}", "12", "must be a text", '"12"'),
        ("place.yaml", "{de: Rathaus, en: Town hall}", "", '"site" is empty', "Write"),
        ("place.yaml", "{de: Rathaus, en: Town hall}", "[Rathaus]", "one for each language", "{de: …, en: …}"),
        ("place.yaml", "{de: Rathaus, en: Town hall}", "{deutsch: Rathaus}", "not a language", "de, en"),
        ("place.yaml", "colours:", "logo: logo.svg\ncolours:", 'no file "logo.svg"', "Put it there"),
        ("place.yaml", "colours:", "logo: ../x.svg\ncolours:", "not a picture beside", "Name"),
        ("place.yaml", "colours:", "timers: {idle: 5}\ncolours:", "out of range", "30 to 900 seconds"),
        ("place.yaml", "colours:", "timers: {idle: long}\ncolours:", "whole number", "digits"),
        ("situations.yaml", "icon: tree", "icon: baum", '"icon: baum" is not known', "one of"),
        ("services/hund.yaml", "situation: stadt", "situation: statd", '"statd" is not known', "stadt"),
        ("services/hund.yaml", "icon: dog", "icon: dgo", '"icon: dgo" is not known', '"dog"'),
        ("services/hund.yaml", "kind: information", "kind: magic", "not known", "information"),
        ("services/hund.yaml", "kind: information", "kind: form", 'needs "form"', "Add form"),
        ("services/hund.yaml", "icon: dog", "start: Los\nicon: dog", "only for services", "Remove start"),
        ("services/hund.yaml", "icon: dog", "ticket: maybe\nicon: dog", "neither true nor false", "true or false"),
        ("services/hund.yaml", "needs:", "requires: {drucker: must}\nneeds:", '"drucker" is not known', "printer"),
        ("services/hund.yaml", "needs:", "requires: {printre: must}\nneeds:", '"printre" is not known', '"printer"'),
        ("services/hund.yaml", "needs:", "requires: {printer: very}\nneeds:", '"printer: very" is not known', "must"),
        ("services/hund.yaml", "needs:", "requires: [printer]\nneeds:", '"requires" must have keys', "key: value"),
        ("services/hund.yaml", "needs:", "needs: nothing\nwishes:", '"needs" must be a list', "- value"),
        ("services/hund.yaml", "  de: [Hundesteuer, Welpe]", "  de: Hundesteuer", "must be a list", "- value"),
    ],
)
def test_a_mistake_is_named_by_file_line_and_remedy(
    profile: Path, change: Change, name: str, old: str, new: str, what: str, remedy: str
) -> None:
    line = change(name, old, new)
    found = [mistake for mistake in mistakes(profile) if what in mistake.what]
    assert found, [str(mistake) for mistake in mistakes(profile)]
    assert found[0].file == name
    assert found[0].line == line
    assert remedy in found[0].remedy


def test_all_mistakes_of_all_files_are_named_at_once(profile: Path, change: Change) -> None:
    change("place.yaml", "id: kleinstadt", "id: Klein Stadt")
    change("situations.yaml", "icon: tree", "icon: baum")
    change("services/hund.yaml", "title: {de: Hund anmelden, en: Register a dog}\n", "")
    assert {mistake.file for mistake in mistakes(profile)} == {"place.yaml", "situations.yaml", "services/hund.yaml"}


def test_an_id_that_is_there_twice_is_named(profile: Path) -> None:
    path = profile / "situations.yaml"
    path.write_text(path.read_text() * 2)
    [mistake] = mistakes(profile)
    assert (mistake.line, "twice" in mistake.what, "line 1" in mistake.remedy) == (5, True, True)


def test_a_missing_file_is_named(profile: Path) -> None:
    (profile / "situations.yaml").unlink()
    assert str(mistakes(profile)[0]).startswith('situations.yaml:1: There is no file "situations.yaml". Put it there')


def test_a_missing_schema_is_named_at_its_line(form_service: Path) -> None:
    (form_service / "forms" / "kurz.xdf.xml").unlink()
    [mistake] = mistakes(form_service)
    assert (mistake.file, mistake.line) == ("services/formular.yaml", 10)


def test_a_file_with_another_ending_is_named(profile: Path) -> None:
    (profile / "services" / "katze.yml").write_text("kind: information\n")
    assert mistakes(profile)[0].file == "services/katze.yml"


def test_editors_backups_are_left_alone(profile: Path) -> None:
    (profile / "services" / "hund.yaml~").write_text("{")
    (profile / "services" / ".hund.yaml.swp").write_bytes(b"\xff")
    assert loaded(profile).services


@pytest.mark.parametrize("target", ["/etc/hostname", "../../outside.yaml"])
def test_a_link_out_of_the_folder_is_not_followed(profile: Path, target: str) -> None:
    (profile.parent / "outside.yaml").write_text("kind: information\n")
    (profile / "services" / "katze.yaml").symlink_to(target)
    [mistake] = mistakes(profile)
    assert mistake.file == "services/katze.yaml"
    assert "leads out" in mistake.what or "no file" in mistake.what


def test_a_link_to_itself_is_a_mistake(profile: Path) -> None:
    (profile / "services" / "katze.yaml").symlink_to("katze.yaml")
    assert mistakes(profile)[0].file == "services/katze.yaml"


def test_a_pipe_is_not_waited_for(profile: Path) -> None:
    os.mkfifo(profile / "services" / "katze.yaml")
    assert mistakes(profile)[0].file == "services/katze.yaml"


def test_a_file_that_is_too_large_is_not_read(profile: Path) -> None:
    (profile / "services" / "katze.yaml").write_text("#" * 600_000)
    assert "too large" in mistakes(profile)[0].what


def test_bytes_that_are_not_utf8_are_named_by_line(profile: Path) -> None:
    (profile / "services" / "katze.yaml").write_bytes(b"kind: information\ntitle: B\xfcro\n")
    [mistake] = mistakes(profile)
    assert (mistake.file, mistake.line, "UTF-8" in mistake.what) == ("services/katze.yaml", 2, True)


@pytest.mark.parametrize("name", ["no-such-folder", "file"])
def test_what_is_not_a_folder_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    assert mistakes(tmp_path / name)[0].remedy == "Give the folder in which place.yaml lies."


_TREES = st.recursive(
    st.one_of(st.text(max_size=8), st.integers(), st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=6,
)
_KEYS = "id name site languages counter often timers colours screen logo ars kind title needs keywords form destination"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(key=st.sampled_from(_KEYS.split()), tree=_TREES, name=st.sampled_from(["place.yaml", "services/hund.yaml"]))
def test_no_tree_under_any_key_raises(profile: Path, key: str, tree: object, name: str) -> None:
    import yaml

    path = profile / name
    original = path.read_text(encoding="utf-8")
    lines = [line for line in original.splitlines(keepends=True) if not line.startswith(f"{key}:")]
    path.write_text("".join(lines) + yaml.safe_dump({key: tree}, allow_unicode=True), encoding="utf-8")
    try:
        found = load_profile(profile)
    finally:
        path.write_text(original, encoding="utf-8")
    assert isinstance(found, Place) or found


def test_loading_imports_neither_json_schema_nor_xml() -> None:
    code = (
        "import sys; from profiles.loading import SHIPPED, load_profile; load_profile(SHIPPED); "
        "print([name for name in ('jsonschema', 'defusedxml', 'httpx', 'rapidfuzz') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_opening_hours_are_read(profile: Path, change: Change) -> None:
    hours = (
        'open: [{days: [mon, sun], from: "08:30", to: "24:00"}]\n  after_hours: Rufen Sie 115 an.\n'
        '  closed: [2026-12-25, "2027-01-01"]\n  phone:'
    )
    change("place.yaml", "phone:", hours)
    counter = loaded(profile).counter
    assert counter.open_times == (OpenTime(frozenset({0, 6}), 510, 1440),)
    assert counter.after_hours == local("Rufen Sie 115 an.")
    assert counter.closed == {date(2026, 12, 25), date(2027, 1, 1)}
    assert counter.is_open(datetime(2026, 11, 29, 23, 59, tzinfo=UTC))
    assert not counter.is_open(datetime(2026, 11, 24, 10, tzinfo=UTC))


@pytest.mark.parametrize("day", ["25.12.2026", "2026-02-30", "[2026-12-25]"])
def test_a_closed_day_that_is_none_is_said(profile: Path, change: Change, day: str) -> None:
    change("place.yaml", "phone:", f"closed: [{day}]\n  phone:")
    assert "no day" in str(load_profile(profile))


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('{days: [monday], from: "08:00", to: "13:00"}', "not known"),
        ('{days: [mon], from: "8:00", to: "13:00"}', "time of day"),
        ('{days: [mon], from: "13:00", to: "08:00"}', 'not after "from"'),
    ],
)
def test_mistakes_in_opening_hours_are_named(profile: Path, change: Change, line: str, complaint: str) -> None:
    change("place.yaml", "phone:", f"open: [{line}]\n  phone:")
    found = load_profile(profile)
    assert isinstance(found, list)
    assert any(complaint in str(mistake) for mistake in found)
