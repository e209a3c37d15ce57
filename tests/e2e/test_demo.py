"""`lotse demo`: what it says, what it serves, and that nobody outside of this machine can reach it."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from tests.e2e.programs import Program, lotse, xvfb

NOVNC_NEEDS = ("Xvfb", "x11vnc", "websockify")
LOOPBACK = {"127.0.0.1", "::1"}
without_xvfb = pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb")
without_novnc = pytest.mark.skipif(
    any(shutil.which(program) is None for program in NOVNC_NEEDS) or not Path("/usr/share/novnc").is_dir(),
    reason=f"needs novnc, {', '.join(NOVNC_NEEDS)}",
)


def _address_in(line: str) -> str:
    found = re.search(r"http://\S+", line)
    assert found, line
    return found.group()


def _listening(program: Program) -> set[str]:
    """Return the addresses on which the program and all that it started listen."""
    found: set[str] = set()
    for process in program.family():
        with suppress(psutil.NoSuchProcess):  # websockify has one for each browser
            connections = process.net_connections("inet")
            found |= {each.laddr.ip for each in connections if each.status == psutil.CONN_LISTEN}
    return found


@without_xvfb
def test_smoke_on_a_display_ends_by_itself(tmp_path: Path) -> None:
    with xvfb(1160, 1280) as display, lotse("demo", "--smoke", folder=tmp_path, DISPLAY=display) as demo:
        demo.says("PIN 123456")
        assert demo.ended() == (0, "")


@without_xvfb
def test_the_addresses_answer_and_only_here(tmp_path: Path) -> None:
    with xvfb(1160, 1280) as display, lotse("demo", folder=tmp_path, DISPLAY=display) as demo:
        authority = _address_in(demo.says("What the authority gets"))
        counter = _address_in(demo.says("The counter's page"))
        demo.says("End it")
        with httpx.Client(trust_env=False, timeout=10, follow_redirects=True) as browser:
            assert browser.get(authority).status_code == 200
            page = browser.get(counter)
            assert (page.status_code, "niemand wartet" in page.text) == (200, True)
        assert _listening(demo) == {"127.0.0.1"}
        assert demo.end() == (0, "")


@without_novnc
def test_without_a_display_the_window_is_in_the_browser_and_only_here(tmp_path: Path) -> None:
    with lotse("demo", folder=tmp_path) as demo:
        demo.says("no display")
        window = _address_in(demo.says("http://"))
        demo.says("End it")
        answer = httpx.get(window, trust_env=False, timeout=10)
        assert (answer.status_code, "noVNC" in answer.text) == (200, True)
        assert _listening(demo) <= LOOPBACK
        _, *children = demo.family()
        assert len(children) >= len(NOVNC_NEEDS)
        assert demo.end() == (0, "")
        assert not any(child.is_running() for child in children)


@without_novnc
def test_smoke_without_a_display_ends_by_itself(tmp_path: Path) -> None:
    with lotse("demo", "--smoke", folder=tmp_path) as demo:
        demo.says("no display")
        demo.says("PIN 123456")
        assert demo.ended() == (0, "")


@without_novnc
def test_when_it_is_killed_nothing_goes_on_without_it(tmp_path: Path) -> None:
    with lotse("demo", folder=tmp_path) as demo:
        demo.says("End it")
        _, *children = demo.family()
        demo.process.kill()
        _, alive = psutil.wait_procs(children, timeout=10)
        assert alive == []
