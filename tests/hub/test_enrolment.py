"""Codes, enrolment and revocation, over HTTP."""

from __future__ import annotations

import argparse
import io
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.enrolment import MOST_WRONG, Claim, EnrolmentFault
from hub.enrolment_commands import enrol_code, revoke
from hub.roles import Role
from hub.server import HubServer, running
from hub.settings import ProfileSource, Site, TerminalAccess
from tests.hub.enrolling import DAY, Walker, audited, code_for, keyed, payload, time_moved
from tests.hub.staff import browser, employ, log_in
from tests.hub.town_hall import settings, terminal


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubServer]:
    with running(keyed(tmp_path / "hub.db")) as server:
        yield server


def test_a_code_makes_a_terminal_known(hub: HubServer) -> None:
    with Walker(hub) as walker:
        answer = walker.enrol(code_for(hub, "Terminal 1"))
        grant = payload(answer.json()["grant"])
        assert grant["terminal"] == "Terminal 1"
        assert payload(grant["identity"])["cnf"] == {"jkt": walker.thumbprint}
        assert [key["use"] for key in grant["command_keys"]["keys"]] == ["sig"]
        assert all("d" not in key for key in grant["command_keys"]["keys"] + grant["hub_keys"]["keys"])
        assert walker.health() == 204
    assert ("", "terminal-enrolled", "Terminal 1") in audited(hub)


def test_a_terminal_that_nobody_knew_is_added_by_its_code(hub: HubServer) -> None:
    with Walker(hub) as walker:
        assert walker.enrol(code_for(hub, "Terminal 9")).status_code == 200
        assert walker.health() == 204


def test_the_key_in_the_settings_opens_nothing_once_the_terminal_is_enrolled(hub: HubServer) -> None:
    with terminal(hub) as before, Walker(hub) as walker:
        assert before.get("/health").status_code == 204
        walker.enrol(code_for(hub, "Terminal 1"))
        assert before.get("/health").status_code == 401
        assert walker.health() == 204
    with running(hub.settings) as again, terminal(again) as before:  # the settings are entered once more
        assert before.get("/health").status_code == 401


def test_a_terminal_in_the_settings_may_have_no_key(tmp_path: Path) -> None:
    unkeyed = TerminalAccess("Terminal 3", "Foyer", "")
    with running(keyed(tmp_path / "hub.db", terminals=(unkeyed,))) as hub, Walker(hub) as walker:
        with terminal(hub, "-") as guessed:
            assert guessed.get("/health").status_code == 401
        walker.enrol(code_for(hub, "Terminal 3"))
        assert walker.health() == 204


def test_the_grant_names_the_root_of_the_profiles(tmp_path: Path) -> None:
    root = tmp_path / "root.json"
    root.write_text('{"signed": {}}')
    source = ProfileSource("https://updates.example.org", root)
    with running(keyed(tmp_path / "hub.db", updates=source)) as hub, Walker(hub) as walker:
        grant = payload(walker.enrol(code_for(hub)).json()["grant"])
        assert grant["updates"] == {"url": "https://updates.example.org", "root": '{"signed": {}}'}


# Attacks on codes


def test_a_code_is_good_once(hub: HubServer) -> None:
    code = code_for(hub)
    with Walker(hub) as first, Walker(hub) as second:
        assert first.enrol(code).status_code == 200
        assert second.enrol(code).status_code == 403
        assert first.health() == 204


def test_of_many_who_use_a_code_at_once_one_has_it(hub: HubServer) -> None:
    code = code_for(hub)
    answers: list[int] = []

    def use() -> None:
        with Walker(hub) as walker:
            answers.append(walker.enrol(code).status_code)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(answers) == 8
    assert answers.count(200) == 1


def test_a_code_ends_after_15_minutes(hub: HubServer) -> None:
    code = code_for(hub)
    with Walker(hub) as walker:
        with time_moved(hub, 15 * 60 + 1):
            assert walker.enrol(code).status_code == 403
        with time_moved(hub, 15 * 60 - 20):
            assert walker.enrol(code).status_code == 200


def test_a_newer_code_for_the_same_terminal_ends_the_older_one(hub: HubServer) -> None:
    older, newer = code_for(hub), code_for(hub)
    with Walker(hub) as walker:
        assert walker.enrol(older).status_code == 403
        assert walker.enrol(newer).status_code == 200


