"""What a terminal does for IT from afar, put together: commands, and what it says about itself to its hub."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from composition.log_tail import LogTail

if TYPE_CHECKING:
    from kiosk.orders import TellLog
    from kiosk.place import Place
    from kiosk.ports import HelpDesk, Speaker
    from kiosk.visit import Devices
    from profiles.settings import Hub, Settings
    from provisioning.commands_desk import CommandDesk, Hand
    from provisioning.commands_ledger import Ledger
    from ui.window import TerminalWindow

PICTURE_WIDTH = 540
"""Of a picture of the screen, in pixels: enough to see what is wrong."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """What commands work on. `window` and `devices` are asked for when a command comes, since they come later."""

    settings: Settings
    place: Place
    secret: Callable[[str], str | None]
    speaker: Speaker | None
    window: Callable[[], TerminalWindow]
    devices: Callable[[], Devices]


def joined_to_fleet(terminal: Terminal, desk: HelpDesk | None) -> CommandDesk | None:
    """Have the hub told what this terminal runs; return what takes its commands, if the settings allow any."""
    from online.fleet import FleetLink
    from online.help_desk import HelpDeskClient

    chosen = terminal.settings.counter
    if chosen is None or not isinstance(desk, HelpDeskClient):
        return None
    link = FleetLink(lambda: asyncio.to_thread(about, terminal.settings, terminal.place))
    desk.join(link)
    if chosen.commands is None:
        return None
    commands = _desk(terminal, chosen, link.answer)
    link.offered, link.told = commands.heard, commands.told
    return commands


def _desk(terminal: Terminal, chosen: Hub, answer: Callable[[Any], None]) -> CommandDesk:
    from provisioning.commands_desk import CommandDesk

    return CommandDesk(
        chosen.terminal, chosen.command_keys, lambda: _ledger(terminal.settings), hands(terminal), answer
    )


def _ledger(settings: Settings) -> Ledger:
    """Open the ledger, on a thread. Where there are updates, the time that they were signed has surely come."""
    from provisioning.commands_ledger import Ledger

    assert settings.counter and settings.counter.commands
    if settings.updates is None:
        return Ledger(settings.counter.commands)
    from provisioning.agent_floor import FloorFile
    from provisioning.agent_releases import floors_in

    return Ledger(settings.counter.commands, FloorFile(*floors_in(settings.updates.state)).now)


def hands(terminal: Terminal) -> dict[type, Hand]:
    """Return what does the rest of each order that is not done by being shown or written down."""
    from kiosk.orders import Identify, Restart, TakePicture, TellLog, TellReadiness

    return {
        Restart: lambda _: signal.raise_signal(signal.SIGTERM),  # the unit begins it anew
        Identify: lambda _: _sound(terminal.speaker),
        TakePicture: lambda _: _picture(terminal.window()),
        TellLog: _lines,
        TellReadiness: lambda _: _report(terminal),
    }


def _sound(speaker: Speaker | None) -> Awaitable[None] | None:
    from devices.speech.speaker import LocalSpeaker

    return speaker.signal() if isinstance(speaker, LocalSpeaker) else None


def _picture(window: TerminalWindow) -> Awaitable[bytes]:
    """Take the picture now, while nobody is here; make it small on a thread."""
    image = window.picture()

    def encoded() -> bytes:
        from PySide6.QtCore import QBuffer, QIODevice, Qt

        small = image.scaledToWidth(PICTURE_WIDTH, Qt.TransformationMode.SmoothTransformation)
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        small.save(buffer, "PNG")  # type: ignore[call-overload]
        return bytes(buffer.data().data())

    return asyncio.to_thread(encoded)


async def _lines(order: TellLog) -> bytes:
    tail = next((one for one in logging.getLogger().handlers if isinstance(one, LogTail)), None)
    return tail.last(order.lines) if tail else b""


async def _report(terminal: Terminal) -> bytes:
    from doctor.report_json import as_json
    from doctor.standing import standing

    report = await standing(terminal.settings, terminal.place, terminal.devices(), terminal.secret)
    return json.dumps(json.loads(as_json(report)), ensure_ascii=False, separators=(",", ":")).encode()


def software_version() -> str:
    """Return the version of this software; a dash where it is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("lotse")
    except PackageNotFoundError:
        return "—"


def about(settings: Settings, place: Place) -> dict[str, Any]:
    """Return what this terminal runs, for the list of a fleet. It reads a file: call it on a thread."""
    said: dict[str, Any] = {"software": software_version(), "profile": place.id}
    if settings.updates is None:
        return said
    from provisioning.agent_status import read_status

    status = read_status(settings.updates.state)
    told = status.get("taken_back")
    back = told if isinstance(told, dict) else {}
    return said | {
        "version": str(status.get("version", "")),
        "target": str(status.get("target", "")) or settings.updates.target,
        "trouble": str(status.get("trouble", "")),
        "alarm": status.get("alarm") is True,
        "taken_back": f"{back.get('version', '')}: {back.get('why', '')}"[:300] if back else "",
    }
