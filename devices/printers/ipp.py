"""A page printer that speaks IPP: by itself, or behind CUPS.

A document counts as printed when the printer says that the job is completed, and while it is being
printed the reasons of the printer's state are asked for: "processing" alone may last for hours
without paper. What does not come out is cancelled, so that it never does for the next visitor.

CUPS spools on disk. As soon as a job is over it is told to remove the job's files and its entry in the
history; a printer that is spoken to directly keeps nothing on this machine.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from devices.printers.ipp_status import read_reasons
from devices.printers.ipp_wire import Attribute, Operation, Response, Tag, read_response, request
from devices.printers.status import PrinterStatus
from devices.printers.transport import LineFailure
from kiosk.device_events import Device, DeviceChanged
from kiosk.faults import Fault, FaultCode
from kiosk.ports import Tell
from kiosk.privacy import Private

if TYPE_CHECKING:
    import httpx

_PORT = 631
_COMPLETED, _CANCELED, _ABORTED = 9, 7, 8
_ATTEMPTS = 6
"""How often a job is told to go."""
_NEAR_END = Fault(FaultCode.DOCUMENTS_NEAR_END)


@dataclass(frozen=True, slots=True)
class IppDelays:
    """Seconds. `answer`: to one request; `look`: between looks at a job; `finish`: in which it must get on;

    `warned`: the same if the printer warns of something that can keep a page from coming out; `poll`:
    between looks while nothing is printed, `again`: while it cannot print.
    """

    answer: float = 5.0
    look: float = 0.5
    warned: float = 10.0
    finish: float = 60.0
    poll: float = 10.0
    again: float = 1.0


class IppPrinter:
    """`kiosk.ports.DocumentPrinter` at `ipp://host/ipp/print` or `ipps://…`, or CUPS' `ipp://127.0.0.1/printers/name`."""

    def __init__(self, url: str, *, ca_file: Path | None = None, delays: IppDelays | None = None) -> None:
        """`ca_file` has the certificates that an `ipps` printer is trusted by; None: the system's."""
        parts = urlsplit(url)
        self._uri = url
        scheme = {"ipp": "http", "ipps": "https"}[parts.scheme]
        place = parts.netloc if parts.port else f"{parts.netloc}:{_PORT}"
        self._address = urlunsplit((scheme, place, parts.path or "/", "", ""))
        self._ca_file = ca_file
        self._delays = delays or IppDelays()
        self._look_again = asyncio.Event()

    async def watch(self, tell: Tell) -> None:
        """Tell how the printer is, now and at each change, until cancelled."""
        told: DeviceChanged | None = None
        while True:
            status = await self.status()
            news = DeviceChanged(Device.DOCUMENTS, status.fault, _NEAR_END if status.near_end else None)
            if told is None or _codes(news) != _codes(told):
                tell(news)
                told = news
            with suppress(TimeoutError):
                async with asyncio.timeout(self._delays.again if status.fault else self._delays.poll):
                    await self._look_again.wait()
            self._look_again.clear()

    async def status(self) -> PrinterStatus:
        """Return how the printer is."""
        async with self._client() as client:
            try:
                return await self._look(client)
            except LineFailure as failure:
                return PrinterStatus(failure.fault)

    async def print(
        self, document: Private[bytes], media_type: str = "application/pdf", title: str = "Lotse"
    ) -> Fault | None:
        """Print a document and return None once the printer says that it is out, else the fault."""
        name: Attribute = (Tag.NAME, "job-name", (title,))
        kind: Attribute = (Tag.MIME_TYPE, "document-format", (media_type,))
        async with self._client() as client:
            try:
                fault = (await self._look(client)).fault or await self._printed(client, document, name, kind)
            except LineFailure as failure:
                fault = failure.fault
        self._look_again.set()
        return fault

    async def kept_jobs(self) -> int | Fault:
        """Return how many finished jobs the printer or CUPS still lists: more than none is a trace of visitors."""
        which: Attribute = (Tag.KEYWORD, "which-jobs", ("completed",))
        async with self._client() as client:
            try:
                answer = await self._ask(client, Operation.GET_JOBS, which)
            except LineFailure as failure:
                return failure.fault
        return len(answer.attributes.get("job-id", []))

    async def _printed(
        self, client: httpx.AsyncClient, document: Private[bytes], *attributes: Attribute
    ) -> Fault | None:
        answer = await self._ask(client, Operation.PRINT_JOB, *attributes, document=document.reveal())
        job: Attribute = (Tag.INTEGER, "job-id", (answer.number("job-id"),))
        try:
            return await self._outcome(client, job)
        finally:
            await self._remove(client, job)

    async def _remove(self, client: httpx.AsyncClient, job: Attribute) -> None:
        """Cancel what has not come out, and remove the job's files and history: until it is not there to be cancelled.

        `purge-job` is CUPS' own (its IPP extensions, Cancel-Job); of a job that is being printed it cancels first and
        removes when asked again. Another printer ignores it, and refuses to cancel what is over.
        """
        purge: Attribute = (Tag.BOOLEAN, "purge-job", (True,))
        with suppress(LineFailure):
            for attempt in range(_ATTEMPTS):
                await self._ask(client, Operation.CANCEL_JOB, job, purge)
                await asyncio.sleep(self._delays.look if attempt else 0)

    async def _outcome(self, client: httpx.AsyncClient, job: Attribute) -> Fault | None:
        """Wait for the end of a job; return why it does not come, if so."""
        wanted: Attribute = (Tag.KEYWORD, "requested-attributes", _JOB_ATTRIBUTES)
        loop = asyncio.get_running_loop()
        pages, since = -1, 0.0
        while True:
            answer = await self._ask(client, Operation.GET_JOB_ATTRIBUTES, job, wanted)
            state = answer.number("job-state")
            if state in {_COMPLETED, _CANCELED, _ABORTED}:
                return _ended(state, answer.words("job-state-reasons"))
            if answer.number("job-impressions-completed") > pages:
                pages, since = answer.number("job-impressions-completed"), loop.time()
            fault = (await self._look(client, warnings=loop.time() > since + self._delays.warned)).fault
            if fault is None and loop.time() > since + self._delays.finish:
                fault = Fault(FaultCode.DOCUMENTS_STALLED, f"job-state {state} and no page for long")
            if fault is not None:
                return fault
            await asyncio.sleep(self._delays.look)

    async def _look(self, client: httpx.AsyncClient, *, warnings: bool = False) -> PrinterStatus:
        wanted: Attribute = (Tag.KEYWORD, "requested-attributes", ("printer-state", "printer-state-reasons"))
        return read_reasons(await self._ask(client, Operation.GET_PRINTER_ATTRIBUTES, wanted), warnings=warnings)

    async def _ask(
        self, client: httpx.AsyncClient, operation: Operation, *attributes: Attribute, document: bytes = b""
    ) -> Response:
        import httpx

        target: Attribute = (Tag.URI, "printer-uri", (self._uri,))
        # RFC 8011, 4.1.5: the target first, then the job's number, then who asks.
        number = [each for each in attributes if each[1] == "job-id"]
        rest = [each for each in attributes if each[1] != "job-id"]
        who: Attribute = (Tag.NAME, "requesting-user-name", ("lotse",))
        content = request(operation, target, *number, who, *rest, document=document)
        try:
            reply = await client.post(self._address, content=content)
            answer = read_response(reply.content) if reply.is_success else None
        except httpx.ConnectError as error:
            raise LineFailure(FaultCode.DOCUMENTS_OFF, f"connecting: {type(error).__name__}") from None
        except httpx.TimeoutException:
            raise LineFailure(FaultCode.DOCUMENTS_STALLED, f"no answer to {operation.name}") from None
        except httpx.RemoteProtocolError as error:
            raise LineFailure(_broken(error), f"{operation.name} answered without HTTP") from None
        except httpx.HTTPError as error:
            raise LineFailure(FaultCode.DOCUMENTS_OFF, f"{operation.name}: {type(error).__name__}") from None
        except ValueError as error:
            raise LineFailure(FaultCode.DOCUMENTS_GARBAGE, f"{operation.name}: {error}") from None
        if answer is None:
            raise LineFailure(FaultCode.DOCUMENTS_ERROR, f"{operation.name} answered HTTP {reply.status_code}")
        if answer.status >= 0x0100:
            raise LineFailure(FaultCode.DOCUMENTS_ERROR, f"{operation.name} answered {answer.status:#06x}")
        return answer

    def _client(self) -> httpx.AsyncClient:
        import httpx

        # Without TLS nothing is to be trusted: reading the system's authorities for each look would cost 20 ms.
        trust = ssl.create_default_context(cafile=self._ca_file) if self._address.startswith("https") else False
        return httpx.AsyncClient(
            timeout=self._delays.answer,
            headers={"Content-Type": "application/ipp"},
            verify=trust,
            trust_env=False,
        )


_JOB_ATTRIBUTES = ("job-state", "job-state-reasons", "job-impressions-completed")


def _codes(news: DeviceChanged) -> tuple[FaultCode | None, bool]:
    return news.fault.code if news.fault else None, news.notice is not None


def _ended(state: int, reasons: list[str]) -> Fault | None:
    if state == _COMPLETED and "job-completed-with-errors" not in reasons:
        return None
    return Fault(FaultCode.DOCUMENTS_ERROR, f"job-state {state}: {', '.join(reasons)}")


def _broken(error: Exception) -> FaultCode:
    """Tell a connection that was closed from an answer that is none."""
    return FaultCode.DOCUMENTS_OFF if "disconnected" in str(error) else FaultCode.DOCUMENTS_GARBAGE
