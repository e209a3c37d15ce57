"""What can happen in a foyer: each trouble has a way to cause it and a way to mend it, on the real wires."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import psutil
import pytest

from demo.network import Line
from demo.sound import HEADSET, LOUDSPEAKER, OwnServer
from devices.eid.npa.slot import Mishap as CardMishap
from devices.eid.npa.slot import Trouble as CardTrouble
from devices.eid.simulated_faults import NextFault
from devices.eid.simulated_faults import Trouble as AppTrouble
from devices.printers.page_simulator import PageTrouble
from devices.printers.simulator import Trouble as PaperTrouble
from kiosk.device_events import Device
from online.simulators.authority_faults import Mishap, Operation
from online.simulators.eid_server import EidServerFault
from tests.chaos.desk import RealDesk

if TYPE_CHECKING:
    from tests.chaos.foyer import Foyer

Act: TypeAlias = "Callable[[Foyer], Awaitable[None]]"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One trouble. `devices` fail by it; once it is mended they have to be usable again.

    `by_itself`: nobody mends it, so the time counts from its beginning. `cable`: it is behind the network, where
    asking often costs others something, so there is no bound on how soon it is noticed. `elsewhere`: it is no reason
    for a card not to be read.
    """

    cause: Act
    mend: Act
    devices: tuple[Device, ...] = ()
    by_itself: bool = False
    cable: bool = False
    elsewhere: bool = False


async def _nothing(_: Foyer) -> None:
    """Nobody has to do anything."""


# Readers, cards and the AusweisApp


def _real(foyer: Foyer) -> RealDesk:
    assert isinstance(foyer.desk, RealDesk)
    return foyer.desk


async def _pcscd(foyer: Foyer, runs: bool, reader: bool = True) -> None:
    service = _real(foyer).service
    await asyncio.to_thread(service.kill)
    while runs:
        try:
            await asyncio.to_thread(partial(service.start, reader=reader))
            return
        except pytest.skip.Exception:
            await asyncio.sleep(0.2)  # somebody else is just starting one


async def _signal(foyer: Foyer, number: signal.Signals) -> None:
    process = _real(foyer).ausweisapp
    if process is None:
        return
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


async def _card_pulled(foyer: Foyer) -> None:
    await foyer.desk.remove()


async def _card_trouble(foyer: Foyer, trouble: CardTrouble | None) -> None:
    desk = _real(foyer)
    if trouble is None:
        desk.slot.plan(None)
        await desk.remove()
    else:
        desk.slot.plan(CardMishap(trouble, 1))


async def _city(foyer: Foyer, fault: EidServerFault | None) -> None:
    _real(foyer).city.next_fault = fault


async def _app_runs(foyer: Foyer, runs: bool) -> None:
    app = foyer.around.ausweisapp
    await (app.start() if runs else app.stop())


async def _app_reader(foyer: Foyer, attached: bool) -> None:
    app = foyer.around.ausweisapp
    if attached is not app.attached:
        (app.attach_reader if attached else app.detach_reader)()


async def _app_fault(foyer: Foyer, trouble: AppTrouble | None) -> None:
    foyer.around.ausweisapp.next_fault = NextFault(trouble) if trouble else None


_EID = (Device.READER, Device.EID)
_READER_GONE = Trouble(partial(_pcscd, runs=True, reader=False), partial(_pcscd, runs=True), _EID)
_REAL: Mapping[str, Trouble] = {
    "pcscd killed": Trouble(partial(_pcscd, runs=False), partial(_pcscd, runs=True), _EID),
    "reader pulled": _READER_GONE,
    "card pulled": Trouble(_card_pulled, _nothing),
    "card pulled at a message": Trouble(
        partial(_card_trouble, trouble=CardTrouble.PULL), partial(_card_trouble, trouble=None)
    ),
    "card falls silent": Trouble(
        partial(_card_trouble, trouble=CardTrouble.MUTE), partial(_card_trouble, trouble=None)
    ),
    "AusweisApp killed": Trouble(partial(_signal, number=signal.SIGKILL), _nothing, (Device.EID,), by_itself=True),
    "AusweisApp frozen": Trouble(
        partial(_signal, number=signal.SIGSTOP), partial(_signal, number=signal.SIGCONT), (Device.EID,)
    ),
    **{
        f"eID server: {fault}": Trouble(partial(_city, fault=fault), partial(_city, fault=None))
        for fault in (EidServerFault.GARBAGE, EidServerFault.ERROR, EidServerFault.DROP)
    },
}
_DOUBLE: Mapping[str, Trouble] = {
    "AusweisApp ended": Trouble(partial(_app_runs, runs=False), partial(_app_runs, runs=True), (Device.EID,)),
    "reader pulled": Trouble(partial(_app_reader, attached=False), partial(_app_reader, attached=True), (Device.EID,)),
    "card pulled": Trouble(_card_pulled, _nothing),
    **{
        f"AusweisApp: {trouble}": Trouble(partial(_app_fault, trouble=trouble), partial(_app_fault, trouble=None))
        for trouble in AppTrouble
    },
}


# Paper


async def _paper(foyer: Foyer, trouble: PaperTrouble) -> None:
    await foyer.around.printer.cause(trouble)


async def _pages(foyer: Foyer, trouble: PageTrouble) -> None:
    await foyer.around.pages.cause(trouble)


