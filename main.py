"""The composition root: settings → ports → terminal → window, on one event loop."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from devices.eid.client import Hold
    from kiosk.documents import Document
    from kiosk.place import Place
    from kiosk.ports import (
        CardReader,
        DocumentPrinter,
        Eid,
        HelpDesk,
        Ports,
        Presence,
        ReceiptPrinter,
        Scanner,
        Speaker,
        StaffCode,
        SubmissionService,
    )
    from kiosk.privacy import Private
    from kiosk.terminal import Observer, Terminal
    from kiosk.visit import Visit
    from profiles.mistakes import Mistake
    from profiles.settings import Settings
    from provisioning.agent_line import TerminalSide
    from provisioning.alive import Pulse
    from ui.wedge import KeyboardWedge
    from ui.window import TerminalWindow

SECRETS = "lotse"
"""The service name under which the terminal's secrets are kept."""
TOLD_S = 600.0
"""So long the counter sees that the terminal had to be started anew."""
FIRST_SCREEN_S = 0.5
"""In this time the first screen is drawn."""


def run() -> None:
    """The console command `lotse`."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    from command_line import parsed

    options = parsed(arguments)
    return int(options.command(options))


def credentials_allowed() -> bool:
    """Choose the credential store; say why, if there is none that a terminal or hub may use."""
    from provisioning.credentials import CredentialsRefusedError, use_credentials

    try:
        use_credentials()
    except CredentialsRefusedError as refused:
        sys.stderr.write(f"{refused}\n")
        return False
    return True


def complain(mistakes: Sequence[Mistake]) -> int:
    """Say what is wrong in a file; return the exit code."""
    for mistake in mistakes:
        sys.stderr.write(f"{mistake}\n")
    return 2


# Composition


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a terminal is equipped with, and how each part is put away."""

    ports: Ports
    closers: tuple[Callable[[], Awaitable[None] | None], ...] = ()
    wedge: KeyboardWedge | None = None

    async def close(self) -> None:
        """Put everything away."""
        for close in self.closers:
            waiting = close()
            if waiting is not None:
                await waiting


def equip(settings: Settings, place: Place, secret: Callable[[str], str | None]) -> Equipment:
    """Build the drivers that the settings name. `secret` finds the secret of a credential's name."""
    from kiosk.ports import Ports
    from profiles.forms import ProfileForms

    closers: list[Callable[[], Awaitable[None] | None]] = []
    cards, hold = _cards(settings)
    ports = Ports(
        ProfileForms(),
        _printer(settings),
        _eid(settings, hold),
        _speaker(settings, closers),
        _submissions(settings, place, secret, closers),
        _desk(settings, secret, closers),
        documents=_documents(settings),
        cards=cards,
        typeset=_typeset,
        presence=_presence(settings),
        staff_code=_staff_code(settings, secret),
    )
    scanner, wedge = _scanner(settings)
    return Equipment(replace(ports, scanner=scanner), tuple(closers), wedge)


Closers = list[Callable[[], "Awaitable[None] | None"]]


def _printer(settings: Settings) -> ReceiptPrinter | None:
    from profiles.settings import EscposSerial, EscposTcp, EscposUsb

    match settings.printer:
        case EscposTcp(host, port, profile):
            from devices.printers.tcp import TcpReceiptPrinter

            return TcpReceiptPrinter(host, port, profile=profile)
        case EscposUsb(device, profile):
            from devices.printers.usb import UsbReceiptPrinter

            return UsbReceiptPrinter(device, profile=profile)
        case EscposSerial(device, speed, parity, flow, profile):
            from devices.printers.serial_port import Flow, LineSettings, Parity, SerialReceiptPrinter

            line = LineSettings(speed, Parity(parity), Flow(flow))
            return SerialReceiptPrinter(device, line, profile=profile)
    return None


