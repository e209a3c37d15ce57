"""The driver of presence sensors. A sensor tells what it senses; what follows from that is not its business."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from devices.node import Node, listen, serial_line
from devices.presence.signals import Signals, Words
from kiosk.device_events import Device, PresenceSensed
from kiosk.faults import FaultCode
from kiosk.ports import Tell

LOST = (Device.PRESENCE, FaultCode.PRESENCE_LOST)


class NodePresence:
    """A `kiosk.ports.Presence` behind a device file, read by `signals`."""

    def __init__(self, node: Node, signals: Signals) -> None:
        self._node, self._signals = node, signals

    async def watch(self, tell: Tell) -> None:
        """Tell `DeviceChanged` and each change as `PresenceSensed`, until cancelled.

        After a loss it begins anew: what the sensor says first is told.
        """

        def begin() -> Callable[[bytes], None]:
            last: list[bool] = []

            def sensed(present: bool) -> None:
                if last != [present]:
                    last[:] = [present]
                    tell(PresenceSensed(present))

            return self._signals.reader(sensed)

        await listen(self._node, LOST, begin, tell)


def serial_presence(device: Path, words: Words, speed: int = 9600) -> NodePresence:
    """Return a sensor at a serial port."""
    return NodePresence(Node(device, serial_line(speed)), words)


def hid_presence(device: Path, signals: Signals) -> NodePresence:
    """Return a HID sensor: `/dev/hidraw…` with a `Report`, `/dev/input/…` with a `Proximity`."""
    return NodePresence(Node(device), signals)
