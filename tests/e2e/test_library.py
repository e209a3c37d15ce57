"""A whole visit in the library that ships, on real wires: nothing that it leaves behind speaks of an office."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from profiles.layers import SHIPPED_PROFILES
from tests.e2e.programs import lotse

ANSWERS = "service: anschaffungsvorschlag\nanswers:\n  F99000000312: Momo\n  F99000000321: 4711000815\n  '*': auto\n"


@pytest.mark.timeout(180)
def test_a_suggestion_is_accepted(tmp_path: Path) -> None:
    answers, out = tmp_path / "answers.yaml", tmp_path / "out"
    answers.write_text(ANSWERS, encoding="utf-8")
    arguments = ("visit", str(answers), "--out", str(out), "--profile", str(SHIPPED_PROFILES / "library"))
    with lotse(*arguments, folder=tmp_path) as visit:
        visit.says("accepted")
        assert visit.ended() == (0, "")
    submission = json.loads((out / "submission.json").read_text(encoding="utf-8"))
    assert submission["G99000000031"]["F99000000312"] == "Momo"
    assert submission["G99000000032"]["F99000000321"] == "4711000815"
    receipt = (out / "receipt.txt").read_text(encoding="utf-8")
    assert receipt.startswith("Stadtbibliothek Erlenau\n")
    assert "040 66969 220" in receipt
    spoken = (out / "spoken.txt").read_text(encoding="utf-8")
    assert not re.findall(r"Schalter|Behörde|\bAmt\b|Bürger|\bStadt\b|Antr[aä]g", f"{spoken}\n{receipt}")
