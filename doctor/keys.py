"""Keypad and switches: each key is to be struck once, and has to arrive as what the settings say."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from doctor.bench import Bench, fact, ready, short
from kiosk.readiness import Finding, Verdict
from kiosk.text import GERMAN, msg, translator

KEYS_S = 60.0


async def keypad(bench: Bench) -> Finding:
    """Have every key of the pad struck."""
    assert bench.settings.keypad
    return await _struck(bench, "keypad", {key: str(pad) for pad, key in bench.settings.keypad.keys.items()})


async def switches(bench: Bench) -> Finding:
    """Have both switches pressed."""
    chosen = bench.settings.switches
    assert chosen
    return await _struck(bench, "switches", {chosen.next: "next", chosen.select: "select"})


async def _struck(bench: Bench, check: str, wanted: Mapping[str, str]) -> Finding:
    """`wanted` are the names of keys, and what each means."""
    if not bench.person.present or QGuiApplication.platformName() in {"offscreen", "minimal"}:
        return Finding(check, Verdict.SKIPPED, msg("doctor.keys.not-tried"), msg(f"doctor.remedy.{check}"))
    bench.person.told(msg("doctor.keys.strike"))
    board = Board(wanted)
    board.showMaximized()
    board.activateWindow()
    try:
        async with asyncio.timeout(KEYS_S):
            await board.complete.wait()
    except TimeoutError:
        found = short(check, Verdict.NOT_READY, msg("doctor.keys.missing"))
        return found.with_details(fact("doctor.keys.left", ", ".join(board.left)))
    finally:
        board.close()
        board.deleteLater()
    return ready(check, "doctor.keys.all")


class Board(QWidget):
    """A window that waits for keys, and shows which are still to come. `left` are their meanings."""

    def __init__(self, wanted: Mapping[str, str]) -> None:
        super().__init__()
        self._wanted = {getattr(Qt.Key, f"Key_{name}"): meaning for name, meaning in wanted.items()}
        self.complete = asyncio.Event()
        self._label = QLabel()
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setStyleSheet("font-size: 28px;")
        QVBoxLayout(self).addWidget(self._label)
        self._show()

    @property
    def left(self) -> list[str]:
        """What has not been struck yet."""
        return list(self._wanted.values())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a key; one that nobody waits for changes nothing."""
        self._wanted.pop(Qt.Key(event.key()), None)
        self._show()
        if not self._wanted:
            self.complete.set()

    def _show(self) -> None:
        strike = translator(GERMAN).say(msg("doctor.keys.strike"))
        self._label.setText("\n".join((strike, "", *self.left)))
