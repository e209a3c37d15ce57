"""New keys of the hub's own: terminals follow, whoever has lost one is helped."""

from __future__ import annotations

import base64
import io
import json
from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.audit import AuditLog
from hub.enrolment_commands import renew_key
from hub.enrolment_grants import Grants
from hub.enrolment_keys import KNOWN_AFTER, STILL_COUNTS, HubKeys, Purpose
from hub.server import running
from hub.storage import open_database
from tests.hub.enrolling import KEY, Walker, code_for, keyed, payload
from tests.hub.town_hall import settings


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[tuple[HubKeys, list[datetime]]]:
    engine = open_database(keyed(tmp_path / "hub.db"))
    now = [datetime.now(UTC)]
    yield HubKeys(engine, KEY, lambda: now[0]), now
    engine.dispose()


def test_a_new_key_signs_when_terminals_have_it_and_the_old_one_counts_for_a_while(
    keys: tuple[HubKeys, list[datetime]],
) -> None:
    book, now = keys
    first = book.signer(Purpose.COMMANDS)["kid"]
    now[0] += timedelta(days=400)
    second = book.renew(Purpose.COMMANDS).kid
    assert book.signer(Purpose.COMMANDS)["kid"] == first
    assert {key["kid"] for key in book.published(Purpose.COMMANDS)["keys"]} == {first, second}
    now[0] += KNOWN_AFTER
    assert book.signer(Purpose.COMMANDS)["kid"] == second
    assert book.signer(Purpose.COMMANDS, first)["kid"] == first
    now[0] += STILL_COUNTS
    assert [key["kid"] for key in book.published(Purpose.COMMANDS)["keys"]] == [second]
    assert book.signer(Purpose.COMMANDS, first)["kid"] == second


def test_a_key_that_got_known_counts_no_longer(keys: tuple[HubKeys, list[datetime]]) -> None:
    book, now = keys
    book.signer(Purpose.COMMANDS)
    now[0] += timedelta(days=1)
    new = book.renew(Purpose.COMMANDS, alone=True).kid
    assert book.signer(Purpose.COMMANDS)["kid"] == new
    assert [key["kid"] for key in book.published(Purpose.COMMANDS)["keys"]] == [new]


def test_a_terminal_that_knows_the_old_key_alone_is_given_the_new_one_under_it(tmp_path: Path) -> None:
    with running(keyed(tmp_path / "hub.db")) as hub, Walker(hub) as walker:
        first = walker.enrol(code_for(hub)).json()["grant"]
        state = hub.app.state
        later = HubKeys(open_database(hub.settings), KEY, lambda: datetime.now(UTC) + KNOWN_AFTER)
        state.grants = Grants(later, None)
        new = state.hub_keys.renew(Purpose.IDENTITY).kid
        grant = walker.ask("POST", "/api/v1/enrolment/renew").json()["grant"]
        assert header(grant)["kid"] == header(first)["kid"] != new
        said = payload(grant)
        assert header(said["identity"])["kid"] == new
        assert new in {key["kid"] for key in said["hub_keys"]["keys"]}
        walker.identity = said["identity"]
        assert walker.health() == 204
        later._engine.dispose()


def header(token: str) -> dict[str, Any]:
    found = json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))
    assert isinstance(found, dict)
    return found


def test_it_renews_a_key_by_a_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site, out = keyed(tmp_path / "hub.db"), io.StringIO()
    assert renew_key(Namespace(purpose="commands", lost=False), site, out) == 0
    kid, words = out.getvalue().splitlines()
    assert "8 days" in words
    engine = open_database(site)
    assert AuditLog(engine).newest()[0].subject == f"commands, {kid}"
    engine.dispose()
    assert renew_key(Namespace(purpose="commands", lost=True), settings(tmp_path / "bare.db"), out) == 1
    assert "key_credential" in capsys.readouterr().err
