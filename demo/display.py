"""A display where there is none: Xvfb, shown in the browser by noVNC. Everything listens on loopback only."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from demo.children import child

NOVNC = Path("/usr/share/novnc")
NEEDED = ("Xvfb", "x11vnc", "websockify")
WIDTH, HEIGHT = 1160, 1280
START_S = 15.0


class NoDisplayError(Exception):
    """No display, and none can be made; the text says what is missing."""


def has_display() -> bool:
    """Whether there is a display already, or the windows are drawn nowhere on purpose."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM"))


@contextmanager
def display_in_the_browser() -> Iterator[str]:
    """Make a display for this process and yield the address at which a browser shows it. Raises `NoDisplayError`."""
    missing = [program for program in NEEDED if shutil.which(program) is None]
    if missing or not NOVNC.is_dir():
        raise NoDisplayError(
            f"There is no display, and to make one these are missing: {', '.join(missing or ['novnc'])}"
        )
    with ExitStack() as stack:
        os.environ["DISPLAY"] = _xvfb(stack)
        vnc, web = _free_port(), _free_port()
        flags = "-localhost -forever -shared -nopw -quiet -noxdamage -no6 -rfbport"
        child(stack, "x11vnc", "-display", os.environ["DISPLAY"], *flags.split(), str(vnc))
        _answers(vnc)
        child(stack, "websockify", "--web", str(NOVNC), f"127.0.0.1:{web}", f"127.0.0.1:{vnc}")
        _answers(web)
        yield f"http://127.0.0.1:{web}/vnc.html?autoconnect=1&resize=scale"


def _xvfb(stack: ExitStack) -> str:
    read, write = os.pipe()
    screen = f"{WIDTH}x{HEIGHT}x24"
    child(stack, "Xvfb", "-displayfd", str(write), "-screen", "0", screen, "-nolisten", "tcp", "-noreset", keep=write)
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    if not number:
        raise NoDisplayError("There is no display, and Xvfb did not start.")
    return f":{number}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise NoDisplayError("There is no display, and the one in the browser did not start.")
