"""A sound server of the test's own: a null sink whose monitor is recorded."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

RATE = 22_050
BLOCK_SECONDS = 0.005


class NoEarsError(Exception):
    """There is no sound server here."""


@dataclass
class Ears:
    """What came out of the loudspeaker: the loudest sample of each block with the clock's time."""

    environment: dict[str, str]
    server: subprocess.Popen[bytes]
    blocks: list[tuple[float, int]] = field(default_factory=list)

    def heard(self, begin: float, end: float) -> list[float]:
        """Return the times of the blocks between two times that were not silent."""
        return [when for when, peak in self.blocks if begin <= when < end and peak > 50]

    def pactl(self, *command: str) -> str:
        """Change the server; return what it answers."""
        done = subprocess.run(["pactl", *command], env=self.environment, check=True, capture_output=True, timeout=10)
        return done.stdout.decode().strip()


@contextmanager
def listening(folder: Path) -> Iterator[Ears]:
    """Start a PulseAudio with nothing but a null sink, its socket in a folder, and record it. Raises `NoEarsError`."""
    if not (shutil.which("pulseaudio") and shutil.which("parec")):
        raise NoEarsError("needs the Debian packages pulseaudio and pulseaudio-utils")
    socket = folder / "native"
    environment = os.environ | {
        "XDG_RUNTIME_DIR": str(folder),
        "PULSE_SERVER": f"unix:{socket}",
        "HOME": str(folder),
    }
    server = start_server(socket, environment)
    try:
        yield from _recorded(environment, server, socket)
    finally:
        server.terminate()
        server.wait(5)


def start_server(socket: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a PulseAudio with nothing but a null sink."""
    socket.unlink(missing_ok=True)
    return subprocess.Popen(_server(socket), env=environment, stderr=subprocess.DEVNULL)


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
            raise NoEarsError("PulseAudio does not start here")
        time.sleep(0.02)
