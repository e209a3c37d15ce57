"""What each command of this process stands on: credentials, log, one loop, the way to its end."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from composition.log_tail import LogTail

if TYPE_CHECKING:
    from profiles.mistakes import Mistake
    from profiles.settings import Settings

SECRETS = "lotse"
"""The service name under which the terminal's secrets are kept."""


def credentials_allowed() -> bool:
    """Choose the credential store; say why, if there is none that a terminal or hub may use."""
    from provisioning.credentials import CredentialsRefusedError, use_credentials

    try:
        use_credentials()
    except CredentialsRefusedError as refused:
        sys.stderr.write(f"{refused}\n")
        return False
    return True


def keyring_secret(name: str) -> str | None:
    """Return a secret from the terminal's credential store."""
    from provisioning.credentials import secrets_of

    return secrets_of(SECRETS)(name)


def complain(mistakes: Sequence[Mistake]) -> int:
    """Say what is wrong in a file; return the exit code."""
    for mistake in mistakes:
        sys.stderr.write(f"{mistake}\n")
    return 2


def set_up_logging(settings: Settings) -> None:
    """Log to standard error and, if one is named, a file. Library chatter below WARNING stays out."""

    handlers: list[logging.Handler] = [logging.StreamHandler(), LogTail()]
    if settings.logging.file:
        handlers.append(logging.FileHandler(settings.logging.file))
    level = settings.logging.level.upper()
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", handlers=handlers)
    for library in ("httpx", "httpcore", "websockets", "asyncio", "qasync", "escpos", "PIL"):
        logging.getLogger(library).setLevel(logging.WARNING)


def on_one_loop(work: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run a coroutine on the one loop that carries widgets, timers and network."""
    from PySide6.QtWidgets import QApplication

    from ui.loop import WindowLoop

    application = QApplication(sys.argv[:1])
    application.setApplicationName("Lotse")  # how assistive technology calls it
    with asyncio.Runner(loop_factory=lambda: WindowLoop(application)) as runner:
        return runner.run(work())


async def stopped() -> None:
    """Wait for SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    await stop.wait()


def local_time() -> datetime:
    """Return the time as it is at the places that Lotse is for, whatever clock the computer is set to."""
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo("Europe/Berlin"))
