"""A whole visit through the accessibility bus: an independent client finds everything by role and name alone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.errands import Answers, hand_in, in_german, to_the_review
from tests.e2e.programs import END_S, lotse, surroundings, xvfb

DEBIANS_PYTHON = "/usr/bin/python3"
CLIENT = Path(__file__).with_name("at_client.py")
_PROGRAMS = ("Xvfb", "dbus-daemon", "/usr/libexec/at-spi-bus-launcher")
_HAS_CLIENT = (DEBIANS_PYTHON, "-c", "import gi; gi.require_version('Atspi', '2.0')")


def _missing() -> str:
    missing = [program for program in _PROGRAMS if shutil.which(program) is None]
    if not missing and subprocess.run(_HAS_CLIENT, capture_output=True, check=False).returncode:
        missing = ["gir1.2-atspi-2.0"]
    return ", ".join(missing)


pytestmark = pytest.mark.skipif(bool(_missing()), reason=f"needs {_missing()}")


@contextmanager
def a_bus(folder: Path) -> Iterator[str]:
    """Yield the address of a session bus of its own; the accessibility bus is started by it when asked for."""
    command = ("dbus-daemon", "--session", "--nofork", "--print-address=1", f"--address=unix:path={folder}/bus")
    environment = surroundings(folder)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(END_S)
        process.stdout.close()


class ByAssistiveTechnology:
    """Somebody who uses the terminal through a program of its own, as `tests.e2e.people.Person` does by hand."""

    def __init__(self, client: subprocess.Popen[str]) -> None:
        self._client = client

    def ask(self, *command: str) -> Any:
        """Have something done; fails with what is there, if it cannot be."""
        assert self._client.stdin is not None
        assert self._client.stdout is not None
        self._client.stdin.write(json.dumps(command) + "\n")
        self._client.stdin.flush()
        answer = json.loads(self._client.stdout.readline())
        assert "missed" not in answer, answer["missed"]
        return answer["is"]

    async def sees(self, *words: str) -> None:
        """Wait until all these words are on the bus; nothing there can be operated and has no name."""
        self.ask("sees", *words)
        assert self.ask("unnamed") == []

    async def press(self, name: str) -> None:
        """Press what has that name."""
        self.ask("press", name)

    async def fill(self, name: str, words: str) -> None:
        """Write into the field of that name."""
        self.ask("write", name, words)


@contextmanager
def technology(folder: Path, **environment: str) -> Iterator[ByAssistiveTechnology]:
    """Start the client; it finds the terminal by its name."""
    client = subprocess.Popen(
        [DEBIANS_PYTHON, "-W", "ignore", str(CLIENT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=surroundings(folder) | environment,
    )
    try:
        yield ByAssistiveTechnology(client)
    finally:
        client.kill()
        client.wait(END_S)
        for pipe in (client.stdin, client.stdout):
            if pipe is not None:
                pipe.close()


@pytest.mark.en301549("11.5", "11.4.1.2")
async def test_a_visit_by_names_and_roles_alone_is_handed_in_and_printed(tmp_path: Path) -> None:
    answers = Answers()
    errand = in_german(answers)
    always = {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "QT_ACCESSIBILITY": "1"}
    with xvfb(1160, 1280) as display, a_bus(tmp_path) as bus:
        around = {"DISPLAY": display, "DBUS_SESSION_BUS_ADDRESS": bus}
        with lotse("demo", folder=tmp_path, **around, **always) as demo, technology(tmp_path, **around) as person:
            authority = re.search(r"http://\S+", demo.says("What the authority gets"))
            demo.says("End it")
            await to_the_review(person, errand)
            assert {"frame", "heading", "tool bar"} <= set(person.ask("roles"))
            await hand_in(person, errand)
            await person.sees(errand.sent, "Ihr Zettel ist fertig")
            assert authority
            async with httpx.AsyncClient(trust_env=False, timeout=10) as browser:
                assert answers.street in (await browser.get(authority.group())).text
            await person.press(errand.end)
            await person.sees(errand.goodbye, "Alles gelöscht")
