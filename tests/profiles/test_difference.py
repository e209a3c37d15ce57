"""`lotse profile diff`: two versions of a profile, and what is different in words."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest

from profiles.difference import run_diff
from profiles.loading import SHIPPED
from tests.profiles.conftest import Change


@pytest.fixture
def old(profile: Path) -> Path:
    """The profile as it was; `profile` and `change` make the new one."""
    return profile.parent / "old"


def differences(old: Path, new: Path) -> list[str]:
    out = io.StringIO()
    code = run_diff(old, new, out)
    lines = out.getvalue().splitlines()
    assert code == (0 if lines == ["no differences"] else 1)
    return lines


def kept(profile: Path, old: Path) -> None:
    shutil.copytree(profile, old)


def test_the_same_profile_has_no_differences() -> None:
    assert differences(SHIPPED, SHIPPED) == ["no differences"]


def test_texts_are_compared_by_language(profile: Path, old: Path, change: Change) -> None:
    kept(profile, old)
    change("services/hund.yaml", "{de: kostenlos, en: free}", "{de: 5 Euro, en: 5 euros}")
    assert differences(old, profile) == [
        "services/hund.yaml:",
        '  costs.de: "kostenlos" → "5 Euro"',
        '  costs.en: "free" → "5 euros"',
        "texts changed: de 1, en 1",
    ]


def test_numbers_lists_and_colours_are_compared(profile: Path, old: Path, change: Change) -> None:
    change("place.yaml", "colours:", "timers: {idle: 60}\ncolours:")
    kept(profile, old)
    change("place.yaml", "{idle: 60}", "{idle: 90, away: 40}")
    change("place.yaml", "#1c4c8c", "#1c4c80")
    change("place.yaml", "[de, en]", "[en, de]")
    assert differences(old, profile) == [
        "place.yaml:",
        '  languages: "de, en" → "en, de"',
        "  timers.away: new, 40",
        "  timers.idle: 60 → 90",
        '  colours.action: "#1c4c8c" → "#1c4c80"',
    ]


def test_services_are_new_or_taken_away(profile: Path, old: Path, change: Change) -> None:
    kept(profile, old)
    content = (profile / "services" / "hund.yaml").read_text().replace("Hund anmelden", "Katze anmelden")
    (profile / "services" / "katze.yaml").write_text(content)
    assert differences(old, profile) == ["new service: Katze anmelden (katze)"]
    assert differences(profile, old) == ["service taken away: Katze anmelden (katze)"]


def test_another_order_is_said(profile: Path, old: Path) -> None:
    content = (profile / "services" / "hund.yaml").read_text()
    (profile / "services" / "katze.yaml").write_text(content)
    kept(profile, old)
    (profile / "services" / "katze.yaml").write_text(content + "position: 1\n")
    assert differences(old, profile)[0] == "services come in another order: katze, hund"


def test_one_more_of_a_list_changes_nothing_about_the_others(profile: Path, old: Path, change: Change) -> None:
    kept(profile, old)
    first = "  - {icon: id-card, title: {de: Ausweis, en: ID card}, text: {de: Ihren, en: Yours}}\n"
    change("services/hund.yaml", "  - icon: document", first + "  - icon: document")
    lines = differences(old, profile)
    assert '  needs: "Chipnummer" → "Ausweis, Chipnummer"' in lines
    assert '  needs.Ausweis.title.en: new, "ID card"' in lines
    assert not any("needs.Chipnummer" in line for line in lines)


def test_words_of_catalogues_are_compared(profile: Path, old: Path) -> None:
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (profile / "languages").mkdir()
    path = profile / "languages" / "tr.po"
    words = 'msgid "kostenlos"\nmsgstr "{}"\n\nmsgid "Einer Form"\nmsgstr "{}"\n'
    path.write_text(header + words.format("bedava", "A"), encoding="utf-8")
    kept(profile, old)
    path.write_text(
        header + 'msgid "kostenlos"\nmsgstr "ücretsiz"\n\nmsgid "Einer Form"\nmsgstr "B"\n', encoding="utf-8"
    )
    assert differences(old, profile) == [
        "services/hund.yaml:",
        '  costs.tr: "bedava" → "ücretsiz"',
        'languages/tr.po: "Einer Form": "A" → "B"',
        "texts changed: tr 2",
    ]


def test_a_forms_questions_are_compared(form_service: Path, old: Path, change: Change) -> None:
    kept(form_service, old)
    path = form_service / "forms" / "kurz.xdf.xml"
    content = path.read_text(encoding="utf-8").replace("Name am Briefkasten", "Name an der Tür")
    path.write_text(content.replace("<xdf3:version>1.0.0", "<xdf3:version>1.1.0", 1), encoding="utf-8")
    assert differences(old, form_service) == [
        "forms/kurz.xdf.xml: changed",
        "  version 1.0.0 → 1.1.0",
        '  F99000000145: "Name am Briefkasten" → "Name an der Tür"',
    ]


def test_pictures_are_compared(profile: Path, old: Path) -> None:
    (profile / "logo.svg").write_text("<svg/>")
    kept(profile, old)
    (profile / "logo.svg").write_text("<svg></svg>")
    (profile / "other.png").write_bytes(b"")
    assert differences(old, profile) == ["logo.svg: changed", "other.png: new"]


def test_a_layer_is_compared_with_what_is_below(profile: Path) -> None:
    site = profile.parent / "site"
    site.mkdir()
    (site / "place.yaml").write_text("extends: ../profile\n")
    assert differences(profile, site) == ["no differences"]


def test_mistakes_come_first(profile: Path, old: Path, change: Change) -> None:
    kept(profile, old)
    change("services/hund.yaml", "icon: dog", "icon: dgo")
    out = io.StringIO()
    assert run_diff(old, profile, out) == 2
    assert '"icon: dgo" is not known' in out.getvalue()


def test_a_bundle_can_be_compared(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from main import main

    bundle = profile.parent / "bundle.tar"
    assert main(["profile", "build", str(profile), "--version", "1", "--out", str(bundle)]) == 0
    capsys.readouterr()
    assert main(["profile", "diff", str(bundle), str(profile)]) == 0
    assert capsys.readouterr().out == "no differences\n"
    (profile.parent / "no.tar").write_text("no bundle")
    assert main(["profile", "diff", str(profile.parent / "no.tar"), str(profile)]) == 2
