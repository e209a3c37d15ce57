"""What a printer says about itself over IPP, read into values.

Source: RFC 8011, 5.4.12 (printer-state-reasons); IANA's registry of its keywords. The reasons count and
not the state: a printer without paper goes on "processing".
"""

from __future__ import annotations

from devices.printers.ipp_wire import Response
from devices.printers.status import PrinterStatus
from kiosk.faults import Fault, FaultCode

_STOPPED = 5
_IN_ORDER: tuple[tuple[FaultCode, frozenset[str]], ...] = (
    (FaultCode.DOCUMENTS_OFF, frozenset({"offline", "shutdown", "timed-out", "deactivated"})),
    (FaultCode.DOCUMENTS_COVER_OPEN, frozenset({"cover-open", "door-open", "interlock-open"})),
    (FaultCode.DOCUMENTS_PAPER_OUT, frozenset({"media-empty", "media-needed", "input-tray-missing"})),
    (FaultCode.DOCUMENTS_JAM, frozenset({"media-jam"})),
)
_HARMLESS = frozenset(
    {"none", "connecting-to-device", "moving-to-paused", "resuming", "cups-waiting-for-job-completed"}
)


def read_reasons(response: Response, *, warnings: bool = False) -> PrinterStatus:
    """Return what the answer to Get-Printer-Attributes means, the plainest cause first.

    A warning is a fault only with `warnings`: of a printer with two trays one may be empty. But CUPS'
    reference printer says `media-empty-warning` too, for as long as a job waits for paper.
    """
    reasons = response.words("printer-state-reasons")
    if not reasons:
        return PrinterStatus(Fault(FaultCode.DOCUMENTS_GARBAGE, "no printer-state-reasons"))
    near_end = any(reason.startswith("media-low") for reason in reasons)
    serious = [name for reason in reasons if (name := _serious(reason, warnings))]
    for code, names in _IN_ORDER:
        if names.intersection(serious):
            return PrinterStatus(Fault(code, ", ".join(reasons)), near_end)
    if serious or response.number("printer-state") == _STOPPED:
        return PrinterStatus(Fault(FaultCode.DOCUMENTS_ERROR, ", ".join(reasons)), near_end)
    return PrinterStatus(None, near_end)


def _serious(reason: str, warnings: bool) -> str:
    """Return a reason's name if it keeps a document from coming out.

    A report does not, except CUPS' `offline-report`: the printer cannot be reached.
    """
    name, _, severity = reason.rpartition("-")
    if severity not in {"report", "warning", "error"}:
        name, severity = reason, "error"
    counts = severity == "error" or name == "offline" or (warnings and severity == "warning")
    return name if counts and name not in _HARMLESS and not name.endswith("-low") else ""
