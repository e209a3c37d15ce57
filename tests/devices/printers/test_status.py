"""The answers of a printer, byte by byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.printers.status import barrier_proves, is_barrier, is_status, read_status
from kiosk.faults import FaultCode


@pytest.mark.parametrize(
    ("answers", "code", "near_end"),
    [
        ("12 12 12 12", None, False),
        ("12 12 12 1e", None, True),
        ("1a 32 12 7e", FaultCode.PRINTER_PAPER_OUT, True),
        ("1a 16 12 12", FaultCode.PRINTER_COVER_OPEN, False),
        ("1a 36 12 7e", FaultCode.PRINTER_COVER_OPEN, True),
        ("1a 52 1a 12", FaultCode.PRINTER_ERROR, False),
        ("1a 52 32 12", FaultCode.PRINTER_ERROR, False),
        ("1a 52 52 12", FaultCode.PRINTER_ERROR, False),
        ("1a 12 12 12", FaultCode.PRINTER_ERROR, False),
        ("12 12 12", FaultCode.PRINTER_GARBAGE, False),
        ("12 12 12 ff", FaultCode.PRINTER_GARBAGE, False),
        ("", FaultCode.PRINTER_GARBAGE, False),
    ],
)
def test_the_four_answers_name_the_trouble(answers: str, code: FaultCode | None, near_end: bool) -> None:
    status = read_status(bytes.fromhex(answers))
    assert (status.fault.code if status.fault else None) is code
    assert status.near_end is near_end


@given(st.binary(max_size=6))
def test_only_four_good_bytes_are_ever_taken_for_ready(answers: bytes) -> None:
    if read_status(answers).fault is None:
        assert len(answers) == 4
        assert all(byte & 0x93 == 0x12 for byte in answers)
        assert not answers[3] & 0x60


@given(st.integers(0, 255))
def test_no_byte_is_both_a_status_and_a_barrier(answer: int) -> None:
    assert not (is_status(answer) and is_barrier(answer))


@pytest.mark.parametrize(
    ("answer", "proven"), [(0x00, True), (0x03, True), (0x0F, False), (0x12, False), (0xFF, False)]
)
def test_the_barrier_proves_only_with_paper(answer: int, proven: bool) -> None:
    assert barrier_proves(answer) is proven
