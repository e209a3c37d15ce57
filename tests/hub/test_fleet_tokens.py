"""`lotse hub token`: made, listed without itself, ended."""

from __future__ import annotations

import io
from argparse import Namespace
from pathlib import Path

import pytest

from hub.fleet_commands import add_token, end_tokens, list_tokens
from hub.roles import Role
from hub.server import running
from main import main
from tests.hub.staff import KEY, employ
from tests.hub.town_hall import settings


def test_a_token_is_made_listed_and_ended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = settings(tmp_path / "hub.db", key=KEY)
    employ(site, "kern", Role.IT)
    made, listed = io.StringIO(), io.StringIO()
    assert add_token(Namespace(login="kern", label="desk", days=90), site, made) == 0
    token = made.getvalue().strip()
    assert add_token(Namespace(login="nobody", label="", days=90), site, made) == 1
    assert add_token(Namespace(login="kern", label="", days=3650), site, made) == 1
    assert list_tokens(Namespace(), site, listed) == 0
    assert listed.getvalue().startswith("kern\tdesk\tuntil ")
    assert token not in listed.getvalue()
    with running(site) as hub:
        assert hub.app.state.tokens.find(token).login == "kern"
        assert end_tokens(Namespace(login="kern"), site, listed) == 0
        assert hub.app.state.tokens.find(token) is None
    assert end_tokens(Namespace(login="kern"), site, listed) == 1
    said = capsys.readouterr().err
    assert "no account" in said
    assert "1 to 366 days" in said


def test_the_command_line_leads_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "credentials").mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    (tmp_path / "hub.yaml").write_text("site: Rathaus\n")
    assert main(["hub", "token", "list", "--settings", str(tmp_path / "hub.yaml")]) == 0
    assert main(["fleet", "--help"]) == 0
    assert "assign" in capsys.readouterr().out
