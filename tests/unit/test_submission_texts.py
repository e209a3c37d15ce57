"""Every fault of handing in has its words, in both languages."""

from __future__ import annotations

import pytest

from kiosk.faults import Fault, FaultCode
from kiosk.text import ENGLISH, GERMAN, Language, translator

CODES = [code for code in FaultCode if code.startswith("submission.")]


@pytest.mark.parametrize("language", [GERMAN, ENGLISH])
@pytest.mark.parametrize("code", CODES)
def test_a_fault_says_what_is_wrong_and_what_to_do(language: Language, code: FaultCode) -> None:
    fault = Fault(code)
    title, remedy = (translator(language).say(text) for text in (fault.title, fault.remedy))
    assert title
    assert not title.endswith((".", "!"))
    assert remedy.endswith(".")
    assert code not in title + remedy
