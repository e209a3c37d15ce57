"""A sound server of the test's own: a null sink whose monitor is recorded."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

RATE = 22_050
BLOCK_SECONDS = 0.005


@dataclass
class Ears:
    """What came out of the loudspeaker: the loudest sample of each block with the clock's time."""

    environment: dict[str, str]
    server: subprocess.Popen[bytes]
    blocks: list[tuple[float, int]] = field(default_factory=list)

    def heard(self, begin: float, end: float) -> list[float]:
        """Return the times of the blocks between two times that were not silent."""
        return [when for when, peak in self.blocks if begin <= when < end and peak > 50]


@pytest.fixture
def ears(tmp_path: Path) -> Iterator[Ears]:
    """Start a PulseAudio with nothing but a null sink, and record it."""
    if not (shutil.which("pulseaudio") and shutil.which("parec")):
        pytest.skip("needs the Debian packages pulseaudio and pulseaudio-utils")
    socket = tmp_path / "native"
    environment = os.environ | {
        "XDG_RUNTIME_DIR": str(tmp_path),
        "PULSE_SERVER": f"unix:{socket}",
        "HOME": str(tmp_path),
    }
    server = subprocess.Popen(_server(socket), env=environment, stderr=subprocess.DEVNULL)
    try:
        yield from _recorded(environment, server, socket)
    finally:
        server.terminate()
        server.wait(5)


def _server(socket: Path) -> list[str]:
    options = ["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes"]
    modules = [
        f"module-native-protocol-unix socket={socket} auth-anonymous=1",
        "module-null-sink sink_name=loudspeaker norewinds=1",
    ]
    return ["pulseaudio", *options, *(part for module in modules for part in ("-L", module))]


def _recorded(environment: dict[str, str], server: subprocess.Popen[bytes], socket: Path) -> Iterator[Ears]:
    _wait_for(socket, server)
    options = ["--device=loudspeaker.monitor", f"--rate={RATE}", "--channels=1", "--format=s16le", "--latency-msec=5"]
    recorder = subprocess.Popen(["parec", "--raw", *options], env=environment, stdout=subprocess.PIPE)
    ears = Ears(environment, server)
    listening = threading.Thread(target=_listen, args=(recorder, ears))
    listening.start()
    try:
        yield ears
    finally:
        recorder.terminate()
        listening.join(5)
        recorder.wait(5)
        assert recorder.stdout is not None
        recorder.stdout.close()


def _listen(recorder: subprocess.Popen[bytes], ears: Ears) -> None:
    assert recorder.stdout is not None
    while block := recorder.stdout.read(int(RATE * BLOCK_SECONDS) * 2):
        samples = array("h", block[: len(block) // 2 * 2])
        ears.blocks.append((time.monotonic(), max(map(abs, samples), default=0)))


def _wait_for(socket: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 10
    while not socket.exists():
        if server.poll() is not None or time.monotonic() > deadline:
            pytest.skip("PulseAudio does not start here")
        time.sleep(0.02)
