"""What a printer says about itself: ESC/POS status, read into values.

Source: Epson ESC/POS command reference, DLE EOT (real-time status), GS r (status in order) and
GS a (Automatic Status Back: four bytes that the printer sends unasked).
An answer that is not one of theirs is never taken for "all is well".
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.faults import Fault, FaultCode

STATUS_REQUESTS = (b"\x10\x04\x01", b"\x10\x04\x02", b"\x10\x04\x03", b"\x10\x04\x04")
"""DLE EOT 1 to 4: printer, cause of being off-line, cause of an error, paper."""

BARRIER = b"\x1dr\x01"
"""GS r 1: answered when all before it has been printed, and not while the paper is out."""

CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE DC4 8: forget the job, so that nothing of it comes out for the next visitor."""

CUT = b"\x1b@\x1dVB\x00"
"""ESC @, GS V 66 0: feed what is out to the knife and cut it off."""

REPORT_TROUBLE = b"\x1da\x0e"
"""GS a 14: report by itself, now and whenever on-line, error or paper change; ESC @ ends it."""

_OFF_LINE = 0x08
_COVER_OPEN = 0x04
_PAPER_END_STOP = 0x20
_ERROR = 0x40
_CUTTER = 0x08
_UNRECOVERABLE = 0x20
_RECOVERABLE = 0x44
_NEAR_END = 0x0C
_PAPER_END = 0x60
_BARRIER_PAPER_END = 0x0C
_REPORT_COVER_OPEN = 0x20
_REPORT_NEAR_END = 0x03
_REPORT_PAPER_END = 0x0C


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """How a printer is: `fault` None means that it can print now; `near_end` that paper runs out soon."""

    fault: Fault | None
    near_end: bool = False


def is_status(answer: int) -> bool:
    """Whether a byte can be the answer to DLE EOT: its four fixed bits are right."""
    return answer & 0x93 == 0x12


def is_report(answer: int) -> bool:
    """Whether a byte can begin an unasked report: its four fixed bits are right."""
    return answer & 0x93 == 0x10


def is_barrier(answer: int) -> bool:
    """Whether a byte can be the answer to GS r 1: its two fixed bits are right."""
    return answer & 0x90 == 0x00


def barrier_proves(answer: int) -> bool:
    """Whether the answer to GS r 1 says that there was paper to the end."""
    return is_barrier(answer) and not answer & _BARRIER_PAPER_END


def read_status(answers: bytes) -> PrinterStatus:
    """Return what the four answers to `STATUS_REQUESTS` mean, the plainest cause first."""
    if len(answers) != len(STATUS_REQUESTS) or not all(map(is_status, answers)):
        return PrinterStatus(Fault(FaultCode.PRINTER_GARBAGE, f"status {answers.hex(' ')}"))
    printer, cause, error, paper = answers
    near_end = bool(paper & _NEAR_END)
    code = _fault_code(printer, cause, error, paper)
    if code is None:
        return PrinterStatus(None, near_end)
    return PrinterStatus(Fault(code, _detail(answers, error)), near_end)


def read_report(report: bytes) -> PrinterStatus:
    """Return what the four bytes of an unasked report mean, the plainest cause first."""
    if len(report) != 4 or not is_report(report[0]) or any(byte & 0x90 for byte in report[1:]):
        return PrinterStatus(Fault(FaultCode.PRINTER_GARBAGE, f"report {report.hex(' ')}"))
    printer, error, paper, _ = report
    near_end = bool(paper & _REPORT_NEAR_END)
    code = _report_code(printer, error, paper)
    return PrinterStatus(Fault(code, f"report {report.hex(' ')}") if code else None, near_end)


def _report_code(printer: int, error: int, paper: int) -> FaultCode | None:
    if printer & _REPORT_COVER_OPEN:
        return FaultCode.PRINTER_COVER_OPEN
    if paper & _REPORT_PAPER_END:
        return FaultCode.PRINTER_PAPER_OUT
    if error & (_CUTTER | _UNRECOVERABLE | _RECOVERABLE) or printer & _OFF_LINE:
        return FaultCode.PRINTER_ERROR
    return None


def _fault_code(printer: int, cause: int, error: int, paper: int) -> FaultCode | None:
    if cause & _COVER_OPEN:
        return FaultCode.PRINTER_COVER_OPEN
    if paper & _PAPER_END or cause & _PAPER_END_STOP:
        return FaultCode.PRINTER_PAPER_OUT
    if cause & _ERROR or error & (_CUTTER | _UNRECOVERABLE | _RECOVERABLE) or printer & _OFF_LINE:
        return FaultCode.PRINTER_ERROR
    return None


def _detail(answers: bytes, error: int) -> str:
    names = [(_CUTTER, "cutter"), (_UNRECOVERABLE, "unrecoverable"), (_RECOVERABLE, "recoverable")]
    causes = ", ".join(name for bit, name in names if error & bit)
    return f"status {answers.hex(' ')}" + (f" ({causes})" if causes else "")
