"""The two programs that are measured side by side: Lotse, and Debian's Chromium with a page of twelve buttons."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psutil

from tests.bench.display import Region

PAGE = """<!doctype html><meta charset=utf-8><title>Zwölf Knöpfe</title><style>
body{margin:0;background:#fafafa;font:30px "Noto Sans",sans-serif;color:#1d2034;padding:48px}
h1{font-size:52px;margin:0 0 24px}main{display:grid;grid-template-columns:1fr 1fr;gap:24px}
button{height:168px;font:inherit;background:#fff;border:2px solid #777d94;border-radius:8px}
button{text-align:left;padding:24px}
button:active{background:#e8eefb;border:4px solid #2044aa}</style>
<h1>Was möchten Sie erledigen?</h1><main>%s</main>"""
NAMES = (
    "Umzug und Wohnen",
    "Ausweis und Pass",
    "Familie und Kinder",
    "Arbeit und Geld",
    "Auto und Verkehr",
    "Neu hier",
)
CHROMIUM_FLAGS = (
    "--kiosk",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-position=0,0",
    "--window-size=1080,1920",
)


ROOT = Path(__file__).parents[2]
FIRST_BUTTON = Region(48, 143, 480, 168)
"""Where the first of the twelve is on a screen of 1080 × 1920."""


@contextmanager
def lotse(display: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run `lotse run` as in a foyer, compiled by Python as any installed program is."""
    with _lotse(ROOT, display, {"HOME": str(folder), "PYTHONDONTWRITEBYTECODE": ""}) as process:
        yield process


@contextmanager
def uncompiled_lotse(display: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run it as at its very first start from a checkout: Lotse's own files have to be compiled first."""
    skipped = shutil.ignore_patterns(".*", "__pycache__", "tests", "docs")
    copy = shutil.copytree(ROOT, folder / "lotse", ignore=skipped)
    with _lotse(copy, display, {"HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}) as process:
        yield process


def _lotse(root: Path, display: str, more: dict[str, str]) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """`main.py run` is what the command `lotse run` does, wherever the files lie."""
    return _running([sys.executable, str(root / "main.py"), "run"], display, {"QT_QPA_PLATFORM": "xcb"} | more)


@contextmanager
def chromium(display: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run Chromium with the page, full screen, with a fresh profile."""
    page = folder / "buttons.html"
    page.write_text(PAGE % "".join(f"<button>{name}</button>" for name in NAMES * 2), encoding="utf-8")
    command = ["chromium", *CHROMIUM_FLAGS, f"--user-data-dir={folder / 'profile'}", page.as_uri()]
    with _running(command, display, {}) as process:
        yield process


@contextmanager
def _running(command: list[str], display: str, more: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command,
        env=os.environ | {"DISPLAY": display} | more,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)


def memory_mb(process: subprocess.Popen[bytes]) -> float:
    """Return the proportional set size of a process and all below it, in MiB."""
    return sum(_pss(member) for member in _tree(process)) / 1024 / 1024


def processor_seconds(process: subprocess.Popen[bytes]) -> float:
    """Return how long a process and all below it have used a processor."""
    times = [member.cpu_times() for member in _tree(process)]
    return float(sum(each.user + each.system for each in times))


def wakeups(process: subprocess.Popen[bytes]) -> int:
    """Return how often the threads of a process and all below it have been woken from a wait."""
    tasks = [task for member in _tree(process) for task in Path(f"/proc/{member.pid}/task").iterdir()]
    lines = [line for task in tasks for line in (task / "status").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches:"))


def _tree(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    parent = psutil.Process(process.pid)
    return [parent, *parent.children(recursive=True)]


def _pss(member: psutil.Process) -> int:
    try:
        return int(member.memory_full_info().pss)
    except psutil.NoSuchProcess:
        return 0
