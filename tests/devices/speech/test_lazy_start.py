"""The terminal's start does not wait for libraries that only a print or a reading needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
HEAVY = ("escpos", "PIL", "segno", "qrcode", "PySide6")


def test_the_drivers_of_printer_and_voice_load_nothing_heavy() -> None:
    code = (
        "import sys, kiosk.receipt, kiosk.speech, devices.printers.tcp, devices.speech.speaker as speaker\n"
        "import devices.printers.tcp as tcp\n"
        "tcp.TcpReceiptPrinter('127.0.0.1'); speaker.LocalSpeaker().close()\n"
        f"print(*sorted({{name.split('.')[0] for name in sys.modules}} & set({HEAVY!r})))"
    )
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30)
    assert out.stdout.strip() == ""
