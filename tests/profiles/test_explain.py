"""`lotse profile explain`: each value with its origin, and what it stands instead of."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from profiles.explain import run_explain
from tests.profiles.conftest import Change

SITE = """\
extends: ../profile
site: {de: Rathaus Nord, en: North town hall}
timers: {idle: 90}
counter: {phone: "040 1"}
"""


@pytest.fixture
def site(profile: Path, change: Change) -> Path:
    change("place.yaml", "colours:", "timers: {idle: 60, away: 20}\ncolours:")
    site = profile.parent / "site"
    (site / "services").mkdir(parents=True)
    (site / "place.yaml").write_text(SITE, encoding="utf-8")
    return site


def explained(key: str, path: Path, code: int = 0) -> list[str]:
    out = io.StringIO()
    assert run_explain(key, path, out) == code, out.getvalue()
    return out.getvalue().splitlines()


@pytest.mark.parametrize("key", ["timers.idle", "place.timers.idle"])
def test_a_value_has_its_origin_and_what_it_overrides(site: Path, key: str) -> None:
    assert explained(key, site) == [
        "place.timers.idle: 90   place.yaml:3",
        "    instead of 60   ../profile/place.yaml:6",
    ]


def test_all_values_under_a_key_are_said(site: Path) -> None:
    lines = explained("counter", site)
    assert "place.counter.name.de: Bürgerservice   ../profile/place.yaml:11" in lines
    assert lines[lines.index("place.counter.phone: 040 1   place.yaml:4") + 1].startswith(
        "    instead of 040 66969 115"
    )


def test_a_list_is_one_value(site: Path) -> None:
    assert explained("languages", site) == ["place.languages: [de, en]   ../profile/place.yaml:4"]


def test_what_no_layer_says_is_lotses_own(site: Path) -> None:
    assert explained("timers.cover", site) == ["timers.cover: 20   Lotse's own, no layer says it"]


@pytest.mark.parametrize("key", ["services.hund.costs.de", "services/hund.costs.de"])
def test_a_services_key_is_said(site: Path, key: str) -> None:
    (site / "services" / "hund.yaml").write_text("extends: hund\ncosts: {de: 5 Euro, en: 5 euros}\n")
    assert explained(key, site) == [
        "services.hund.costs.de: 5 Euro   services/hund.yaml:2",
        "    instead of kostenlos   ../profile/services/hund.yaml:6",
    ]


def test_a_service_like_another_one_says_which(site: Path) -> None:
    (site / "services" / "katze.yaml").write_text("extends: hund\ncosts: {de: 5 Euro, en: 5 euros}\n")
    assert explained("services.katze.costs.en", site)[1] == "    instead of free   ../profile/services/hund.yaml:6"
    assert explained("services.katze.icon", site) == ["services.katze.icon: dog   ../profile/services/hund.yaml:3"]


def test_a_hidden_service_says_who_hides_it(site: Path) -> None:
    (site / "services" / "hund.yaml").write_text("\nhidden: true\n")
    assert explained("services.hund.icon", site) == [
        "services.hund.icon is not offered   services/hund.yaml:2",
        "services.hund.icon: dog   ../profile/services/hund.yaml:3",
    ]


def test_words_of_a_catalogue_have_their_line(profile: Path, site: Path) -> None:
    (profile / "languages").mkdir()
    content = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "kostenlos"\nmsgstr "ücretsiz"\n'
    (profile / "languages" / "tr.po").write_text(content, encoding="utf-8")
    line = "services.hund.costs.tr: ücretsiz   ../profile/languages/tr.po:4"
    assert explained("services.hund.costs.tr", site) == [line]


def test_a_file_says_which_layer_it_is_of(profile: Path, site: Path) -> None:
    (profile / "logo.svg").write_text("<svg/>")
    assert explained("logo.svg", site) == ["../profile/logo.svg"]
    (site / "logo.svg").write_text("<svg/>")
    assert explained("logo.svg", site) == ["logo.svg", "    instead of ../profile/logo.svg"]


@pytest.mark.parametrize("key", ["timer.idle", "services.katze", "services.hund.cost", "", "a..b"])
def test_what_is_not_there_is_said_to_be_so(site: Path, key: str) -> None:
    [line] = explained(key, site, 2)
    assert line.startswith(f'The profile says nothing about "{key}"')


def test_the_command_says_it(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from main import main

    assert main(["profile", "explain", "timers.idle", str(site)]) == 0
    assert capsys.readouterr().out.startswith("place.timers.idle: 90   place.yaml:3\n")
