"""The client runs on the window's event loop as it does on asyncio's own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import asyncio, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
import qasync
from online.fit_connect import FitConnect, Outbox
from online.simulators.authority import Authority
from tests.online.support import QUICK, Told, application, attachment, settings_of, watching

async def main():
    with Authority().running() as authority:
        secrets = {authority.client_id: authority.client_secret}
        service = FitConnect(settings_of(authority), secrets.get, Outbox(Path(sys.argv[1])), delays=QUICK)
        told = Told()
        async with watching(service):
            await service.hand_in(application(attachment()), told)
        await service.aclose()
        print(type(told.events[0]).__name__, len(authority.arrived), type(asyncio.get_running_loop()).__module__)

app = QCoreApplication([])
with qasync.QEventLoop(app) as loop:
    loop.run_until_complete(main())
"""


def test_handing_in_on_qasync(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, str(tmp_path / "outbox.sqlite")],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.split() == ["HandedIn", "1", "qasync"]
    assert ended.stderr == ""
