"""How a workflow ended: the result codes of the AusweisApp as faults.

Sources: BSI TR-03112 (eCard-API result codes) and TR-03124-1, 2.5.4; the SDK's `reason` (from 1.26.3 on; "Failure
codes" in its documentation).
"""

from __future__ import annotations

from devices.eid.protocol import Message
from kiosk.faults import Fault, FaultCode

OK = "#ok"

REASONS = {
    "Card_Removed": FaultCode.EID_CARD_LOST,
    "User_Cancelled": FaultCode.EID_CANCELLED,
    "Connect_Card_Connection_Failed": FaultCode.EID_CARD_LOST,
    "Connect_Card_Eid_Inactive": FaultCode.EID_CARD_DEACTIVATED,
    "Establish_Pace_Channel_Puk_Inoperative": FaultCode.EID_CARD_INOPERATIVE,
    "Maintain_Card_Connection_Pace_Unrecoverable": FaultCode.EID_CARD_LOST,
    "Change_Pin_Input_Timeout": FaultCode.EID_TIMEOUT,
    "Change_Pin_No_SetEidPinCommand_Response": FaultCode.EID_CARD_LOST,
    "Change_Pin_Unexpected_Transmit_Status": FaultCode.EID_CARD_LOST,
    "Change_Pin_Unrecoverable": FaultCode.EID_CARD_LOST,
    "Change_Pin_User_Cancelled": FaultCode.EID_CANCELLED,
}
"""What a `reason` says. It is more exact than the minor: 2.3.1 has `sal#cancellationByUser` for a pulled card too."""

_CARD_SAID_NOTHING = "_Card_Command_Failed"
"""How the reasons end that stand for a card that went away, or that refused a command."""

_MINORS = {
    "sal#cancellationByUser": FaultCode.EID_CANCELLED,
    # 1.26.2 reports a card that was pulled out like this; the visitor's own cancel is `sal#…`.
    "ifdl#cancellationByUser": FaultCode.EID_CARD_LOST,
    "ifdl#timeoutError": FaultCode.EID_TIMEOUT,
    "dp#timeout": FaultCode.EID_TIMEOUT,
    "dp#timeoutError": FaultCode.EID_TIMEOUT,
    "al/common#timeoutError": FaultCode.EID_TIMEOUT,
    "al/common#noPermission": FaultCode.EID_REFUSED,
}

CARD_TROUBLE = "al/common#unknownError"
"""What 1.26.2 says most often when a card goes away while it is being read. It names no trouble of a service."""

_AREAS = {
    "ifdl": FaultCode.EID_CARD_LOST,
    "sal": FaultCode.EID_REFUSED,
}
"""What a minor means by its area, where it is not known by name. All else is the service's trouble."""


def succeeded(message: Message) -> bool:
    """Whether the result of an AUTH says that all went well, without contradicting itself."""
    major = message.text("result", "major")
    contradicted = message.has("error") or message.text("result", "minor") or message.text("result", "reason")
    return major.endswith(OK) and not contradicted and bool(message.text("url"))


def fault_of(message: Message) -> Fault:
    """Return the fault that an AUTH without success stands for. `detail` holds codes only, never free text."""
    if message.has("error"):
        return Fault(FaultCode.EID_SERVER, "RUN_AUTH was refused")
    minor = message.text("result", "minor").rpartition("resultminor/")[2]
    reason = message.text("result", "reason")
    code = _MINORS.get(minor) or _AREAS.get(minor.partition("#")[0].partition("/")[0])
    if reason.endswith(_CARD_SAID_NOTHING) and code is not FaultCode.EID_REFUSED:
        code = FaultCode.EID_CARD_LOST
    return Fault(REASONS.get(reason) or code or FaultCode.EID_SERVER, _code(reason) or _code(minor))


def _code(text: str) -> str:
    """A code is short and of few characters; what looks otherwise is not repeated."""
    return text if len(text) <= 80 and all(char.isalnum() or char in "/#_-" for char in text) else ""
