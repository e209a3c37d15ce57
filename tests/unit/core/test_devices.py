"""What the devices lack, as pages see it."""

from __future__ import annotations

import pytest

from kiosk.device_events import Device
from kiosk.faults import Fault, FaultCode
from kiosk.text import ENGLISH, GERMAN, Language, translator
from kiosk.visit import Devices

DOWN = Fault(FaultCode.READER_SERVICE_DOWN)
NONE = Fault(FaultCode.READER_NONE)
ABSENT = Fault(FaultCode.READER_ABSENT)
NO_READER = Fault(FaultCode.EID_NO_READER)
LOST = Fault(FaultCode.EID_CLIENT_LOST)
BROKEN = Fault(FaultCode.INTERNAL)


@pytest.mark.parametrize(
    ("reader", "eid", "seen"),
    [
        (DOWN, None, DOWN),
        (DOWN, NO_READER, DOWN),
        (NONE, NO_READER, NONE),
        (DOWN, LOST, LOST),
        (ABSENT, NO_READER, NO_READER),
        (ABSENT, None, None),
        (BROKEN, None, None),
        (None, NO_READER, NO_READER),
        (None, None, None),
    ],
)
def test_what_the_card_readers_lack_the_eid_lacks(reader: Fault | None, eid: Fault | None, seen: Fault | None) -> None:
    devices = Devices().changed(Device.READER, reader).changed(Device.EID, eid)
    assert devices.fault(Device.EID) == seen
    assert devices.fault(Device.READER) == reader


@pytest.mark.parametrize("fault", [DOWN, NONE, ABSENT])
@pytest.mark.parametrize("language", [GERMAN, ENGLISH])
def test_a_visitor_is_told_what_is_wrong_and_what_to_do(fault: Fault, language: Language) -> None:
    say = translator(language).say
    assert say(fault.title)
    assert say(fault.remedy)
