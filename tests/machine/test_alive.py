"""The watchdog: a terminal of its own process, and a socket in systemd's place."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from provisioning.alive import Patience as Beats
from provisioning.alive import Pulse, Trace, stay_alive, wanted
from provisioning.display import AnsweredFrames, display_path

ROOT = Path(__file__).parents[2]
WATCHDOG_S = 1.5
START_S = 30.0


class Watcher:
    """What systemd would hear."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))

    def hears(self, seconds: float) -> str:
        """Return the next word, "" for silence."""
        self.socket.settimeout(seconds)
        try:
            return self.socket.recv(4096).decode()
        except TimeoutError:
            return ""

    def waits_for_silence(self, longest: float) -> float:
        """Return after how many seconds the watchdog's time passed without a word."""
        began = last = time.monotonic()
        while time.monotonic() - began < longest:
            if self.hears(WATCHDOG_S):
                last = time.monotonic()
            else:
                return time.monotonic() - began
        raise AssertionError(f"still heard {last - began:.1f} s after the start")


@contextmanager
def terminal(folder: Path, watcher: Watcher, plant: str = "") -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {
        "NOTIFY_SOCKET": str(watcher.path),
        "WATCHDOG_USEC": str(int(WATCHDOG_S * 1e6)),
        "RUNTIME_DIRECTORY": str(folder),
        "LOTSE_RESTART_WHEN": str(folder / "next"),
        "LOTSE_PLANT": plant,
        "QT_QPA_PLATFORM": "offscreen",
        "LOTSE_SIMULATORS": "1",
    }
    process = subprocess.Popen(
        (sys.executable, ROOT / "main.py", "run"), cwd=folder, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)


@pytest.fixture
def watcher(tmp_path: Path) -> Iterator[Watcher]:
    watcher = Watcher(tmp_path)
    yield watcher
    watcher.socket.close()


def test_a_terminal_says_that_it_is_ready_and_goes_on_saying_that_it_lives(tmp_path: Path, watcher: Watcher) -> None:
    with terminal(tmp_path, watcher) as process:
        assert watcher.hears(START_S) == "READY=1\nWATCHDOG=1"
        assert [watcher.hears(WATCHDOG_S) for _ in range(4)] == ["WATCHDOG=1"] * 4
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert not (tmp_path / "running").exists()


@pytest.mark.parametrize("fault", ["freeze", "blank", "stuck"])
def test_a_terminal_that_is_of_no_use_falls_silent(fault: str, tmp_path: Path, watcher: Watcher) -> None:
    with terminal(tmp_path, watcher, fault) as process:
        assert watcher.hears(START_S).startswith("READY=1")
        process.send_signal(signal.SIGUSR1)
        # At most FRESH of the watchdog's time until it is not fed any more, and then that time.
        assert watcher.waits_for_silence(8) < 2.2 * WATCHDOG_S
    assert (tmp_path / "running").exists(), "the next one must know"


def test_a_new_version_is_begun_when_nobody_is_here(tmp_path: Path, watcher: Watcher) -> None:
    with terminal(tmp_path, watcher) as process:
        assert watcher.hears(START_S).startswith("READY=1")
        (tmp_path / "next").symlink_to("versions/2")
        assert process.wait(10) == 0


class Still:
    """Frames as a test wants them."""

    def __init__(self) -> None:
        self.drawn = True

    def ask(self) -> None:
        pass

    def drawn_since(self, moment: float) -> bool:
        return self.drawn


async def test_frames_count_only_while_the_display_answers(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "wayland-0"))
        listener.listen()
        path = display_path({"QT_QPA_PLATFORM": "wayland", "WAYLAND_DISPLAY": f"{tmp_path}/wayland-0"})
        assert path
        frames = AnsweredFrames(Still(), path)
        compositor = listener.accept()[0]
        with compositor:
            for _ in range(2):
                began = time.monotonic()
                frames.ask()
                frames.ask()
                await asyncio.sleep(0.01)
                assert not frames.drawn_since(began)
                assert compositor.recv(4096) == struct.pack("=IHHI", 1, 0, 12, 2), (
                    "asked once: sync, answer as number 2"
                )
                compositor.send(struct.pack("=IHHI", 2, 0, 12, 1) + struct.pack("=IHHI", 1, 1, 12, 2))
                async with asyncio.timeout(10):
                    while not frames.drawn_since(began):  # noqa: ASYNC110 - as the watchdog looks
                        await asyncio.sleep(0.01)
        frames.close()


def test_a_window_elsewhere_has_no_display_to_ask() -> None:
    assert display_path({"QT_QPA_PLATFORM": "offscreen", "WAYLAND_DISPLAY": "wayland-0"}) is None
    assert display_path({"QT_QPA_PLATFORM": "wayland"}) is None


async def test_a_visit_is_not_interrupted_by_a_new_version(tmp_path: Path) -> None:
    (tmp_path / "next").touch()
    is_wanted = wanted({"LOTSE_RESTART_WHEN": f"{tmp_path}/other:{tmp_path}/next"})
    visits = iter([True, True, False])
    beats: list[int] = []
    pulse = Pulse()

    def beat() -> None:
        beats.append(1)
        pulse.took()

    await stay_alive(Still(), pulse, beat, lambda: not next(visits) and is_wanted(), Beats(0.01, 1))
    assert len(beats) == 2


def test_who_follows_a_broken_terminal_knows_it(tmp_path: Path) -> None:
    environment = {"RUNTIME_DIRECTORY": f"{tmp_path}:/run/other"}
    assert not Trace(environment).begin()
    assert Trace(environment).begin(), "the first never came to its end"
    Trace(environment).end()
    assert not Trace(environment).begin()


def test_without_systemd_nothing_is_left_behind() -> None:
    assert not Trace({}).begin()
    assert not wanted({})()
    assert Beats.of_watchdog({}) == Beats(1.5, 4.0)
