"""The dock's ID cards, their reader and the AusweisApp."""

from __future__ import annotations

import asyncio

from demo.dock_panel import Hand, switch
from devices.eid.simulated_card import sample_cards
from devices.eid.simulated_faults import NextFault, Trouble
from devices.eid.simulator import AusweisAppDouble
from kiosk.text import Msg, Verbatim, msg
from ui.dock_data import DockButton, DockButtons, DockChoice, DockOption, DockSection

NO_FAULT = "none"
CARDS = ("Erika Mustermann", "Šejla Đorđević", "noch 1 Versuch", "PIN gesperrt", "ausgeschaltet", "kein Ausweis")
"""What the sample cards are called on the dock's narrow buttons."""


class CardPanel:
    """Cards go in and out, the reader is pulled, the AusweisApp ends, the card or the app does something wrong."""

    def __init__(self, app: AusweisAppDouble, hand: Hand) -> None:
        self._app = app
        self._hand = hand
        self._runs = True
        self._turn = asyncio.Lock()
        self._cards = dict(zip(CARDS, sample_cards(), strict=True))
        app.watchers.append(hand.changed)

    def section(self) -> DockSection:
        """Return how card, reader and app are."""
        app, good = self._app, self._runs and self._app.attached
        here = next((name for name, card in self._cards.items() if card is app.card), "")
        remove = DockButton(msg("dock.card.remove"), app.remove_card, "arrow-down", enabled=bool(here))
        reader = switch("dock.card.detach", "dock.card.attach", self._plug, now=app.attached)
        life = switch("dock.card.end-app", "dock.card.start-app", self._run, now=self._runs)
        cards = tuple(DockOption(name, Verbatim(name)) for name in self._cards)
        controls = (
            DockChoice(cards, here, self._insert, msg("dock.card.which")),
            DockButtons((remove, reader)),
            DockButtons((life,)),
            DockChoice(_faults(), self._fault(), self._set_fault, msg("dock.card.fault"), folded=True),
        )
        return DockSection("card", msg("dock.card.title"), "id-card", controls, self._condition(here), good)

    def _condition(self, here: str) -> Msg:
        if not self._runs:
            return msg("dock.card.no-app")
        if not self._app.attached:
            return msg("dock.card.no-reader")
        return msg("dock.card.in" if here else "dock.card.out")

    def _insert(self, name: str) -> None:
        self._app.insert_card(self._cards[name])

    def _plug(self, attached: bool) -> None:
        if attached:
            self._app.attach_reader()
        else:
            self._app.detach_reader()

    def _run(self, runs: bool) -> None:
        self._runs = runs
        self._hand.soon(self._start_or_stop(runs))

    async def _start_or_stop(self, runs: bool) -> None:
        async with self._turn:
            await (self._app.start() if runs else self._app.stop())

    def _fault(self) -> str:
        return self._app.next_fault.trouble if self._app.next_fault else NO_FAULT

    def _set_fault(self, fault: str) -> None:
        self._app.next_fault = None if fault == NO_FAULT else NextFault(Trouble(fault))
        self._hand.changed()


def _faults() -> tuple[DockOption, ...]:
    return tuple(DockOption(fault, msg(f"dock.card-fault.{fault}")) for fault in (NO_FAULT, *Trouble))
