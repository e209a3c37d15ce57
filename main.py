"""The composition root: settings → ports → terminal → window, on one event loop. And the command line."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from devices.printers.ipp import IppPrinter
    from kiosk.place import Place
    from kiosk.ports import Eid, HelpDesk, Ports, ReceiptPrinter, Speaker, SubmissionService
    from profiles.mistakes import Mistake
    from profiles.settings import Settings

SECRETS = "lotse"
"""The service name under which the terminal's secrets are kept."""
FIRST_SCREEN_S = 0.5
"""In this time the first screen is drawn."""


def run() -> None:
    """The console command `lotse`."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    return int(options.command(options))


# The command line


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lotse", description="Software of self-service terminals.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    start = commands.add_parser("run", help="the terminal alone, full screen, as in a foyer")
    start.add_argument("--settings", type=Path, help="the settings file; without it, no devices and no counter")
    start.set_defaults(command=_run)
    demo = commands.add_parser("demo", help="the terminal with everything virtual around it")
    demo.add_argument("--profile", type=Path, help="another profile's folder")
    demo.add_argument("--smoke", action="store_true", help="end as soon as the first screen is shown")
    demo.set_defaults(command=_demo)
    _add_visit(commands)
    form = commands.add_parser("form", help="forms in XDatenfelder 3").add_subparsers(required=True, metavar="WHAT")
    check = form.add_parser("check", help="whether forms can be walked, one JSON line a file")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.set_defaults(command=_check_forms)
    profile = commands.add_parser("profile", help="profiles").add_subparsers(required=True, metavar="WHAT")
    check = profile.add_parser("check", help="every mistake of a profile: file, line and remedy")
    check.add_argument("path", type=Path)
    check.set_defaults(command=_check_profile)
    hub = commands.add_parser("hub", help="the server of a site").add_subparsers(required=True, metavar="WHAT")
    serve = hub.add_parser("serve", help="serve the counter's page and the terminals' calls")
    serve.add_argument("--settings", type=Path, required=True, help="the hub's settings file")
    serve.set_defaults(command=_serve_hub)
    return parser


def _add_visit(commands: Any) -> None:
    visit = commands.add_parser("visit", help="walk a whole visit without a person")
    visit.add_argument("answers", type=Path, metavar="ANSWERS.yaml")
    visit.add_argument("--out", type=Path, required=True, metavar="DIR")
    visit.add_argument("--profile", type=Path)
    visit.add_argument("--language", default="de")
    visit.add_argument("--text-size", choices=("S", "M", "L", "XL"), default="M")
    visit.add_argument("--contrast", choices=("light", "dark", "soft", "dim"), default="soft")
    visit.add_argument("--form", type=Path, metavar="FILE.xdf.xml", help="walk this form instead of the service's")
    visit.set_defaults(command=_visit)


def _run(options: argparse.Namespace) -> int:
    from profiles.settings_file import load_settings

    settings = load_settings(options.settings)
    if isinstance(settings, list):
        return _complain(settings)
    return run_terminal(settings)


def _demo(options: argparse.Namespace) -> int:
    from demo.start import demonstrate

    return demonstrate(options.profile, smoke=options.smoke)


def _visit(options: argparse.Namespace) -> int:
    from demo.visit import walk_alone

    return walk_alone(options)


def _check_forms(options: argparse.Namespace) -> int:
    import json

    from kiosk.forms.check import check_file

    reports = [check_file(path) for path in options.files]
    for report in reports:
        sys.stdout.write(json.dumps(report, ensure_ascii=False) + "\n")
    return 0 if all(report["walkable"] for report in reports) else 1


def _check_profile(options: argparse.Namespace) -> int:
    from profiles.checking import run_check

    return run_check(options.path, sys.stdout)


def _serve_hub(options: argparse.Namespace) -> int:
    from hub.server import serve
    from hub.settings_file import SettingsFault, load_hub_settings

    if not _credentials_allowed():
        return 2
    try:
        settings = load_hub_settings(options.settings, keyring_secret)
    except SettingsFault as fault:
        sys.stderr.write(f"{fault}\n")
        return 2
    serve(settings)
    return 0


def _credentials_allowed() -> bool:
    """Choose the credential store; say why, if there is none that a terminal or hub may use."""
    from provisioning.credentials import CredentialsRefusedError, use_credentials

    try:
        use_credentials()
    except CredentialsRefusedError as refused:
        sys.stderr.write(f"{refused}\n")
        return False
    return True


def _complain(mistakes: Sequence[Mistake]) -> int:
    for mistake in mistakes:
        sys.stderr.write(f"{mistake}\n")
    return 2


# Composition


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a terminal is equipped with, and how each part is put away."""

    ports: Ports
    closers: tuple[Callable[[], Awaitable[None] | None], ...] = ()
    documents: IppPrinter | None = None

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
    ports = Ports(
        ProfileForms(),
        _printer(settings),
        _eid(settings),
        _speaker(settings, closers),
        _submissions(settings, place, secret, closers),
        _desk(settings, secret, closers),
    )
    return Equipment(ports, tuple(closers), _documents(settings))


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


def _documents(settings: Settings) -> IppPrinter | None:
    if settings.documents is None:
        return None
    from devices.printers.ipp import IppPrinter

    return IppPrinter(settings.documents.url, ca_file=settings.documents.ca_file)


def _eid(settings: Settings) -> Eid | None:
    if settings.eid is None:
        return None
    from devices.eid.client import AusweisApp
    from online.eid_service import EidService, EidServiceSettings

    service = EidService(EidServiceSettings(settings.eid.service_url, settings.eid.ca_file))
    return AusweisApp(settings.eid.url, settings.eid.tc_token_url, service.fetch)


def _speaker(settings: Settings, closers: Closers) -> Speaker | None:
    if settings.speech is None:
        return None
    from devices.speech.speaker import LocalSpeaker

    speaker = LocalSpeaker(headset=settings.speech.headset)
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
    place = load_profile(settings.profile)
    if isinstance(place, list):
        return _complain(place)
    if (settings.submission or settings.counter) and not _credentials_allowed():
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
    with asyncio.Runner(loop_factory=lambda: WindowLoop(application)) as runner:
        return runner.run(work())


async def _terminal_until_stopped(settings: Settings, place: Place) -> int:
    from kiosk.terminal import Terminal
    from ui.window import TerminalWindow

    equipment = equip(settings, place, keyring_secret)
    window = TerminalWindow(lambda event: terminal.post(event), place, ppi_of(settings, place))
    terminal = Terminal(place, equipment.ports, window.show_screen)
    show_window(window, settings)
    terminal.start()
    preparing = asyncio.create_task(_prepare(place, forms=settings.submission is not None))
    await stopped()
    preparing.cancel()
    await terminal.close()
    await equipment.close()
    window.close()
    return 0


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
