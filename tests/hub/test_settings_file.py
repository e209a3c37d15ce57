"""A hub's settings file: what it says, and one clear line for what is wrong with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hub.roles import Role
from hub.settings import HubSettings, Site, Spot
from hub.settings_file import SettingsFault, load_hub_settings

EXAMPLE = Path(__file__).parents[2] / "docs" / "hub.example.yaml"


def load(path: Path) -> HubSettings:
    secrets = {"hub-key": "k" * 32, "terminal-1": "key", "login": "secret", "metrics": "secret of Prometheus"}
    return load_hub_settings(path, secrets.get)


def test_the_example_can_be_used() -> None:
    settings = load(EXAMPLE)
    assert settings.port == 8410
    assert settings.database == EXAMPLE.parent / "hub.sqlite"
    assert [terminal.name for terminal in settings.terminals] == ["Terminal 1"]
    assert settings.counter_token == ""
    assert "kkk" not in repr(settings)


def test_what_the_example_leaves_out_can_be_used_too(tmp_path: Path) -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    chosen = [line for line in lines if not line.startswith(("site:", "plan:", "# plan", "# counter_cred"))]
    path = tmp_path / "hub.yaml"
    path.write_text("\n".join(re.sub(r"^( *)# (?=[a-z_]+:|  )", r"\1", line) for line in chosen), encoding="utf-8")
    (tmp_path / "rathaus.svg").write_text("<svg/>")
    (tmp_path / "root.json").write_text("{}")
    settings = load(path)
    assert settings.sites == (Site("Rathaus", tmp_path / "rathaus.svg"), Site("Bürgerbüro Süd"))
    assert settings.terminals[0].spot == Spot(35, 60)
    assert settings.sign_on is not None
    assert settings.sign_on.roles["lotse-audit"] is Role.AUDITOR
    assert settings.metrics_token == "secret of Prometheus"
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- a", "mapping"),
        ("a: [", "not YAML"),
        ("prot: 1", "unknown key 'prot'"),
        ("port: many", "port must be a number"),
        ("port: 8410.5", "port must be a number"),
        ("port: 70000", "port must be a number"),
        ("keep_days: -1", "keep_days must be a number from 0 to 366"),
        ("timezone: Mars/Olympus", "no timezone"),
        ("site: 3", "site must be a text"),
        ("hosts: here", "hosts must be a list"),
        ("counter_credential: other", "no credential 'other'"),
        ("database: credential:other", "no credential 'other'"),
        ("plan: floor.pdf", "plan must be a picture"),
        ("plan: floor.svg", "no plan 'floor.svg'"),
        ("{site: A, sites: [{name: B}]}", "either site and plan, or sites"),
        ("terminals: {a: b}", "terminals must be a list"),
        ("terminals: [{name: A, credential: nobody}]", "no credential 'nobody'"),
        ("terminals: [{name: A, key: b}]", "unknown key 'key'"),
        ("terminals: [{name: A, credential: terminal-1, site: B}]", "unknown site 'B'"),
        ("terminals: [{name: A, credential: terminal-1, x: 3}]", "both x and y"),
        ("terminals: [{name: A, credential: terminal-1, x: 3, y: 101}]", "y must be a number from 0 to 100"),
        ("sign_on: {issuer: a, client_id: b, credential: login, roles: {a: chief}}", "roles must be a mapping"),
        ("sign_on: {issuer: a, client_id: b, credential: login, roles: [a]}", "roles must be a mapping"),
    ],
)
def test_a_mistake_is_one_clear_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "hub.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsFault) as caught:
        load(path)
    assert says in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault, match="cannot be read"):
        load(tmp_path / "none.yaml")
