"""A few visits with a trouble in each, as `scripts/test --chaos` lets 500 come: see tests/chaos."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.e2e.programs import ROOT

VISITS, SEED = 8, 3652


@pytest.mark.timeout(200)
def test_every_visit_ends_well_or_plainly_whatever_fails() -> None:
    command = [sys.executable, "-m", "tests.chaos", "--visits", str(VISITS), "--seed", str(SEED)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=190, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"Chaos: {VISITS} visits" in run.stdout
