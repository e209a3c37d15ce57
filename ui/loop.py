"""The one event loop of a terminal: it carries widgets, timers and network."""

from __future__ import annotations

import gc
import os
import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

os.environ.setdefault("QT_API", "pyside6")
import qasync

SWEEP_MS = 2000
YOUNG, OLD = 700, 10
"""Python's own thresholds: so many new objects make a sweep worth it, so many sweeps a thorough one."""


class WindowLoop(qasync.QEventLoop):  # type: ignore[misc]  # qasync has no types
    """qasync's loop, with two things more.

    It ends asynchronous generators that were left in the middle, as asyncio's loops do. Without that, a stream that is
    not read to its end is torn down by the garbage collector, outside of any task: its connection is not given
    back, and Python complains on standard error (PEP 525, qasync 0.28).

    While it runs, garbage is collected on its own thread alone. Python collects on whatever thread happens to need
    memory, and a widget that is destroyed on a thread of the network or the voice ends the process.
    """

    def __init__(self, application: QApplication) -> None:
        application.setQuitOnLastWindowClosed(False)
        super().__init__(application)

    def run_forever(self) -> int:
        """Run until stopped; return Qt's exit code."""
        before, collecting = sys.get_asyncgen_hooks(), gc.isenabled()
        sys.set_asyncgen_hooks(self._asyncgen_firstiter_hook, self._asyncgen_finalizer_hook)
        gc.disable()
        sweeper = QTimer()
        sweeper.timeout.connect(_sweep)
        sweeper.start(SWEEP_MS)
        try:
            return int(super().run_forever())
        finally:
            sweeper.stop()
            sys.set_asyncgen_hooks(*before)
            if collecting:
                gc.enable()


def _sweep() -> None:
    young, _, sweeps = gc.get_count()
    if young >= YOUNG:
        gc.collect(2 if sweeps >= OLD else 1)
