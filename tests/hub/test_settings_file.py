"""A hub's settings file: what it says, and one clear line for what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.settings import HubSettings
from hub.settings_file import SettingsFault, load_hub_settings

EXAMPLE = Path(__file__).parents[2] / "docs" / "hub.example.yaml"


def load(path: Path) -> HubSettings:
    return load_hub_settings(path, {"counter-page": "token", "terminal-1": "key"}.get)


def test_the_example_can_be_used() -> None:
    settings = load(EXAMPLE)
    assert settings.port == 8410
    assert settings.database == EXAMPLE.parent / "hub.sqlite"
    assert [terminal.name for terminal in settings.terminals] == ["Terminal 1"]
    assert "token" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- a", "mapping"),
        ("a: [", "not YAML"),
        ("prot: 1", "unknown key 'prot'"),
        ("port: many", "port must be a number"),
        ("site: 3", "site must be a text"),
        ("hosts: here", "hosts must be a list"),
        ("counter_credential: other", "no credential 'other'"),
        ("terminals: {a: b}", "terminals must be a list"),
        ("terminals: [{name: A, credential: nobody}]", "no credential 'nobody'"),
        ("terminals: [{name: A, key: b}]", "unknown key 'key'"),
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
