"""A machine that was booted from an installed package: commands inside it, its screen, its finger.

`scripts/machine` makes one and names it: LOTSE_MACHINE is the process id of its systemd, LOTSE_MACHINE_ROOT its root.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QImage

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}
WIDTH, HEIGHT = 1080, 1920
LATE = Path(__file__).parent / "late"
"""Files that come to the machine after it has booted."""
DISPLAY = {"DISPLAY": ":9", "WAYLAND_DISPLAY": "/run/lotse-display/wayland-0"}


class Machine:
    """The machine."""

    def __init__(self) -> None:
        self.leader = os.environ["LOTSE_MACHINE"]
        self.root = Path(os.environ["LOTSE_MACHINE_ROOT"])

    def does(self, *command: str, check: bool = True) -> str:
        """Run a command as root inside; return what it says."""
        inside = ("nsenter", "-t", self.leader, "-m", "-u", "-i", "-n", "-p", "-C", "env", "-i")
        variables = [f"{name}={value}" for name, value in (ENVIRONMENT | DISPLAY).items()]
        whole = (*inside, *variables, *command)
        done = subprocess.run(whole, check=False, capture_output=True, text=True, timeout=120)
        assert not check or done.returncode == 0, f"{' '.join(command)}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def state(self, unit: str, what: str = "ActiveState") -> str:
        """Return a property of a unit."""
        return self.does("systemctl", "show", "--value", "-p", what, unit)

    def picture(self) -> QImage:
        """Return what cage shows."""
        self.does("grim", "/run/picture.png")
        # /run is the machine's own: read by way of its systemd
        return QImage(f"/proc/{self.leader}/root/run/picture.png")

    def picture_or_none(self) -> QImage | None:
        """Return what cage shows, None while there is no cage."""
        self.does("rm", "-f", "/run/picture.png")
        self.does("grim", "/run/picture.png", check=False)
        picture = QImage(f"/proc/{self.leader}/root/run/picture.png")
        return None if picture.isNull() else picture

    def full_size(self) -> None:
        """Give cage's window the size of a terminal's screen."""
        window = self.does("xdotool", "search", "--onlyvisible", "--name", ".*").split()[-1]
        self.does("xdotool", "windowmove", window, "0", "0", "windowsize", window, str(WIDTH), str(HEIGHT))
        until(lambda: self.picture().height() == HEIGHT)

    def touches(self, x: int, y: int) -> None:
        """Touch the screen."""
        self.does("xdotool", "mousemove", str(x), str(y), "click", "1")

    def replaced(self, unit: str, process: str) -> None:
        """Wait until another main process than this one runs in a unit, and is ready."""
        until(lambda: self.state(unit, "MainPID") not in (process, "0"), 30)
        until(lambda: self.state(unit) == "active", 30)

    def boot_seconds(self) -> tuple[float, float]:
        """Return how long it took from the machine's first process to the terminal's drawn first screen, and how much
        of that was between the start of the display and there.
        """

        def at(unit: str, what: str) -> int:
            return int(self.state(unit, f"{what}TimestampMonotonic"))

        begun = int(self.does("systemctl", "show", "--value", "-p", "UserspaceTimestampMonotonic"))
        drawn, display = at("lotse.service", "ActiveEnter"), at("lotse-display.service", "InactiveExit")
        return (drawn - begun) / 1e6, (drawn - display) / 1e6

    def rests(self, unit: str, seconds: float) -> tuple[float, float]:
        """Return how much a unit's main process does meanwhile: percent of one core, and wake-ups a second."""
        process = self.state(unit, "MainPID")

        def used() -> tuple[float, int]:
            fields = self.does("cat", f"/proc/{process}/stat").rpartition(")")[2].split()
            tasks = self.does("sh", "-c", f"cat /proc/{process}/task/*/status")
            woken = sum(int(n) for n in re.findall(r"^voluntary_ctxt_switches:\s+(\d+)$", tasks, re.M))
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), woken

        before = used()
        time.sleep(seconds)
        after = used()
        return (after[0] - before[0]) / seconds * 100, (after[1] - before[1]) / seconds

    def begins_hub(self) -> None:
        """Start the hub on the machine, if it does not run yet: the network has come."""
        if not (self.root / "etc/lotse/hub.yaml").exists():
            shutil.copy(LATE / "hub.yaml", self.root / "etc/lotse/hub.yaml")
            self.does("systemctl", "start", "lotse-hub.service")

    def known_at_hub(self) -> tuple[dict[str, str], str]:
        """Return what the hub knows of the terminal: what does not work, by code, and what it is used for."""
        database = self.root / "var/lib/lotse-hub/hub.sqlite"
        if not database.exists():
            return {}, ""
        with sqlite3.connect(database, timeout=10) as connection:
            try:
                row = connection.execute("SELECT devices, state FROM terminal").fetchone()
            except sqlite3.OperationalError:  # it is being made
                row = None
        return (json.loads(row[0]), row[1] or "") if row else ({}, "")

    def starts_anew(self) -> None:
        """Start the terminal, whatever it was in before."""
        self.does("systemctl", "stop", "lotse-out-of-order.service", "lotse.service")
        self.does("systemctl", "reset-failed")
        self.does("systemctl", "start", "lotse.service")

    def tries_all(self) -> dict[str, str | None]:
        """Run the probe in a unit that is the terminal's but for what it starts."""
        (self.root / "usr/lib/lotse/current/probe.py").write_text((Path(__file__).parent / "probe.py").read_text())
        unit = self.does("systemctl", "cat", "lotse.service")
        without = (
            r"^(Type|NotifyAccess|Watchdog\w+|ExecStartPre|ExecStopPost|Restart\w*|OnFailure|StartLimit\w+|Also)=.*$"
        )
        unit = re.sub(without, "", unit, flags=re.M)
        start = "Type=oneshot\nExecStart=/usr/lib/lotse/current/bin/python3 -P /usr/lib/lotse/current/probe.py"
        unit = re.sub(r"^ExecStart=.*$", f"{start}\nStandardOutput=truncate:/run/probe.json", unit, flags=re.M)
        Path(f"/proc/{self.leader}/root/run/systemd/system/lotse-probe.service").write_text(unit)
        self.does("systemctl", "daemon-reload")
        self.does("systemctl", "start", "lotse-probe.service")
        outcomes: dict[str, str | None] = json.loads(self.does("tail", "-1", "/run/probe.json"))
        return outcomes


def until(happened: Callable[[], bool], seconds: float = 20) -> float:
    """Wait for something, and return how long that took."""
    began = time.monotonic()
    while not happened():
        assert time.monotonic() - began < seconds, "it did not happen"
        time.sleep(0.05)
    return time.monotonic() - began


def differing(one: QImage, other: QImage) -> float:
    """Return which part of the pixels below the clock differs between two pictures, 0 to 1."""
    if one.size() != other.size():
        return 1.0
    first, second = (bytes(p.convertToFormat(QImage.Format.Format_RGB32).constBits()) for p in (one, other))
    begin = len(first) // 8
    pixels = range(begin - begin % 4, len(first), 4 * 37)
    return sum(first[i : i + 3] != second[i : i + 3] for i in pixels) / len(pixels)


def of_one_colour(picture: QImage) -> bool:
    """Whether a picture shows nothing."""
    pixels = bytes(picture.convertToFormat(QImage.Format.Format_RGB32).constBits())
    return pixels == pixels[:4] * (len(pixels) // 4)
