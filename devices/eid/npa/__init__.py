"""A German ID card that exists only as software, for demo and tests, on the wire of a real reader.

`card.IdCard` answers APDUs as BSI TR-03110 says, with keys and files of its own making; `slot.Slot` puts it
into a virtual reader of pcscd (vsmartcard's vpcd) and plays the hand that inserts, pulls and swaps it.
Whoever talks to it, the real AusweisApp included, sees a card.
"""

from __future__ import annotations

import os


def refuse_outside_demo() -> None:
    """Raise `RuntimeError` unless `LOTSE_SIMULATORS=1` says that this is a demo or a test."""
    if os.environ.get("LOTSE_SIMULATORS") != "1":
        raise RuntimeError("the virtual ID card exists only in the demo and in tests (LOTSE_SIMULATORS=1)")