def _scanner(settings: Settings) -> tuple[Scanner | None, KeyboardWedge | None]:
    """Return the scanner, and what holds back the keys of one that types."""
    from profiles.settings import KeyboardScanner, SerialScanner

    match settings.scanner:
        case SerialScanner(device, speed, prefix, suffix):
            from devices.scanner.serial import SerialScanner as SerialDriver

            return SerialDriver(device, speed, prefix=prefix, suffix=suffix), None
        case KeyboardScanner(node, layout, prefix, suffix):
            from ui.wedge import KeyboardWedge

            wedge = KeyboardWedge(prefix, suffix)
            if node is None:
                return wedge, wedge
            from devices.scanner.evdev import GrabbedScanner

            return GrabbedScanner(node, layout, prefix=prefix, suffix=suffix), wedge
    return None, None


def _presence(settings: Settings) -> Presence | None:
    from profiles.settings import EvdevPresence, HidPresence, SerialPresence

    if settings.presence is None:
        return None
    from devices.presence.sensor import hid_presence, serial_presence
    from devices.presence.signals import Proximity, Report, Words

    match settings.presence:
        case SerialPresence(device, present, absent, speed):
            return serial_presence(device, Words(present.encode(), absent.encode()), speed)
        case HidPresence(device, byte, mask, length):
            return hid_presence(device, Report(byte, mask, length))
        case EvdevPresence(device, near):
            return hid_presence(device, Proximity(near))


async def _typeset(document: Document) -> Private[bytes]:
    from ui.typesetting import typeset  # when somebody wants paper, not when the terminal starts

    return await typeset(document)


def _documents(settings: Settings) -> DocumentPrinter | None:
    if settings.documents is None:
        return None
    from devices.printers.ipp import IppPrinter

    return IppPrinter(settings.documents.url, ca_file=settings.documents.ca_file)


def _cards(settings: Settings) -> tuple[CardReader | None, Hold | None]:
    """Return the card readers, and how they are kept for an eID workflow."""
    if settings.cards is None:
        return None, None
    from devices.cards.arbiter import Arbiter
    from devices.cards.reader import PcscCardReader
    from devices.cards.staff import StaffCertificates

    chosen, arbiter = settings.cards, Arbiter()
    proof = StaffCertificates(chosen.staff) if chosen.staff else None
    return PcscCardReader(chosen.readers, chosen.kinds, proof, arbiter=arbiter), arbiter.held_by_eid


def _eid(settings: Settings, hold: Hold | None) -> Eid | None:
    if settings.eid is None:
        return None
    from devices.eid.ausweisapp import Keeper
    from devices.eid.client import AusweisApp
    from online.eid_service import EidService, EidServiceSettings

    service = EidService(EidServiceSettings(settings.eid.service_url, settings.eid.ca_file))
    return AusweisApp(settings.eid.url or Keeper(), settings.eid.tc_token_url, service.fetch, hold=hold)


def _speaker(settings: Settings, closers: Closers) -> Speaker | None:
    if settings.speech is None:
        return None
    from devices.speech.outputs import Choice
    from devices.speech.playback import PulsePlayback
    from devices.speech.speaker import LocalSpeaker
    from devices.speech.voices import voice_named

    chosen = settings.speech
    voice = voice_named(chosen.driver, chosen.models, chosen.python)
    speaker = LocalSpeaker(voice, PulsePlayback(Choice(chosen.loudspeaker, chosen.headset)))
    closers.append(speaker.close)
    return speaker


def _submissions(
    settings: Settings, place: Place, secret: Callable[[str], str | None], closers: Closers
) -> SubmissionService | None:
    chosen = settings.submission
    if chosen is None:
        return None
    from online.fit_connect import FitConnect, FitConnectSettings, Outbox

    outbox = Outbox(chosen.outbox)
    environment = FitConnectSettings(
        chosen.token_url,
        chosen.submission_url,
        chosen.destination_url or chosen.submission_url,
        chosen.client_id,
        routing_api=chosen.routing_url,
        routing_issuers=chosen.routing_issuers,
        ca_file=chosen.ca_file,
    )
    destinations = [service.destination for service in place.services if service.destination]
    fit_connect = FitConnect(environment, lambda _: secret(chosen.credential), outbox, destinations=destinations)
    closers.append(fit_connect.aclose)
    return fit_connect


