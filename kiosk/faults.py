"""Expected outcomes that are not a success: values with a code, a text for the visitor, one for IT."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.text import Msg, msg


class FaultCode(StrEnum):
    """Stable codes: `<what>.<how>`. Each has the messages `fault.<code>.title` and `.remedy`."""

    PRINTER_ABSENT = "printer.absent"
    PRINTER_OFF = "printer.off"
    PRINTER_PAPER_OUT = "printer.paper-out"
    PRINTER_COVER_OPEN = "printer.cover-open"
    PRINTER_ERROR = "printer.error"
    PRINTER_STALLED = "printer.stalled"
    PRINTER_GARBAGE = "printer.garbage"
    PRINTER_NEAR_END = "printer.near-end"
    """No fault, a notice: it still prints."""

    DOCUMENTS_ABSENT = "documents.absent"
    DOCUMENTS_OFF = "documents.off"
    DOCUMENTS_PAPER_OUT = "documents.paper-out"
    DOCUMENTS_COVER_OPEN = "documents.cover-open"
    DOCUMENTS_JAM = "documents.jam"
    DOCUMENTS_ERROR = "documents.error"
    DOCUMENTS_STALLED = "documents.stalled"
    DOCUMENTS_GARBAGE = "documents.garbage"
    DOCUMENTS_NEAR_END = "documents.near-end"
    """No fault, a notice: it still prints."""

    READER_ABSENT = "reader.absent"
    READER_SERVICE_DOWN = "reader.service-down"
    READER_NONE = "reader.none"

    EID_ABSENT = "eid.absent"
    EID_CLIENT_LOST = "eid.client-lost"
    EID_NO_READER = "eid.no-reader"
    EID_CARD_LOST = "eid.card-lost"
    EID_CARD_SWAPPED = "eid.card-swapped"
    EID_CARD_DEACTIVATED = "eid.card-deactivated"
    EID_CARD_INOPERATIVE = "eid.card-inoperative"
    EID_CARD_UNKNOWN = "eid.card-unknown"
    EID_PIN_BLOCKED = "eid.pin-blocked"
    EID_CANCELLED = "eid.cancelled"
    EID_REFUSED = "eid.refused"
    EID_SERVER = "eid.server"
    EID_TIMEOUT = "eid.timeout"

    SUBMISSION_ABSENT = "submission.absent"
    SUBMISSION_NETWORK = "submission.network"
    SUBMISSION_REFUSED = "submission.refused"
    SUBMISSION_CREDENTIALS = "submission.credentials"
    SUBMISSION_NO_KEY = "submission.no-key"
    SUBMISSION_UNVERIFIED = "submission.unverified"
    SUBMISSION_DISK = "submission.disk"
    SUBMISSION_CLOCK = "submission.clock"

    SPEECH_ABSENT = "speech.absent"
    SPEECH_NO_OUTPUT = "speech.no-output"
    SPEECH_NO_SYNTHESIS = "speech.no-synthesis"

    HELP_ABSENT = "help.absent"
    HELP_UNREACHABLE = "help.unreachable"

    SCANNER_ABSENT = "scanner.absent"
    SCANNER_LOST = "scanner.lost"

    PRESENCE_ABSENT = "presence.absent"
    PRESENCE_LOST = "presence.lost"

    FORM_UNREADABLE = "form.unreadable"

    TERMINAL_BROKE = "terminal.broke"
    PROFILE_TAKEN_BACK = "profile.taken-back"

    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Fault:
    """One expected outcome that is not a success. `detail` is for IT; it never holds visitor data."""

    code: FaultCode
    detail: str = ""

    @property
    def title(self) -> Msg:
        """What is wrong, for the visitor."""
        return msg(f"fault.{self.code}.title")

    @property
    def remedy(self) -> Msg:
        """What to do, for the visitor."""
        return msg(f"fault.{self.code}.remedy")
