"""`lotse visit`: a whole visit without a person, on real wires, with everything it left behind written down."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from demo.doubles import Doubles, doubles
from demo.record import Record
from demo.script import Script, ScriptFault, check_answers, read_script
from demo.visitor import StuckError, Visitor
from demo.walk import Walk
from kiosk.device_events import Device
from kiosk.effects import Effects
from kiosk.events import EndConfirmed, Event
from kiosk.faults import Fault
from kiosk.journeys.handing_in import Done, Kept
from kiosk.look import Contrast, Look, TextSize
from kiosk.place import Place, Service, ServiceId
from kiosk.receipt import receipt_text
from kiosk.terminal import Terminal
from kiosk.text import GERMAN, Language, translator
from kiosk.visit import Visit
from online.simulators.authority_tokens import AuthorityKeys
from profiles.settings import Logging, LogLevel, Settings


@dataclass(frozen=True, slots=True)
class Plan:
    """What is walked, where, and how it is to look."""

    settings: Settings
    place: Place
    script: Script
    look: Look
    out: Path


def walk_alone(options: argparse.Namespace) -> int:
    """Walk. Return 0 if the authority accepted the application, 1 if not, 2 for a visit that cannot be walked."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["LOTSE_SIMULATORS"] = "1"
    from composition.process import on_one_loop, set_up_logging

    try:
        plan = plan_of(options)
        set_up_logging(plan.settings)
        record = Record(plan.out)
        with ThreadPoolExecutor(1) as meanwhile:  # while the window is being made
            keys = meanwhile.submit(AuthorityKeys.generate)
            return on_one_loop(lambda: walk(plan, record, keys.result))
    except ScriptFault as fault:
        return _refuse(str(fault))
    except OSError as error:
        return _refuse(f"{error.filename}: {error.strerror}")


def plan_of(options: argparse.Namespace) -> Plan:
    """Return what the command line asks for. Raises `ScriptFault` with the first thing that is wrong."""
    from profiles.loading import load_profile
    from profiles.settings_file import load_settings

    settings = load_settings(None)
    assert isinstance(settings, Settings)
    place = load_profile(options.profile or settings.profile)
    if isinstance(place, list):
        raise ScriptFault("\n".join(str(mistake) for mistake in place))
    if options.language not in place.languages:
        raise ScriptFault(f"the profile has no language “{options.language}”, only {', '.join(place.languages)}")
    script = read_script(options.answers)
    place = with_form(place, script, options.form)
    _check(script, place.service(ServiceId(script.service)), options.answers)
    look = Look(Language(options.language), TextSize(options.text_size), Contrast(options.contrast))
    return Plan(replace(settings, logging=Logging(LogLevel.WARNING)), place, script, look, options.out)


def with_form(place: Place, script: Script, form: Path | None) -> Place:
    """Return the place, with another form under the script's service if one is given. Raises `ScriptFault`."""
    try:
        service = place.service(ServiceId(script.service))
    except KeyError:
        raise ScriptFault(f"the profile has no service “{script.service}”") from None
    if service.form is None:
        raise ScriptFault(f"the service “{script.service}” has no form, so there is nothing to be handed in")
    if form is None:
        return place
    other = replace(service, form=replace(service.form, schema=form, texts={}, hints={}, prefill={}))
    return replace(place, services=tuple(other if each is service else each for each in place.services))


def _check(script: Script, service: Service, answers: Path) -> None:
    from profiles.forms import ProfileForms

    form = asyncio.run(ProfileForms().open(service))
    if isinstance(form, Fault):
        raise ScriptFault(f"the form cannot be used: {form.detail}")
    check_answers(script, form, answers)


def _refuse(why: str) -> int:
    sys.stderr.write(f"lotse visit: {why}\n")
    return 2


async def walk(plan: Plan, record: Record, keys: Callable[[], AuthorityKeys]) -> int:
    """Walk on the running loop; return 0 if the authority accepted, else 1. Raises `ScriptFault`."""
    needed = {Device.SUBMISSION, Device.PRINTER} | ({Device.EID} if plan.script.card else set())
    city = translator(GERMAN).say(plan.place.name)
    async with (
        doubles(plan.settings.terminal.name, keys=keys, city=city) as around,
        _walking(plan, around, record) as walking,
    ):
        try:
            await walking.until_works(*needed)
            walking.dress(plan.look)
            return _finish(walking, around, await walking.to_the_end(), record)
        except StuckError as stuck:
            sys.stderr.write(f"lotse visit: {stuck}\n")
            return 1
        finally:
            record.close()


@asynccontextmanager
async def _walking(plan: Plan, around: Doubles, record: Record) -> AsyncIterator[Walk]:
    """A terminal at work with its window, and a visitor in front of it."""
    from composition.equipment import equip
    from composition.terminals import ppi_of
    from ui.window import TerminalWindow

    settings, place = plan.settings, plan.place
    equipment = equip(around.equipped(settings), place, around.secret)
    window = TerminalWindow(lambda event: terminal.post(event), place, ppi_of(settings, place))
    window.resize(settings.window.width, settings.window.height)
    window.show()

    def observe(_: Visit, event: Event, effects: Effects, milliseconds: float) -> None:
        record.step(terminal.screen, event, effects, milliseconds)
        walk.noticed()

    terminal = Terminal(place, equipment.ports, window.show_screen, observe)
    walk = Walk(terminal, Visitor(plan.script), around.ausweisapp, lambda s: record.screen(s, window.picture))
    terminal.start()
    try:
        yield walk
    finally:
        await terminal.close()
        await equipment.close()
        window.close()


def _finish(walk: Walk, around: Doubles, visit: Visit, record: Record) -> int:
    page, arrived, papers = visit.page, around.authority.arrived, around.printer.papers
    if isinstance(page, (Done, Kept)):
        today = datetime.now().astimezone().date()
        record.receipt(receipt_text(page.receipt(visit), today), papers[-1].png if papers else None)
    if arrived:
        record.submission(arrived[-1].data or {})
    walk.terminal.post(EndConfirmed())
    walk.keep(walk.terminal.screen)
    accepted = isinstance(page, Done) and bool(arrived) and arrived[-1].accepted
    sys.stdout.write(f"{record.screens} screens, {'accepted' if accepted else 'not accepted'}: {record.out}\n")
    return 0 if accepted else 1
