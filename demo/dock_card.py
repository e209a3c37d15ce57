"""The dock's cards, their reader, the service of the readers and the AusweisApp."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from demo.cards import ID_CARDS, CardSlot
from demo.dock_panel import Hand, switch
from devices.cards.virtual_service import CardTrouble
from devices.eid.simulated_faults import NextFault, Trouble
from kiosk.text import Msg, Verbatim, msg
from ui.dock_data import DockButton, DockButtons, DockChoice, DockControl, DockOption, DockSection

NO_FAULT = "none"


class CardPanel:
    """Cards go in and out, the reader is pulled, app and service end, a card or the app does something wrong."""

    def __init__(self, slot: CardSlot, hand: Hand) -> None:
        self._slot = slot
        self._hand = hand
        self._runs = True
        self._turn = asyncio.Lock()
        slot.app.watchers.append(hand.changed)

    def section(self) -> DockSection:
        """Return how cards, reader, service and app are."""
        service = self._slot.service
        good = self._runs and service.running and self._slot.app.attached
        cards, here = self._slot.cards, self._slot.card
        others = tuple(name for name in cards if name not in ID_CARDS)
        controls = (
            DockChoice(_named(ID_CARDS), here, self._slot.insert, msg("dock.card.which")),
            DockChoice(_named(others), here, self._slot.insert, msg("dock.card.others")),
            *self._switches(bool(here)),
            DockChoice(_faults(), self._fault(), self._set_fault, msg("dock.card.fault"), folded=True),
            DockChoice(_troubles(), service.trouble, self._cause, msg("dock.card.chip-fault"), folded=True),
        )
        return DockSection("card", msg("dock.card.title"), "id-card", controls, self._condition(bool(here)), good)

    def _switches(self, lies: bool) -> tuple[DockControl, ...]:
        slot, service = self._slot, self._slot.service
        remove = DockButton(msg("dock.card.remove"), slot.remove, "arrow-down", enabled=lies)
        reader = switch("dock.card.detach", "dock.card.attach", slot.attach, now=slot.app.attached)
        app = switch("dock.card.end-app", "dock.card.start-app", self._run, now=self._runs)
        pcsc = switch("dock.card.end-service", "dock.card.start-service", self._serve, now=service.running)
        return DockButtons((remove, reader)), DockButtons((app,)), DockButtons((pcsc,))

    def _condition(self, lies: bool) -> Msg:
        if not self._runs:
            return msg("dock.card.no-app")
        if not self._slot.service.running:
            return msg("dock.card.no-service")
        if not self._slot.app.attached:
            return msg("dock.card.no-reader")
        return msg("dock.card.in" if lies else "dock.card.out")

    def _run(self, runs: bool) -> None:
        self._runs = runs
        self._hand.soon(self._start_or_stop(runs))

    async def _start_or_stop(self, runs: bool) -> None:
        async with self._turn:
            await (self._slot.app.start() if runs else self._slot.app.stop())

    def _serve(self, running: bool) -> None:
        self._slot.service.run(running=running)
        self._hand.changed()

    def _fault(self) -> str:
        fault = self._slot.app.next_fault
        return fault.trouble if fault else NO_FAULT

    def _set_fault(self, fault: str) -> None:
        self._slot.app.next_fault = None if fault == NO_FAULT else NextFault(Trouble(fault))
        self._hand.changed()

    def _cause(self, trouble: str) -> None:
        self._slot.service.cause(CardTrouble(trouble))
        self._hand.changed()


def _named(names: Iterable[str]) -> tuple[DockOption, ...]:
    return tuple(DockOption(name, Verbatim(name)) for name in names)


def _faults() -> tuple[DockOption, ...]:
    return tuple(DockOption(fault, msg(f"dock.card-fault.{fault}")) for fault in (NO_FAULT, *Trouble))


def _troubles() -> tuple[DockOption, ...]:
    return tuple(DockOption(trouble, msg(f"dock.chip-fault.{trouble}")) for trouble in CardTrouble)
