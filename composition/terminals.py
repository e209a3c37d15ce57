"""From ports to a terminal in its window, and to the next one in its place."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from composition.equipment import equip
from composition.process import (
    complain,
    credentials_allowed,
    keyring_secret,
    local_time,
    on_one_loop,
    set_up_logging,
    stopped,
)

if TYPE_CHECKING:
    from kiosk.place import Place
    from kiosk.ports import (
        HelpDesk,
    )
    from kiosk.terminal import Observer, Terminal
    from kiosk.visit import Visit
    from profiles.settings import Settings
    from provisioning.agent_line import TerminalSide
    from provisioning.alive import Pulse
    from provisioning.commands_desk import CommandDesk
    from ui.window import TerminalWindow

TOLD_S = 600.0
"""So long the counter sees that the terminal had to be started anew."""
FIRST_SCREEN_S = 0.5
"""In this time the first screen is drawn."""


def with_profile_in_use(settings: Settings) -> Settings:
    """Return the settings with the profile that the agent has brought, where there is one."""
    if settings.updates is None:
        return settings
    from provisioning.agent_releases import profile_in_use

    return replace(settings, profile=profile_in_use(settings.updates.state, settings.profile))


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


def run_terminal(settings: Settings) -> int:
    """Run the terminal until SIGTERM or SIGINT."""

    gc.disable()  # until the first screen stands: what is loaded till then stays anyhow
    try:
        return _run_until_stopped(settings)
    finally:
        gc.enable()


def _run_until_stopped(settings: Settings) -> int:
    import kiosk.terminal  # noqa: F401 - before PySide, which reads the source of all that is imported after it
    from profiles.loading import load_profile

    set_up_logging(settings)
    place = load_profile(with_profile_in_use(settings).profile)
    if isinstance(place, list):
        return complain(place)
    if (settings.submission or settings.counter or settings.staff_code) and not credentials_allowed():
        return 2
    return on_one_loop(lambda: _terminals_until_stopped(settings, place))


async def _terminals_until_stopped(settings: Settings, place: Place) -> int:
    """Run the terminal, and a new one in its place whenever the agent has brought another profile.

    All is built anew, but in the same process: what takes long is Python and Qt coming up. The old window stands until
    the new one is drawn.
    """

    from profiles.loading import load_profile

    window: TerminalWindow | None = None
    shown = with_profile_in_use(settings)
    while window := await _terminal_until_stopped(shown, place, window):
        gc.unfreeze()  # what the old one leaves behind can be swept
        new = with_profile_in_use(settings)
        found = load_profile(new.profile)
        if isinstance(found, list):
            complain(found)  # and the agent takes it back, since nobody shows it
        else:
            shown, place = new, found
    return 0


async def _terminal_until_stopped(
    settings: Settings, place: Place, before: TerminalWindow | None
) -> TerminalWindow | None:
    """Run one terminal. Return its window where another is to stand in its place, as that did of `before`."""
    from composition import from_afar
    from kiosk.faults import Fault, FaultCode
    from kiosk.ports import THE_TERMINAL
    from kiosk.terminal import Terminal
    from provisioning.alive import Pulse, Trace
    from ui.operating import operate
    from ui.window import TerminalWindow

    equipment = equip(settings, place, keyring_secret)
    pulse, trace = Pulse(), Trace()
    anew = asyncio.Event()
    line = _line_to_agent(settings, anew, equipment.ports.desk)
    broke = trace.begin()
    window = TerminalWindow(lambda event: terminal.post(event), place, ppi_of(settings, place))
    ports = replace(equipment.ports, clock=local_time)  # the counter of a demo is open at night, too
    wired = from_afar.Terminal(
        settings, place, keyring_secret, ports.speaker, lambda: window, lambda: terminal.visit.devices
    )
    commands = from_afar.joined_to_fleet(wired, ports.desk)
    terminal = Terminal(place, replace(ports, orders=commands), window.show_screen, _observers(pulse, line, commands))
    show_window(window, settings)
    if before:
        asyncio.get_running_loop().call_later(FIRST_SCREEN_S, _put_away, before)
    known = ports.staff_code is not None
    operate(window, terminal.post, settings.keypad, settings.switches, equipment.wedge, staff_code=known)
    window.take_keyboard(settings.keyboard)
    terminal.start()
    if broke and (desk := equipment.ports.desk) is not None:
        desk.report(THE_TERMINAL, Fault(FaultCode.TERMINAL_BROKE))
        asyncio.get_running_loop().call_later(TOLD_S, desk.report, THE_TERMINAL, None)
    preparing = asyncio.create_task(_prepare(place, forms=settings.submission is not None))
    calling = _call_agent(line, terminal, window)
    obeying = _obey(commands, terminal, line)
    await _until_ended(terminal, window, pulse, anew)
    preparing.cancel()
    for work in filter(None, (calling, obeying)):
        work.cancel()
    await terminal.close()
    await equipment.close()
    trace.end()
    if anew.is_set():
        return window
    window.close()
    return None


def _put_away(window: TerminalWindow) -> None:
    """Let go of the window that stood before, and of the terminal behind it, before all that is there is frozen."""

    window.close()
    window.deleteLater()
    asyncio.get_running_loop().call_later(0.05, gc.collect)


def _line_to_agent(settings: Settings, anew: asyncio.Event, desk: HelpDesk | None) -> TerminalSide | None:
    if settings.updates is None:
        return None
    from kiosk.faults import Fault, FaultCode
    from kiosk.ports import THE_PROFILE
    from provisioning.agent_line import TerminalSide

    def tell_counter(taken_back: bool) -> None:
        if desk:
            desk.report(THE_PROFILE, Fault(FaultCode.PROFILE_TAKEN_BACK) if taken_back else None)

    return TerminalSide(settings.updates.socket, settings.profile, anew.set, tell_counter)


def _obey(commands: CommandDesk | None, terminal: Terminal, line: TerminalSide | None) -> asyncio.Task[None] | None:
    """Take commands from afar."""
    if commands is None:
        if line:
            line.want("")
        return None
    commands.observe(terminal.visit)
    if line:
        commands.target_changed = line.want
    return asyncio.create_task(commands.run(terminal.post), name="commands")


def _observers(pulse: Pulse, line: TerminalSide | None, commands: CommandDesk | None) -> Observer:
    def observe(visit: Visit, *_: object) -> None:
        pulse.took()
        if line:
            line.observe(visit)
        if commands:
            commands.observe(visit)

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


async def _until_ended(terminal: Terminal, window: TerminalWindow, pulse: Pulse, anew: asyncio.Event) -> None:
    """Feed the watchdog until we are told to end or to begin anew, or somebody wants that and nobody is here.

    `anew` is set afterwards only if this process is to go on.
    """
    import os

    from kiosk.effects import TerminalUse
    from kiosk.events import Heartbeat
    from kiosk.visit import use_of
    from provisioning.alive import Frames, stay_alive, wanted
    from provisioning.display import AnsweredFrames, display_path
    from ui.frame_watch import FrameWatch

    if planted := os.environ.get("LOTSE_PLANT"):
        from demo.planted import plant

        plant(planted, terminal, window)
    is_wanted = wanted()
    frames: Frames = FrameWatch(window)
    if display := display_path():
        frames = AnsweredFrames(frames, display)
    alive = stay_alive(
        frames,
        pulse,
        lambda: terminal.post(Heartbeat()),
        lambda: use_of(terminal.visit) is TerminalUse.FREE and is_wanted(),
    )
    living, told = asyncio.create_task(alive), asyncio.create_task(stopped())
    wanted_anew = asyncio.create_task(anew.wait())
    await asyncio.wait((living, told, wanted_anew), return_when=asyncio.FIRST_COMPLETED)
    if living.done() or told.done():
        anew.clear()
    for task in (living, told, wanted_anew):
        task.cancel()
    if isinstance(frames, AnsweredFrames):
        frames.close()


async def _prepare(place: Place, *, forms: bool) -> None:
    """Make ready for the first visitor while the first screen stands."""
    import linecache

    await asyncio.sleep(FIRST_SCREEN_S)
    try:
        import ui.keyboard  # noqa: F401
        from kiosk.preparation import prepare
        from provisioning.out_of_order import keep_words

        await asyncio.to_thread(prepare, place, forms=forms)
        await asyncio.to_thread(keep_words)
    finally:
        linecache.clearcache()  # PySide has left the source of every module there
        gc.freeze()  # what is there now stays: no sweep needs to look at it
