"""`lotse` as a program of its own, and a display for it."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
START_S = 40.0
END_S = 20.0
_NOT_FOR_PROGRAMS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR")


class Program:
    """A running `lotse`. What it says is read line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, name="reader")
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put("")

    def says(self, words: str) -> str:
        """Wait for a line with these words and return it."""
        end = time.monotonic() + START_S
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"never said {words!r}, only {self.said}") from None
            self.said.append(line)
            if words in line:
                return line
            assert self.process.poll() is None or not self._lines.empty(), f"ended after {self.said}"

    def end(self) -> tuple[int, str]:
        """Ask it to end (SIGTERM); return its exit code and what it complained of."""
        self.process.terminate()
        return self.ended()

    def ended(self) -> tuple[int, str]:
        """Wait for its end; return its exit code and what it complained of."""
        code = self.process.wait(END_S)
        self._reader.join(END_S)
        assert self.process.stderr is not None
        return code, self.process.stderr.read()

    def family(self) -> list[psutil.Process]:
        """Return the process and all that it started and that still run."""
        try:
            own = psutil.Process(self.process.pid)
            return [own, *own.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


@contextmanager
def lotse(*arguments: str, folder: Path, **environment: str) -> Iterator[Program]:
    """Start `lotse`; end it if the test has not."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", str(ROOT / "main.py"), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=surroundings(folder) | environment,
    )
    program = Program(process)
    try:
        yield program
    finally:
        if process.poll() is None:
            process.kill()  # what it started ends with it
            process.wait(END_S)
        program._reader.join(END_S)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def surroundings(folder: Path) -> dict[str, str]:
    """Return an environment without a display, whose runtime folder is `folder`."""
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_FOR_PROGRAMS}
    return kept | {"XDG_RUNTIME_DIR": str(folder), "HOME": str(folder), "PULSE_SERVER": f"unix:{folder}/no-sound"}


@contextmanager
def xvfb(width: int, height: int) -> Iterator[str]:
    """Yield the name of a display of its own."""
    read, write = os.pipe()
    process = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(write,),
    )
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        process.terminate()
        process.wait(END_S)
