"""`lotse run` and `lotse fleet`: a real terminal in its window does what IT says from afar, and tells of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from composition.log_tail import LogTail
from hub.enrolment_keys import Purpose
from hub.roles import Role
from hub.server import HubServer, running
from hub.settings import HubSettings, TerminalAccess
from provisioning.fleet import run
from tests.e2e.programs import Program, lotse
from tests.hub.staff import KEY, employ

NAME, PATIENCE_S = "Terminal 1", 60.0
SETTINGS = """
terminal: {{name: {name}, location: Foyer links}}
window: {{fullscreen: false}}
counter:
  driver: hub
  url: {url}
  terminal: {name}
  credential: hub
  commands: state/commands.json
  command_keys: commands.jwks
"""


@pytest.fixture
def city(tmp_path: Path) -> Iterator[HubServer]:
    """A hub that has given a terminal its settings and keys, and IT a token."""
    access = TerminalAccess.with_key(NAME, "key-of-this-test", "Foyer links")
    chosen = HubSettings(tmp_path / "hub.db", "counter", (access,), "Rathaus", key=KEY, ping=1)
    employ(chosen, "it", Role.IT)
    with running(chosen) as server:
        state = server.app.state
        state.hub_keys.signer(Purpose.COMMANDS)
        keys = state.hub_keys.published(Purpose.COMMANDS).export(private_keys=False)
        (tmp_path / "commands.jwks").write_text(keys)
        (tmp_path / "token").write_text(state.tokens.make("console", "it", "", timedelta(days=1)))
        (tmp_path / "settings.yaml").write_text(SETTINGS.format(name=NAME, url=server.base_url))
        (tmp_path / "credentials").mkdir()
        (tmp_path / "credentials" / "lotse.hub").write_text("key-of-this-test")
        yield server


def terminal(folder: Path) -> Program:
    settings, credentials = str(folder / "settings.yaml"), str(folder / "credentials")
    return lotse(  # type: ignore[return-value]
        "run", "--settings", settings, folder=folder, QT_QPA_PLATFORM="offscreen", CREDENTIALS_DIRECTORY=credentials
    )


def test_it_commands_a_terminal_from_afar(city: HubServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def fleet(*words: str) -> int:
        return run(["--hub", city.base_url, "--token-file", str(tmp_path / "token"), *words])

    def command(what: str, *words: str) -> int:
        return fleet("command", what, NAME, "--out", str(tmp_path / "out"), "--wait", str(PATIENCE_S), *words)

    def answers() -> dict[str, str]:
        capsys.readouterr()
        assert fleet("show", NAME, "--format", "json") == 0
        return {one["do"]: one["outcome"] for one in json.loads(capsys.readouterr().out)["commands"]}

    with terminal(tmp_path) as program:  # type: ignore[attr-defined]
        assert command("picture") == 0
        assert command("report") == 0
        assert command("log", "--lines", "10") == 0
        assert command("identify") == 0
        assert command("out-of-service", "--text", "de=Wir bauen um.") == 0
        assert fleet("command", "restart", NAME) == 0
        code, said = program.ended()
        assert (code, "Traceback" in said) == (0, False)
    with terminal(tmp_path):  # type: ignore[attr-defined]
        wait_until(lambda: answers().get("restart") == "done")
        assert json.loads((tmp_path / "state" / "commands.json").read_text())["last"] == 6
        assert command("picture") == 0
    files = {path.name: path for path in (tmp_path / "out").iterdir()}
    before, after = (QImage(str(files[f"Terminal-1-{number}.png"])) for number in (1, 7))
    assert before.width() == after.width() == 540
    assert before != after  # it is still out of service
    report = json.loads(files["Terminal-1-2.json"].read_text())
    found = {finding["check"]: finding["verdict"] for finding in report["findings"]}
    assert (found["counter"], found["disk"] != "skipped", found["profile"]) == ("ready", True, "skipped")
    assert "command 2: done" in files["Terminal-1-3.log"].read_text()


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end
        time.sleep(0.2)


@pytest.mark.expects_log
def test_the_log_has_no_words_of_an_exception(caplog: pytest.LogCaptureFixture) -> None:
    import logging

    tail = LogTail()
    log = logging.Logger("test")
    log.addHandler(tail)
    try:
        raise ValueError("Erika Mustermann")
    except ValueError:
        log.exception("it broke\nhere")
    log.info("\x1b[2J%s", "\u202e")
    assert tail.last(1).endswith(b"?[2J?\n")  # nothing that a console would do
    for number in range(1000):
        log.info("%d%s", number, "x" * 1000)
    assert b"Mustermann" not in tail.last(10_000)
    lines = tail.last(10_000).decode().splitlines()
    assert (len(lines), max(map(len, lines))) == (500, 300)
    assert len(tail.last(2).decode().splitlines()) == 2
