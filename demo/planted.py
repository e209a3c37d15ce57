"""Faults planted into a running terminal, to show that each is noticed. Only with LOTSE_SIMULATORS=1.

`LOTSE_PLANT=freeze` freezes the loop at the signal SIGUSR1; so do blank (the window is white), stuck (the core takes no
more events) and crash.
"""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.terminal import Terminal
    from ui.window import TerminalWindow


def plant(what: str, terminal: Terminal, window: TerminalWindow) -> None:
    """Plant the fault that `what` names. Raises `RuntimeError` where faults may not be planted."""
    if os.environ.get("LOTSE_SIMULATORS") != "1":
        raise RuntimeError("a fault is planted only in the demo and in tests (LOTSE_SIMULATORS=1)")
    deeds = {
        "freeze": _freeze,
        "blank": lambda: _cover(window),
        "stuck": lambda: setattr(terminal, "_closed", True),
        "crash": lambda: os._exit(1),
    }
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, deeds[what])


def _freeze() -> None:
    while True:
        pass


def _cover(window: TerminalWindow) -> None:
    from PySide6.QtWidgets import QWidget

    sheet = QWidget(window)
    sheet.setStyleSheet("background: white")
    sheet.setGeometry(window.rect())
    sheet.show()
    sheet.raise_()
