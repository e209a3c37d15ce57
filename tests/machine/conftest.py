"""What the tests of a booted machine share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from tests.machine.machine import Machine, until
from tests.machine.shadow import Shadow


@pytest.fixture(scope="session")
def machine() -> Machine:
    """The machine, with a terminal that runs."""
    if "LOTSE_MACHINE" not in os.environ:
        pytest.skip("needs a booted machine: scripts/test --machine")
    machine = Machine()
    until(lambda: machine.state("lotse.service") == "active", 60)
    machine.full_size()
    return machine


@pytest.fixture
def shadow(qapp: QApplication) -> Iterator[Shadow]:
    """The terminal's first screen, here."""
    shadow = Shadow()
    yield shadow
    shadow.window.close()