def _desk(settings: Settings, secret: Callable[[str], str | None], closers: Closers) -> HelpDesk | None:
    if settings.counter is None:
        return None
    from online.help_desk import HelpDeskClient

    chosen = settings.counter
    key = secret(chosen.credential) or ""
    desk = HelpDeskClient(chosen.url, chosen.terminal, key, ca_file=chosen.ca_file)
    closers.append(desk.aclose)
    return desk


def _staff_code(settings: Settings, secret: Callable[[str], str | None]) -> StaffCode | None:
    if not settings.staff_code:
        return None
    from provisioning.staff_code import StaffCodeHash

    return StaffCodeHash(secret(settings.staff_code))


def keyring_secret(name: str) -> str | None:
    """Return a secret from the terminal's credential store."""
    from provisioning.credentials import secrets_of

    return secrets_of(SECRETS)(name)


def run_terminal(settings: Settings) -> int:
    """Run the terminal until SIGTERM or SIGINT."""
    import gc

    gc.disable()  # until the first screen stands: what is loaded till then stays anyhow
    try:
        return _run_until_stopped(settings)
    finally:
        gc.enable()


def _run_until_stopped(settings: Settings) -> int:
    import kiosk.terminal  # noqa: F401 - before PySide, which reads the source of all that is imported after it
    from profiles.loading import load_profile

    set_up_logging(settings)
    settings = with_profile_in_use(settings)
    place = load_profile(settings.profile)
    if isinstance(place, list):
        return complain(place)
    if (settings.submission or settings.counter or settings.staff_code) and not credentials_allowed():
        return 2
    return on_one_loop(lambda: _terminal_until_stopped(settings, place))


def set_up_logging(settings: Settings) -> None:
    """Log to standard error and, if one is named, a file. Library chatter below WARNING stays out."""
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    if settings.logging.file:
        handlers.append(logging.FileHandler(settings.logging.file))
    level = settings.logging.level.upper()
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", handlers=handlers)
    for library in ("httpx", "httpcore", "websockets", "asyncio", "qasync", "escpos", "PIL"):
        logging.getLogger(library).setLevel(logging.WARNING)