_PAPER: Mapping[str, Trouble] = {
    **{
        f"printer: {trouble}": Trouble(
            partial(_paper, trouble=trouble), partial(_paper, trouble=PaperTrouble.NONE), (Device.PRINTER,)
        )
        for trouble in PaperTrouble
        if trouble not in {PaperTrouble.NONE, PaperTrouble.NEAR_END}
    },
    **{
        f"A4: {trouble}": Trouble(
            partial(_pages, trouble=trouble), partial(_pages, trouble=PageTrouble.NONE), (Device.DOCUMENTS,)
        )
        for trouble in PageTrouble
        if trouble not in {PageTrouble.NONE, PageTrouble.NEAR_END}
    },
}


# What is behind the network


async def _lines(foyer: Foyer, on: bool, *which: Line) -> None:
    await foyer.around.network.switch(on, *which)
    if isinstance(foyer.desk, RealDesk) and (not which or Line.EID_SERVICE in which):
        foyer.desk.city.online = on


async def _authority(foyer: Foyer, operation: Operation, mishap: Mishap) -> None:
    foyer.around.authority.fail(operation, mishap)


async def _forgiven(foyer: Foyer) -> None:
    foyer.around.authority.forgive()


def _cut(*which: Line) -> Trouble:
    async def cut(foyer: Foyer) -> None:
        await _lines(foyer, False, *which)

    async def join(foyer: Foyer) -> None:
        await _lines(foyer, True, *which)

    devices = {Line.AUTHORITY: Device.SUBMISSION, Line.COUNTER: Device.COUNTER}
    return Trouble(cut, join, tuple(devices[line] for line in which or Line if line in devices), cable=True)


_NETWORK: Mapping[str, Trouble] = {
    "network gone": _cut(),
    **{f"line cut: {line}": _cut(line) for line in Line},
    **{
        f"authority: {mishap} at {operation}": Trouble(
            partial(_authority, operation=operation, mishap=mishap), _forgiven, (Device.SUBMISSION,), cable=True
        )
        for operation, mishap in (
            (Operation.SUBMIT, Mishap.SERVER_ERROR),
            (Operation.SUBMIT, Mishap.DROP_AFTER),
            (Operation.SUBMIT, Mishap.STALL),
            (Operation.EVENTS, Mishap.DROP_BEFORE),
            (Operation.ANNOUNCE, Mishap.PAGE),
        )
    },
}


# Sound, scanner, sensor


async def _sound_server(foyer: Foyer, runs: bool) -> None:
    server = foyer.sound
    assert isinstance(server, OwnServer)
    await asyncio.to_thread(server.start if runs else server.stop)


async def _output(foyer: Foyer, sink: str, plugged: bool) -> None:
    await asyncio.to_thread(partial(foyer.sound.plug, sink, plugged=plugged))


async def _scanner(foyer: Foyer, plugged: bool) -> None:
    (foyer.around.scanner.plug if plugged else foyer.around.scanner.unplug)()


async def _scanned(foyer: Foyer) -> None:
    foyer.around.scanner.scan("MU 4F7K 29XM")


async def _presence(foyer: Foyer, plugged: bool) -> None:
    (foyer.around.presence.plug if plugged else foyer.around.presence.unplug)()


async def _somebody(foyer: Foyer, there: bool) -> None:
    (foyer.around.presence.come if there else foyer.around.presence.go)()


_SOUND: Mapping[str, Trouble] = {
    "sound server killed": Trouble(
        partial(_sound_server, runs=False), partial(_sound_server, runs=True), (Device.SPEECH,)
    ),
    "loudspeaker pulled": Trouble(
        partial(_output, sink=LOUDSPEAKER, plugged=False),
        partial(_output, sink=LOUDSPEAKER, plugged=True),
        (Device.SPEECH,),
    ),
    "headset plugged in and pulled": Trouble(
        partial(_output, sink=HEADSET, plugged=True), partial(_output, sink=HEADSET, plugged=False), (Device.SPEECH,)
    ),
}
_SENSES: Mapping[str, Trouble] = {
    "scanner pulled": Trouble(partial(_scanner, plugged=False), partial(_scanner, plugged=True), (Device.SCANNER,)),
    "a code is scanned": Trouble(_scanned, _nothing),
    "sensor pulled": Trouble(partial(_presence, plugged=False), partial(_presence, plugged=True), (Device.PRESENCE,)),
    "somebody comes and goes": Trouble(partial(_somebody, there=True), partial(_somebody, there=False)),
}


def troubles(*, real: bool, sound: bool) -> Mapping[str, Trouble]:
    """Return every trouble that there can be here, by name."""
    elsewhere = {**_PAPER, **(_SOUND if sound else {}), **_SENSES}
    others = {name: replace(trouble, elsewhere=True) for name, trouble in elsewhere.items()}
    return {**(_REAL if real else _DOUBLE), **_NETWORK, **others}


OFTEN = ("pcscd killed", "reader pulled", "AusweisApp killed", "AusweisApp ended", "printer: off", "network gone")
"""Three times as likely as others."""


def by_likelihood(known: Mapping[str, Trouble]) -> tuple[str, ...]:
    """Return the names to draw from."""
    return tuple(name for name in sorted(known) for _ in range(3 if name in OFTEN else 1))
