"""Voices that are better left in a process of their own: pyttsx3, SVOX Pico, Piper (`child.py` speaks with them)."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from devices.speech.sound import NoLanguageError, NoVoiceError, Sound, estimated_marks
from kiosk.faults import Fault, FaultCode
from kiosk.privacy import Private
from kiosk.text import Language

T = TypeVar("T")

_CHILD = Path(__file__).with_name("child.py")
_MEMORY = "/dev/shm"  # noqa: S108 - a RAM disk: whatever a library insists on writing is never on a disk
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "LOTSE_SIMULATORS")
_PATIENCE = 5.0


class ProcessSynthesis:
    """`Synthesis` by a warm child process, which is started anew if it has died.

    `command` is what `child.py` gets as arguments, `python` the interpreter that has the library. An answer that
    takes longer than `patience` seconds ends the process. Word marks are estimated: none of these voices tells them.
    """

    notice: Fault | None = None

    def __init__(self, *command: str, python: Path | None = None, patience: float = _PATIENCE) -> None:
        self._command = (str(python or sys.executable), "-I", str(_CHILD), *command)
        self._name = command[0]
        self._patience = patience
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"speech-{self._name}")
        self._child: subprocess.Popen[bytes] | None = None
        self._languages: Sequence[str] = ()
        self._guard = threading.Lock()
        self._closed = False

    async def ready(self) -> Fault | None:
        """Start the process and wait until it can speak."""
        try:
            await self._within(self._started)
        except NoVoiceError as error:
            return Fault(FaultCode.SPEECH_NO_SYNTHESIS, str(error))
        return None

    async def speech(self, words: Private[str], language: Language, rate: float) -> Sound:
        """Return the words as sound."""
        return await self._within(lambda: self._speech(words, language.split("-")[0], rate))

    def close(self) -> None:
        """End the process."""
        self._closed = True
        self._end()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _within(self, work: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(self._patience):
                return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except TimeoutError:
            self._end()
            raise NoVoiceError(f"{self._name}: no answer in time") from None

    def _speech(self, words: Private[str], language: str, rate: float) -> Sound:
        text = words.reveal().replace("\0", " ")
        child = self._started()
        if language not in self._languages:
            raise NoLanguageError(f"{self._name}: no voice for {language}")
        head = self._asked(child, {"text": text, "language": language, "rate": rate})
        samples = self._read(child, int(str(head["bytes"])))
        sound = Sound(samples, int(str(head["rate"])))
        return Sound(samples, sound.rate, estimated_marks(text, sound.seconds))

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._end()
        with self._guard:
            if self._closed:
                raise NoVoiceError(f"{self._name}: ended")
            self._child = child = self._start()
        languages = self._head(child).get("languages")
        self._languages = languages if isinstance(languages, list) else ()
        return child

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | {"TMPDIR": _MEMORY}
        pipe = subprocess.PIPE
        try:
            return subprocess.Popen(  # noqa: S603 - our own program, and the interpreter that the settings name
                self._command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment
            )
        except OSError as error:
            raise NoVoiceError(f"{self._name}: {type(error).__name__}") from None

    def _asked(self, child: subprocess.Popen[bytes], request: dict[str, object]) -> dict[str, object]:
        try:
            if child.stdin is not None:
                child.stdin.write(json.dumps(request).encode() + b"\n")
                child.stdin.flush()
        except (OSError, ValueError):
            raise self._died() from None
        return self._head(child)

    def _head(self, child: subprocess.Popen[bytes]) -> dict[str, object]:
        try:
            head = json.loads(child.stdout.readline()) if child.stdout is not None else None
        except (OSError, ValueError):
            head = None
        if not isinstance(head, dict):
            raise self._died()
        if "error" in head:
            raise NoVoiceError(f"{self._name}: {head['error']}")
        return head

    def _read(self, child: subprocess.Popen[bytes], count: int) -> bytes:
        try:
            samples = child.stdout.read(count) if child.stdout is not None else b""
        except (OSError, ValueError):
            samples = b""
        if len(samples) != count:
            raise self._died()
        return samples

    def _died(self) -> NoVoiceError:
        """End what is left of the process, so that the next words start another one."""
        self._end()
        return NoVoiceError(f"{self._name}: the process died")

    def _end(self) -> None:
        with self._guard:
            child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                _close(pipe)


def _close(pipe: object) -> None:
    try:
        pipe.close()  # type: ignore[attr-defined]
    except OSError:
        return  # what was still to be sent to a dead process
