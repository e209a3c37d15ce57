"""Loudspeaker and headset that nobody hears: at a sound server of the demo's own, or as one more sink of this desk."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from demo.children import child

START_S = 5.0
ANSWER_S = 5.0
LOUDSPEAKER, HEADSET = "nobody_hears", "virtual_headset"


class Desk:
    """The sound of this computer: a virtual headset can be plugged in, the rest is real."""

    own = False
    """Whether the sound server is ours, to be ended and started."""

    def __init__(self) -> None:
        self._modules: dict[str, str] = {}

    @property
    def headset(self) -> bool:
        """Whether the virtual headset is plugged in."""
        return HEADSET in self._modules

    @property
    def loudspeaker(self) -> bool:
        """Whether the loudspeaker is there, as far as it is ours."""
        return True

    @property
    def running(self) -> bool:
        """Whether the sound server runs, as far as it is ours."""
        return True

    def plug(self, sink: str, *, plugged: bool) -> None:
        """Plug a virtual output in or pull it. Blocks for some milliseconds; nothing happens without a server."""
        if plugged and sink not in self._modules:
            module = _pactl("load-module", "module-null-sink", f"sink_name={sink}")
            if module:
                self._modules[sink] = module
        elif not plugged and (module := self._modules.pop(sink, "")):
            _pactl("unload-module", module)

    def close(self) -> None:
        """Pull out what was plugged in."""
        for sink in tuple(self._modules):
            self.plug(sink, plugged=False)


class OwnServer(Desk):
    """A PulseAudio of our own with outputs that nobody hears. The context of its stack ends it."""

    own = True

    def __init__(self, program: str, folder: Path, stack: ExitStack) -> None:
        super().__init__()
        self._program = program
        self._folder = folder
        self._life = ExitStack()
        stack.callback(self._life.close)

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self._folder / "native"

    @property
    def loudspeaker(self) -> bool:
        """Whether the loudspeaker is plugged in."""
        return LOUDSPEAKER in self._modules

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self.socket.exists()

    def start(self) -> None:
        """Start it, with a loudspeaker. Blocks until it listens."""
        child(
            self._life,
            self._program,
            *("-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disable-shm=yes"),
            *("-L", f"module-native-protocol-unix auth-anonymous=1 socket={self.socket}"),
            environment={"HOME": str(self._folder), "XDG_RUNTIME_DIR": str(self._folder)},
        )
        _appears(self.socket)
        self.plug(LOUDSPEAKER, plugged=True)

    def stop(self) -> None:
        """End it, and with it every output. Blocks until it is gone."""
        self._modules.clear()
        self._life.close()
        self.socket.unlink(missing_ok=True)


@contextmanager
def silent_sound() -> Iterator[Desk]:
    """Run a sound server of our own while the context lasts; if PulseAudio is not installed, there is no sound."""
    with ExitStack() as stack:
        program = shutil.which("pulseaudio")
        if program is None:
            yield Desk()
            return
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lotse-sound-")))
        server = OwnServer(program, folder, stack)
        os.environ["PULSE_SERVER"] = f"unix:{server.socket}"
        server.start()
        yield server


def _pactl(*words: str) -> str:
    """Return what `pactl` says, "" if it cannot."""
    program = shutil.which("pactl")
    if program is None:
        return ""
    try:
        answer = subprocess.run(  # noqa: S603 - our own words only
            (program, *words), capture_output=True, text=True, timeout=ANSWER_S, check=False
        )
    except subprocess.TimeoutExpired:
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def _appears(socket: Path) -> None:
    end = time.monotonic() + START_S
    while not socket.exists() and time.monotonic() < end:
        time.sleep(0.05)
