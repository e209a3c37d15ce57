"""The reader service as this process finds it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.devices.npa import services
from tests.devices.npa.services import DOOR, DRIVER, PACKAGES

OUR_DOOR = DOOR.with_name(f"lotse-test-cards-{os.getpid()}.comm")
"""The PC/SC library looks once in a process where the service is: so it stands at one place in all tests."""


class ReaderService(services.ReaderService):
    """A pcscd that this process finds; its second slot is at the port after the first one's."""

    @property
    def door(self) -> Path:
        """Where its clients find it."""
        return OUR_DOOR


def usable(folder: Path) -> ReaderService:
    """Return a service that is not started yet. Skips where there can be none."""
    if shutil.which("pcscd", path="/usr/sbin:/usr/bin") is None or not DRIVER.exists():
        pytest.skip(f"no pcscd with vpcd: {PACKAGES}")
    if os.geteuid() != 0:
        pytest.skip("only root can start a pcscd")
    DOOR.parent.mkdir(exist_ok=True)
    return ReaderService(folder)
