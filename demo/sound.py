"""A loudspeaker that nobody hears, where the demo is shown in a browser: so reading aloud can at least be seen."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from demo.children import child

START_S = 5.0


@contextmanager
def silent_sound() -> Iterator[None]:
    """Run a sound server of our own while the context lasts; none if PulseAudio is not installed."""
    with ExitStack() as stack:
        program = shutil.which("pulseaudio")
        if program is not None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lotse-sound-")))
            socket = folder / "native"
            child(
                stack,
                program,
                *("-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disable-shm=yes"),
                *("-L", f"module-native-protocol-unix auth-anonymous=1 socket={socket}"),
                *("-L", "module-null-sink sink_name=nobody_hears"),
                environment={"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)},
            )
            _appears(socket)
            os.environ["PULSE_SERVER"] = f"unix:{socket}"
        yield


def _appears(socket: Path) -> None:
    end = time.monotonic() + START_S
    while not socket.exists() and time.monotonic() < end:
        time.sleep(0.05)
