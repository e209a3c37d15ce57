"""A receipt printer at a serial port: `/dev/ttyS0`, or an adapter's `/dev/ttyUSB0`.

Speed, parity and flow control must be what the printer's switches say (its self-test prints them).
Linux knows no DTR/DSR flow control: a printer set to it is wired to CTS, and is `Flow.RTS_CTS` here.
"""

from __future__ import annotations

import fcntl
import os
import termios
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from devices.opening import open_device
from devices.printers.device_file import DeviceWire
from devices.printers.escpos import EscposPrinter
from devices.printers.transport import Delays, Wire

SPEEDS = {speed: getattr(termios, f"B{speed}") for speed in (9600, 19200, 38400, 57600, 115200)}
"""Bits a second, and their constants for termios."""

_IFLAG, _OFLAG, _CFLAG, _LFLAG, _ISPEED, _OSPEED, _CC = range(7)


class Parity(StrEnum):
    """The ninth bit of each byte."""

    NONE = "none"
    EVEN = "even"
    ODD = "odd"


class Flow(StrEnum):
    """How the printer says that its memory is full."""

    NONE = "none"
    RTS_CTS = "rts-cts"
    XON_XOFF = "xon-xoff"


@dataclass(frozen=True, slots=True)
class LineSettings:
    """How bytes go over the line: `speed` in bits a second (one of `SPEEDS`), 8 data bits, 1 stop bit."""

    speed: int = 19200
    parity: Parity = Parity.NONE
    flow: Flow = Flow.RTS_CTS


class SerialReceiptPrinter(EscposPrinter):
    """An `EscposPrinter` at a serial port."""

    def __init__(
        self,
        device: Path,
        line: LineSettings | None = None,
        *,
        profile: str = "TM-T20II",
        delays: Delays | None = None,
    ) -> None:
        """`profile` is the printer's name in python-escpos' capabilities: columns and dots."""
        self._device = device
        self._line_settings = line or LineSettings()
        super().__init__(self._dial, profile=profile, delays=delays)

    async def _dial(self) -> Wire:
        descriptor = open_device(self._device, write=True)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            attributes = raw(termios.tcgetattr(descriptor), self._line_settings)
            termios.tcsetattr(descriptor, termios.TCSANOW, attributes)
        except termios.error as error:
            os.close(descriptor)
            raise OSError(*error.args) from None
        except OSError:
            os.close(descriptor)
            raise
        return SerialWire(descriptor, empty_is_end=True)


class SerialWire(DeviceWire):
    """A serial port as a line."""

    def forget(self) -> None:
        """Drop what is unsent, also what the kernel has taken."""
        super().forget()
        with suppress(termios.error):
            termios.tcflush(self._descriptor, termios.TCOFLUSH)

    def abort(self) -> None:
        """Close at once: without the flush the kernel waits half a minute for a printer that takes nothing."""
        if self._descriptor >= 0:
            self.forget()
        super().abort()


def raw(attributes: list[Any], line: LineSettings) -> list[Any]:
    """Return a terminal's attributes (termios(3)) with bytes going through as they are, as `line` says."""
    changed = [*attributes[:_CC], list(attributes[_CC])]
    # A damaged byte is dropped: handed on as 00 it would be the very answer that proves a receipt.
    changed[_IFLAG] = termios.IGNBRK | termios.IGNPAR | (termios.IXON if line.flow is Flow.XON_XOFF else 0)
    changed[_OFLAG] = 0
    changed[_LFLAG] = 0
    # Without HUPCL the lines stay up between two looks; some printers start anew when DTR falls.
    changed[_CFLAG] = termios.CS8 | termios.CREAD | termios.CLOCAL
    if line.parity is not Parity.NONE:
        changed[_CFLAG] |= termios.PARENB | (termios.PARODD if line.parity is Parity.ODD else 0)
        changed[_IFLAG] |= termios.INPCK
    if line.flow is Flow.RTS_CTS:
        changed[_CFLAG] |= termios.CRTSCTS
    changed[_ISPEED] = changed[_OSPEED] = SPEEDS[line.speed]
    changed[_CC][termios.VMIN], changed[_CC][termios.VTIME] = 1, 0
    return changed
