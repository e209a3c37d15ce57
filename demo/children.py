"""Programs that the demo starts and ends."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack

END_S = 5.0
WITH_US = ("setpriv", "--pdeathsig", "TERM")
"""util-linux, on every Debian."""


def child(
    stack: ExitStack, *command: str, keep: int | None = None, environment: Mapping[str, str] | None = None
) -> None:
    """Start a program that ends with the stack, and with us if we are killed. `keep` is a descriptor that it gets."""
    process = subprocess.Popen(  # noqa: S603 - our own words only
        (*WITH_US, *command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=() if keep is None else (keep,),
        env={**os.environ, **(environment or {})},
        start_new_session=True,
    )
    stack.callback(_end, process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=END_S)
