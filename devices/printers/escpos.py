"""The driver of a receipt printer that speaks ESC/POS, on whatever line it is attached."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime

from devices.printers.status import CUT, PrinterStatus
from devices.printers.transport import Connection, Delays, Dial, LineFailure, connected
from kiosk.device_events import Device, DeviceChanged
from kiosk.faults import Fault, FaultCode
from kiosk.ports import Tell
from kiosk.receipt import Receipt

_NEAR_END = Fault(FaultCode.PRINTER_NEAR_END)
_UNKNOWN = PrinterStatus(Fault(FaultCode.PRINTER_OFF, "not asked yet"))


class EscposPrinter:
    """`kiosk.ports.ReceiptPrinter`. `status` is what the printer said last.

    A receipt counts as printed only when the printer has answered the barrier behind it. After a
    failure the printer is told to forget the rest, and as soon as it works again to cut off what is
    out already: nothing of a receipt may come out for the next visitor. Cancelling does the same.
    """

    def __init__(self, dial: Dial, *, profile: str = "TM-T20II", delays: Delays | None = None) -> None:
        """`dial` opens a line. `profile` is the name in python-escpos' capabilities: columns and dots."""
        self._dial_line = dial
        self._profile = profile
        self._delays = delays or Delays()
        self._line = asyncio.Lock()
        self._look_again = asyncio.Event()
        self._leftovers = False
        self.status = _UNKNOWN

    async def print(self, receipt: Receipt) -> Fault | None:
        """Print and return None once it is proven that the paper came out, else the fault."""
        try:
            job = await asyncio.to_thread(_build, receipt, self._profile)
        except Exception as error:  # a bug; its traceback would show the visitor's texts
            return Fault(FaultCode.INTERNAL, f"building a receipt: {type(error).__name__}")
        async with self._line:
            fault = await self._printed(job)
        self._look_again.set()
        return fault

    async def watch(self, tell: Tell) -> None:
        """Tell how the printer is, now and at each change, until cancelled. Paper that nears its end is a notice."""
        told: tuple[FaultCode | None, bool] | None = None
        while True:
            async with self._line:
                self.status = await self._look()
            fault, near_end = self.status.fault, self.status.near_end
            news = fault.code if fault else None, near_end
            if news != told:
                tell(DeviceChanged(Device.PRINTER, fault, _NEAR_END if near_end else None))
                told = news
            with suppress(TimeoutError):
                async with asyncio.timeout(self._delays.again if fault else self._delays.poll):
                    await self._look_again.wait()
            self._look_again.clear()

    async def _look(self) -> PrinterStatus:
        try:
            await self._forget_leftovers()
            async with connected(self._dial_line, self._delays) as connection:
                return await connection.status()
        except LineFailure as failure:
            return PrinterStatus(failure.fault)

    async def _printed(self, job: bytes) -> Fault | None:
        try:
            await self._forget_leftovers()
            async with connected(self._dial_line, self._delays) as connection:
                self.status = await connection.status()
                if self.status.fault is None:
                    await self._send(connection, job)
                return self.status.fault
        except LineFailure as failure:
            return await self._cause(failure.fault)

    async def _send(self, connection: Connection, job: bytes) -> None:
        self._leftovers = True
        try:
            await connection.print(job, self._delays.finish)
        except LineFailure:
            with suppress(LineFailure):
                await connection.clear()
            raise
        self._leftovers = False

    async def _forget_leftovers(self) -> None:
        if not self._leftovers:
            return
        async with connected(self._dial_line, self._delays) as connection:
            await connection.clear()
            if (await connection.status()).fault is None:
                await connection.print(CUT, self._delays.answer)
                self._leftovers = False

    async def _cause(self, fault: Fault) -> Fault:
        """Return why a printer fell silent in the middle of a job, if it says so on a new line."""
        if fault.code is not FaultCode.PRINTER_STALLED:
            return fault
        try:
            async with connected(self._dial_line, self._delays) as connection:
                return (await connection.status()).fault or fault
        except LineFailure:
            return fault


def _build(receipt: Receipt, profile: str) -> bytes:
    from devices.printers.job import build_job

    return build_job(receipt, datetime.now().astimezone().date(), profile)
