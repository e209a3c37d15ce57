"""IT's commands: accounts and the audit log's check, as the command line calls them."""

from __future__ import annotations

import io
from argparse import Namespace
from pathlib import Path

import pytest
from sqlalchemy import text

from hub.commands import add_user, change_password, list_users, lock_user, verify_audit
from hub.server import running
from hub.settings import HubSettings
from hub.storage import open_database
from main import main
from tests.hub.staff import KEY, PASSWORD, App, browser, log_in
from tests.hub.town_hall import settings

YILMAZ = Namespace(login="yilmaz", name="Frau Yılmaz", role="staff", site="", without_code=False)


@pytest.fixture
def site(tmp_path: Path) -> HubSettings:
    return settings(tmp_path / "hub.db", key=KEY)


def add(chosen: HubSettings, **changes: object) -> tuple[int, str]:
    out = io.StringIO()
    code = add_user(Namespace(**vars(YILMAZ) | changes), chosen, out, lambda _: str(changes.get("password", PASSWORD)))
    return code, out.getvalue()


def test_an_account_that_was_added_can_log_in_with_the_app_that_scanned(site: HubSettings) -> None:
    code, shown = add(site)
    assert code == 0
    assert PASSWORD not in shown
    import time

    app = App(shown.splitlines()[-1])
    with running(site) as hub, browser(hub) as client:
        assert log_in(client, "yilmaz", code=app.code(time.time())).status_code == 303


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"password": "kurz"}, "12 to 256 characters"),
        ({"login": "zwei Wörter"}, "one word"),
        ({"site": "Rathaus Süd"}, "no site"),
    ],
)
def test_what_cannot_be_added_is_said(
    site: HubSettings, capsys: pytest.CaptureFixture[str], changes: dict[str, str], says: str
) -> None:
    assert add(site, **changes)[0] == 1
    assert says in capsys.readouterr().err


def test_a_login_is_given_once(site: HubSettings, capsys: pytest.CaptureFixture[str]) -> None:
    assert [add(site, without_code=True)[0] for _ in range(2)] == [0, 1]
    assert "already" in capsys.readouterr().err


def test_without_a_key_there_are_no_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert add(settings(tmp_path / "hub.db"))[0] == 1
    assert "--without-code" in capsys.readouterr().err


def test_accounts_are_listed_locked_and_given_another_password(site: HubSettings) -> None:
    add(site, without_code=True)
    out = io.StringIO()
    assert lock_user(Namespace(login="yilmaz", unlock=False), site, out) == 0
    assert lock_user(Namespace(login="nobody", unlock=False), site, out) == 1
    assert list_users(Namespace(), site, out) == 0
    assert out.getvalue() == "yilmaz\tFrau Yılmaz\tstaff\tall sites\tpassword\tlocked\n"
    assert lock_user(Namespace(login="yilmaz", unlock=True), site, out) == 0
    asked = lambda _: "ein anderes langes Passwort"  # noqa: E731
    assert change_password(Namespace(login="yilmaz", new_code=False), site, out, asked) == 0
    with running(site) as hub, browser(hub) as client:
        assert log_in(client, "yilmaz").status_code == 403
        assert log_in(client, "yilmaz", "ein anderes langes Passwort").status_code == 303


def test_the_audit_log_is_verified_and_a_cut_is_found(site: HubSettings, capsys: pytest.CaptureFixture[str]) -> None:
    for login in ("yilmaz", "kern", "wolf"):
        add(site, login=login, without_code=True)
    out = io.StringIO()
    assert verify_audit(Namespace(head=None), site, out) == 0
    head = out.getvalue().strip().rpartition(" ")[2]
    assert verify_audit(Namespace(head=head), site, out) == 0
    engine = open_database(site)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_no_delete"))
        connection.execute(text("DELETE FROM audit WHERE seq = 3"))
    assert verify_audit(Namespace(head=None), site, out) == 0
    assert verify_audit(Namespace(head=head), site, out) == 1
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM audit WHERE seq = 1"))
    engine.dispose()
    assert verify_audit(Namespace(head=None), site, out) == 1
    assert "cut off or replaced" in capsys.readouterr().err


def test_the_command_line_leads_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "credentials").mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    path = tmp_path / "hub.yaml"
    path.write_text("site: Rathaus\n")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    options = ["--settings", str(path), "--name", "Herr Kern", "--without-code"]
    assert main(["hub", "user", "add", "kern", *options]) == 0
    assert main(["hub", "user", "list", "--settings", str(path)]) == 0
    assert main(["hub", "audit", "verify", "--settings", str(path)]) == 0
    assert "kern\tHerr Kern\tstaff" in capsys.readouterr().out
