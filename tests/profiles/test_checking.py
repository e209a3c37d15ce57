"""`lotse profile check`: every mistake by file, line and remedy, none twice."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from kiosk.place import Colours
from profiles.checking import check_profile, run_check
from profiles.contrast import NEEDED, ratio, readable
from profiles.loading import SHIPPED
from profiles.mistakes import Mistake
from profiles.schema_check import PROFILE_SCHEMA, SETTINGS_SCHEMA

Change = Callable[[str, str, str], int]


def only(path: Path) -> Mistake:
    found = check_profile(path)
    assert len(found) == 1, [str(mistake) for mistake in found]
    return found[0]


def test_a_profile_without_mistakes_has_none(profile: Path) -> None:
    assert check_profile(profile) == []


def test_the_command_says_so_and_ends_well(profile: Path) -> None:
    out = io.StringIO()
    assert run_check(profile, out) == 0
    assert out.getvalue() == "no mistakes\n"


def test_the_command_prints_one_line_a_mistake(profile: Path, change: Change) -> None:
    line = change("place.yaml", "often:", "oft:")
    out = io.StringIO()
    assert run_check(profile, out) == 1
    assert out.getvalue() == f'place.yaml:{line}: The key "oft" is not known. Did you mean "often"?\n'


def test_a_folder_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    out = io.StringIO()
    assert run_check(tmp_path / "nowhere", out) == 1
    assert out.getvalue().startswith("nowhere:1: There is no such folder. ")


def test_a_missing_translation_is_named(profile: Path, change: Change) -> None:
    line = change("services/hund.yaml", "{de: kostenlos, en: free}", "{de: kostenlos}")
    mistake = only(profile)
    assert (mistake.file, mistake.line) == ("services/hund.yaml", line)
    assert mistake.what == '"costs" has no words in the language "en"'


def test_words_that_are_only_german_are_named(profile: Path, change: Change) -> None:
    change("services/hund.yaml", "{de: kostenlos, en: free}", "kostenlos")
    assert only(profile).remedy == 'Write "de: …" and "en: …" under it.'


def test_a_language_that_is_not_declared_need_not_be_there(profile: Path, change: Change) -> None:
    change("place.yaml", "[de, en]", "[de]")
    change("services/hund.yaml", "{de: kostenlos, en: free}", "kostenlos")
    assert check_profile(profile) == []


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [("#1c4c8c", "#7799cc", "action"), ("#e7eff9", "#5577aa", "action_tint"), ("#1c4c8c", "#808080", "action")],
)
def test_colours_that_cannot_be_read_are_named(profile: Path, change: Change, old: str, new: str, key: str) -> None:
    line = change("place.yaml", old, new)
    found = check_profile(profile)
    assert found
    assert any(mistake.line == line and f'"{key}"' in mistake.what for mistake in found)
    assert all("needed is 4.5" in mistake.what for mistake in found)


def test_the_darker_colour_that_is_proposed_can_be_read(profile: Path, change: Change) -> None:
    change("place.yaml", "#1c4c8c", "#7799cc")
    proposed = check_profile(profile)[0].remedy.split('"')[1]
    change("place.yaml", "#7799cc", proposed)
    assert check_profile(profile) == []


def test_contrast_is_that_of_wcag() -> None:
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert ratio(readable("#ffee00", ("#ffffff",)), "#ffffff") >= NEEDED


def test_contrast_is_checked_on_the_grounds_that_are_drawn() -> None:
    from kiosk.look import Contrast
    from profiles.contrast import ACTION, GROUNDS, ON_ACTION, TEXT, TINT
    from ui.palette import palette_for

    soft, light = (palette_for(contrast, Colours()) for contrast in (Contrast.SOFT, Contrast.LIGHT))
    drawn = (soft.bg, soft.surface, soft.sunken, light.bg, light.surface)
    assert {colour.name() for colour in drawn} == set(GROUNDS.values())
    roles = (soft.action, soft.action_tint, soft.on_action, soft.text)
    assert [colour.name() for colour in roles] == [ACTION, TINT, ON_ACTION, TEXT]


def test_a_life_situation_without_services_is_named(profile: Path) -> None:
    path = profile / "situations.yaml"
    path.write_text(path.read_text() + path.read_text().replace("id: stadt", "id: land"))
    assert (only(profile).line, "land" in only(profile).what) == (5, True)


def test_a_title_that_is_too_long_for_a_card_is_named(profile: Path, change: Change) -> None:
    line = change("services/hund.yaml", "de: Hund anmelden,", f"de: {'Hund anmelden ' * 5},")
    mistake = only(profile)
    assert (mistake.file, mistake.line) == ("services/hund.yaml", line)
    assert "too long" in mistake.what


def test_what_the_loader_names_is_not_named_again_by_the_schema(profile: Path, change: Change) -> None:
    change("place.yaml", '"#1c4c8c"', '"blue"')
    change("place.yaml", "id: kleinstadt", "id: 7")
    assert len(check_profile(profile)) == 2


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"no picture", "not a valid SVG"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "script"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>', "entities"),
        (b"<html/>", "not an SVG"),
    ],
)
def test_a_logo_that_is_not_plain_is_named(profile: Path, change: Change, content: bytes, what: str) -> None:
    (profile / "logo.svg").write_bytes(content)
    change("place.yaml", "languages:", "logo: logo.svg\nlanguages:")
    assert (only(profile).file, what in only(profile).what) == ("logo.svg", True)


def test_a_png_must_be_one(profile: Path, change: Change) -> None:
    (profile / "logo.png").write_bytes(b"GIF89a")
    change("place.yaml", "languages:", "logo: logo.png\nlanguages:")
    assert "PNG" in only(profile).what


def test_a_form_without_mistakes_has_none(form_service: Path) -> None:
    assert check_profile(form_service) == []


@pytest.mark.parametrize("content", [b"no xml", b"<a/>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b""])
def test_a_form_that_cannot_be_read_is_named(form_service: Path, content: bytes) -> None:
    (form_service / "forms" / "kurz.xdf.xml").write_bytes(content)
    mistake = only(form_service)
    assert mistake.file == "forms/kurz.xdf.xml"
    assert mistake.what.startswith("The form cannot be read")


def test_a_form_without_translation_is_named_once(form_service: Path) -> None:
    (form_service / "forms" / "kurz.texts.yaml").unlink()
    mistake = only(form_service)
    assert (mistake.file, mistake.line) == ("services/formular.yaml", 9)
    assert 'no words in the language "en"' in mistake.what


def test_a_text_for_no_question_is_named(form_service: Path) -> None:
    path = form_service / "forms" / "kurz.texts.yaml"
    path.write_text("F00000000001: {en: Nothing}\n" + path.read_text())
    assert (only(form_service).file, only(form_service).line) == ("forms/kurz.texts.yaml", 1)


@pytest.mark.parametrize("key", ["G99000000011.F99000000111", "G99000000011#review", "F99000000111#review"])
def test_a_text_may_be_for_a_path_and_for_a_part_of_the_screen(form_service: Path, key: str) -> None:
    path = form_service / "forms" / "kurz.texts.yaml"
    if f"{key}:" not in path.read_text():
        path.write_text(f"{key}: {{en: Words}}\n" + path.read_text())
    assert check_profile(form_service) == []


def test_a_prefill_of_no_question_is_named(form_service: Path, change: Change) -> None:
    line = change("services/formular.yaml", "start:", "  prefill:\n    F00000000001: family_name\nstart:")
    assert (only(form_service).file, only(form_service).line) == ("services/formular.yaml", line + 1)


@pytest.mark.parametrize("path", [PROFILE_SCHEMA, SETTINGS_SCHEMA])
def test_the_published_schemas_are_valid(path: Path) -> None:
    Draft202012Validator.check_schema(json.loads(path.read_text()))


def test_the_schema_knows_the_loaders_icons_and_words() -> None:
    from profiles.service_file import ICONS, PREFILL

    definitions = json.loads(PROFILE_SCHEMA.read_text())["$defs"]
    assert set(definitions["icon"]["enum"]) == ICONS
    service = definitions["service"]["properties"]
    assert set(service["form"]["properties"]["prefill"]["additionalProperties"]["enum"]) == PREFILL


def _required(definition: dict[str, Any]) -> dict[str, bool]:
    return {key: key in definition["required"] for key in definition["properties"]}


@pytest.mark.parametrize(
    ("name", "definition"),
    [("place.yaml", "place"), ("situations.yaml", "situations"), ("services/hund.yaml", "service")],
)
def test_the_loader_and_the_schema_know_the_same_keys(profile: Path, name: str, definition: str) -> None:
    """Each key of the schema is one of the loader's: without it, either nothing or "is missing" is said."""
    schema = json.loads(PROFILE_SCHEMA.read_text())["$defs"][definition]
    known = _required(schema.get("items", schema))
    path = profile / name
    original = path.read_text()
    beginning = "- " if name == "situations.yaml" else ""
    path.write_text(f"{beginning}nothing: 1\n")
    found = check_profile(profile)
    missing = {m.what.split('"')[1] for m in found if m.file == name and m.what.endswith("is missing")}
    hint = next(m.remedy for m in found if m.file == name and '"nothing"' in m.what)
    path.write_text(original)
    assert missing == {key for key, needed in known.items() if needed}
    assert set(hint.removeprefix("Remove it. Known here: ").rstrip(".").split(", ")) == set(known)


def test_the_profile_that_ships_has_no_mistakes() -> None:
    assert [str(mistake) for mistake in check_profile(SHIPPED)] == []