def on_one_loop(work: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run a coroutine on the one loop that carries widgets, timers and network."""
    from PySide6.QtWidgets import QApplication

    from ui.loop import WindowLoop

    application = QApplication(sys.argv[:1])
    application.setApplicationName("Lotse")  # how assistive technology calls it
    with asyncio.Runner(loop_factory=lambda: WindowLoop(application)) as runner:
        return runner.run(work())


def local_time() -> datetime:
    """Return the time as it is at the places that Lotse is for, whatever clock the computer is set to."""
    from zoneinfo import ZoneInfo

    return datetime.now(ZoneInfo("Europe/Berlin"))


async def _terminal_until_stopped(settings: Settings, place: Place) -> int:
    from kiosk.faults import Fault, FaultCode
    from kiosk.ports import THE_TERMINAL
    from kiosk.terminal import Terminal
    from provisioning.alive import Pulse, Trace
    from ui.operating import operate
    from ui.window import TerminalWindow

    equipment = equip(settings, place, keyring_secret)
    pulse, trace = Pulse(), Trace()
    line = _line_to_agent(settings)
    broke = trace.begin()
    window = TerminalWindow(lambda event: terminal.post(event), place, ppi_of(settings, place))
    ports = replace(equipment.ports, clock=local_time)  # the counter of a demo is open at night, too
    terminal = Terminal(place, ports, window.show_screen, _observers(pulse, line))
    show_window(window, settings)
    known = ports.staff_code is not None
    operate(window, terminal.post, settings.keypad, settings.switches, equipment.wedge, staff_code=known)
    window.take_keyboard(settings.keyboard)
    terminal.start()
    if broke and (desk := equipment.ports.desk) is not None:
        desk.report(THE_TERMINAL, Fault(FaultCode.TERMINAL_BROKE))
        asyncio.get_running_loop().call_later(TOLD_S, desk.report, THE_TERMINAL, None)
    preparing = asyncio.create_task(_prepare(place, forms=settings.submission is not None))
    calling = _call_agent(line, terminal, window)
    await _until_ended(terminal, window, pulse)
    preparing.cancel()
    if calling:
        calling.cancel()
    await terminal.close()
    await equipment.close()
    window.close()
    trace.end()
    return 0


def with_profile_in_use(settings: Settings) -> Settings:
    """Return the settings with the profile that the agent has brought, where there is one."""
    if settings.updates is None:
        return settings
    from provisioning.agent_releases import profile_in_use

    return replace(settings, profile=profile_in_use(settings.updates.state, settings.profile))


def _line_to_agent(settings: Settings) -> TerminalSide | None:
    if settings.updates is None:
        return None
    from provisioning.agent_line import TerminalSide

    return TerminalSide(settings.updates.socket, settings.profile, lambda: signal.raise_signal(signal.SIGTERM))


def _observers(pulse: Pulse, line: TerminalSide | None) -> Observer:
    def observe(visit: Visit, *_: object) -> None:
        pulse.took()
        if line:
            line.observe(visit)

    return observe


def _call_agent(line: TerminalSide | None, terminal: Terminal, window: TerminalWindow) -> asyncio.Task[None] | None:
    if line is None:
        return None
    import time

    from ui.frame_watch import FrameWatch

    line.observe(terminal.visit)
    frames, begun = FrameWatch(window), time.monotonic()
    window.update()
    return asyncio.create_task(line.run(lambda: frames.drawn_since(begun)))


async def _until_ended(terminal: Terminal, window: TerminalWindow, pulse: Pulse) -> None:
    """Feed the watchdog until we are told to end, or somebody wants that and nobody is here."""
    import os

    from kiosk.effects import TerminalUse
    from kiosk.events import Heartbeat
    from kiosk.visit import use_of
    from provisioning.alive import stay_alive, wanted
    from ui.frame_watch import FrameWatch

    if planted := os.environ.get("LOTSE_PLANT"):
        from demo.planted import plant

        plant(planted, terminal, window)
    is_wanted = wanted()
    alive = stay_alive(
        FrameWatch(window),
        pulse,
        lambda: terminal.post(Heartbeat()),
        lambda: use_of(terminal.visit) is TerminalUse.FREE and is_wanted(),
    )
    living, told = asyncio.create_task(alive), asyncio.create_task(stopped())
    await asyncio.wait((living, told), return_when=asyncio.FIRST_COMPLETED)
    for task in (living, told):
        task.cancel()


async def _prepare(place: Place, *, forms: bool) -> None:
    """Make ready for the first visitor while the first screen stands."""
    import gc
    import linecache

    await asyncio.sleep(FIRST_SCREEN_S)
    try:
        import ui.keyboard  # noqa: F401
        from kiosk.preparation import prepare

        await asyncio.to_thread(prepare, place, forms=forms)
    finally:
        linecache.clearcache()  # PySide has left the source of every module there
        gc.freeze()  # what is there now stays: no sweep needs to look at it


def run_part(part: str, settings: Settings) -> int:
    """Run what stands around a locked-down terminal, on the sockets that systemd hands over: egress or devices."""
    import os
    from pathlib import Path

    from profiles.destinations import destinations, device_files
    from provisioning import device_files as handed_over
    from provisioning import egress

    set_up_logging(replace(settings, logging=replace(settings.logging, file=None)))
    listeners = egress.inherited()
    if part == "devices":
        handed_over.serve(device_files(settings), listeners[0])
        return 0
    folder = os.environ.get("RUNTIME_DIRECTORY")
    asyncio.run(egress.serve(destinations(settings), listeners, Path(folder, "hosts") if folder else None))
    return 0


def ppi_of(settings: Settings, place: Place) -> float:
    """Return the screen's pixels an inch: as the settings say, or from the profile's diagonal."""
    window = settings.window
    return window.ppi or (window.width**2 + window.height**2) ** 0.5 / place.screen_inches


def show_window(window: Any, settings: Settings) -> None:
    """Show the window as the settings say."""
    window.resize(settings.window.width, settings.window.height)
    if settings.window.fullscreen:
        window.showFullScreen()
    else:
        window.show()


async def stopped() -> None:
    """Wait for SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    await stop.wait()


if __name__ == "__main__":
    run()