def test_guesses_end_a_code(hub: HubServer) -> None:
    code = code_for(hub)
    book = hub.app.state.enrolments
    with Walker(hub) as walker:
        right = walker.claim(code)
        wrong = Claim(right["code"], walker.thumbprint, "", "0" * 64)
        for _ in range(MOST_WRONG):
            assert book.redeem(wrong) is EnrolmentFault.NOT_VALID
        assert walker.enrol(code).status_code == 403
    assert ("", "enrolment-refused", "Terminal 1") in audited(hub)


def test_who_guesses_has_to_wait(hub: HubServer) -> None:
    with Walker(hub) as walker:
        answers = [walker.enrol("0000-0000-0000-0000") for _ in range(6)]
    assert 429 in [answer.status_code for answer in answers]
    waiting = next(answer for answer in answers if answer.status_code == 429)
    assert int(waiting.headers["retry-after"]) >= 1


def test_another_terminals_code_is_refused(hub: HubServer) -> None:
    code = code_for(hub, "Terminal 2")
    with Walker(hub) as walker:
        assert walker.enrol(code, name="Terminal 1").status_code == 403
        assert walker.enrol(code, name="Terminal 2").status_code == 200


def test_a_code_does_not_work_for_another_key_than_the_one_it_was_used_for(hub: HubServer) -> None:
    code = code_for(hub)
    with Walker(hub) as honest, Walker(hub) as between:
        stolen = honest.claim(code)  # what a proxy that opens TLS sees
        assert between.ask("POST", "/api/v1/enrolment", json=stolen).status_code == 403
        assert honest.enrol(code).status_code == 200


def test_one_key_is_one_terminal(hub: HubServer) -> None:
    with Walker(hub) as walker:
        assert walker.enrol(code_for(hub, "Terminal 1")).status_code == 200
        walker.identity = ""
        assert walker.enrol(code_for(hub, "Terminal 2")).status_code == 403


@pytest.mark.expects_log
def test_without_a_key_of_its_own_a_hub_enrols_nobody_and_keeps_the_code(tmp_path: Path) -> None:
    with running(settings(tmp_path / "hub.db")) as hub, Walker(hub) as walker:
        code = code_for(hub)
        assert walker.enrol(code).status_code == 503
        assert hub.app.state.enrolments.standings()[0].code_until is not None


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "Terminal\n1", " Terminal 1"])
def test_a_bad_name_gets_no_code(hub: HubServer, name: str) -> None:
    assert hub.app.state.enrolments.new_code("console", name, "Rathaus") is EnrolmentFault.BAD_NAME


# The end


def test_a_revoked_terminal_is_refused_at_once_and_its_connection_ends(hub: HubServer) -> None:
    employ(hub.settings, "ida", Role.IT)
    with Walker(hub) as walker, browser(hub) as page:
        walker.enrol(code_for(hub, "Terminal 1"))
        log_in(page, "ida")
        walker.health()
        path = "/api/v1/terminals/me/events"
        headers = {"DPoP": walker.proof("GET", path), "Authorization": f"DPoP {walker.identity}"}
        with walker.http.stream("GET", path, headers=headers) as stream:
            lines = stream.iter_lines()
            assert next(lines) == "event: hello"
            assert page.post("/counter/enrolment/revoke", data={"terminal": "Terminal 1"}).status_code == 303
            assert walker.health() == 401
            assert "event: hello" not in list(lines)  # and they end
        assert walker.renew().status_code == 403
    assert ("ida", "terminal-revoked", "Terminal 1") in audited(hub)


def test_a_terminal_that_was_revoked_on_the_console_is_cut_off_soon(hub: HubServer) -> None:
    with Walker(hub) as walker:
        walker.enrol(code_for(hub, "Terminal 1"))
        walker.health()
        path = "/api/v1/terminals/me/events"
        headers = {"DPoP": walker.proof("GET", path), "Authorization": f"DPoP {walker.identity}"}
        with walker.http.stream("GET", path, headers=headers) as stream:
            lines = stream.iter_lines()
            assert next(lines) == "event: hello"
            out = io.StringIO()
            assert revoke(argparse.Namespace(terminal="Terminal 1"), hub.settings, out) == 0
            assert "event: hello" not in list(lines)
        assert walker.health() == 401
    assert "refused from now on" in out.getvalue()


def test_a_terminal_with_a_key_in_the_settings_can_be_revoked_too(hub: HubServer) -> None:
    with terminal(hub) as left:
        assert left.get("/health").status_code == 204
        assert revoke(argparse.Namespace(terminal="Terminal 1"), hub.settings, io.StringIO()) == 0
    with running(hub.settings) as again, terminal(again) as left:
        assert left.get("/health").status_code == 401


def test_a_revoked_terminal_comes_back_with_a_new_code(hub: HubServer) -> None:
    with Walker(hub) as before, Walker(hub) as after:
        before.enrol(code_for(hub))
        hub.app.state.enrolments.revoke("console", "Terminal 1")
        assert after.enrol(code_for(hub)).status_code == 200
        assert after.health() == 204
        assert before.health() == 401


def test_nobody_is_revoked_by_a_wrong_name(hub: HubServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert revoke(argparse.Namespace(terminal="Terminal 77"), hub.settings, io.StringIO()) == 1
    assert "no terminal with this name" in capsys.readouterr().err


# The console and the page


def test_the_console_makes_a_code(hub: HubServer) -> None:
    out = io.StringIO()
    options = argparse.Namespace(terminal="Terminal 5", site="", location="Foyer")
    assert enrol_code(options, hub.settings, out) == 0
    with Walker(hub) as walker:
        assert walker.enrol(out.getvalue().split("\n")[0], name="Terminal 5").status_code == 200


def test_the_console_makes_no_code_where_it_is_of_no_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = argparse.Namespace(terminal="Terminal 5", site="Anderswo", location="")
    assert enrol_code(options, keyed(tmp_path / "hub.db"), io.StringIO()) == 1
    assert "no such site" in capsys.readouterr().err
    assert enrol_code(options, settings(tmp_path / "hub.db"), io.StringIO()) == 1
    assert "key_credential" in capsys.readouterr().err


@pytest.mark.parametrize("role", [Role.STAFF, Role.LEAD, Role.AUDITOR])
def test_only_it_enrols_and_revokes(hub: HubServer, role: Role) -> None:
    employ(hub.settings, "somebody", role)
    with browser(hub) as page:
        assert page.get("/counter/enrolment").status_code == 303
        log_in(page, "somebody")
        assert page.get("/counter/enrolment").status_code == 403
        assert page.post("/counter/enrolment/code", data={"terminal": "Terminal 1"}).status_code == 403
        assert page.post("/counter/enrolment/revoke", data={"terminal": "Terminal 1"}).status_code == 403


def test_the_page_refuses_what_another_page_posts(hub: HubServer) -> None:
    employ(hub.settings, "ida", Role.IT)
    with browser(hub) as page:
        log_in(page, "ida")
        page.headers["Origin"] = "https://evil.example"
        assert page.post("/counter/enrolment/revoke", data={"terminal": "Terminal 1"}).status_code == 403


def test_the_page_shows_a_code_once_and_who_is_enrolled(hub: HubServer) -> None:
    employ(hub.settings, "ida", Role.IT)
    with browser(hub) as page, Walker(hub) as walker:
        log_in(page, "ida")
        shown = page.post("/counter/enrolment/code", data={"terminal": "Terminal 1"}).text
        code = shown.split('id="code">')[1].split("<")[0]
        assert code not in page.get("/counter/enrolment").text
        assert walker.enrol(code).status_code == 200
        assert "Bekannt seit" in page.get("/counter/enrolment").text
    assert ("ida", "enrolment-code-made", "Terminal 1") in audited(hub)
    assert all(code not in " ".join(entry) for entry in audited(hub))


def test_it_of_one_site_keeps_to_its_site(tmp_path: Path) -> None:
    sites = (Site("Rathaus"), Site("Nord"))
    there = TerminalAccess.with_key("Nord 1", "k", site="Nord")
    with running(keyed(tmp_path / "hub.db", sites=sites, terminals=(there,))) as hub:
        employ(hub.settings, "ida", Role.IT, site="Rathaus")
        with browser(hub) as page:
            log_in(page, "ida")
            assert "Nord 1" not in page.get("/counter/enrolment").text
            assert page.post("/counter/enrolment/revoke", data={"terminal": "Nord 1"}).status_code == 404
            assert page.post("/counter/enrolment/code", data={"terminal": "Nord 1"}).status_code == 404
            assert 'id="code"' in page.post("/counter/enrolment/code", data={"terminal": "Neu", "site": "Nord"}).text
    assert hub.app.state.enrolments.site_of("Neu") == "Rathaus"


def test_an_enrolment_is_forgotten_by_no_clean_up(hub: HubServer) -> None:
    with Walker(hub) as walker:
        walker.enrol(code_for(hub))
        code_for(hub, "Terminal 2")
        with time_moved(hub, DAY):
            hub.app.state.enrolments.forget_old()
        assert walker.health() == 204
    assert [each.code_until for each in hub.app.state.enrolments.standings()] == [None, None]
