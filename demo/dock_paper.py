"""The dock's printers: what they are short of, and what came out."""

from __future__ import annotations

from demo.dock_panel import Hand
from devices.printers.page_simulator import PageTrouble, VirtualPagePrinter
from devices.printers.simulator import Trouble, VirtualPrinter
from devices.printers.virtual_paper import Paper
from kiosk.privacy import EMPTY, Private
from kiosk.text import msg
from ui.dock_data import DockButton, DockButtons, DockChoice, DockLine, DockOption, DockPictures, DockSection


class ReceiptPanel:
    """The receipt printer and the slips that lie there, newest first."""

    def __init__(self, printer: VirtualPrinter, hand: Hand) -> None:
        self._printer = printer
        self._hand = hand
        self._papers: tuple[Private[bytes], ...] = ()

    def came_out(self, paper: Paper) -> None:
        """Take a new slip."""
        self._papers = (Private(paper.png), *self._papers)
        self._hand.changed()

    def section(self) -> DockSection:
        """Return how the printer is, and what it printed."""
        now = self._printer.trouble
        conditions = tuple(DockOption(trouble, msg(f"dock.printer.{trouble}")) for trouble in Trouble)
        slips = DockPictures(self._papers, msg("dock.printer.no-paper"), msg("dock.printer.paper"))
        take = DockButton(msg("dock.printer.take"), self._take, "trash", enabled=bool(self._papers))
        return DockSection(
            "printer",
            msg("dock.printer.title"),
            "printer",
            (DockChoice(conditions, now, self._cause), slips, DockButtons((take,))),
            msg(f"dock.printer.{now}"),
            now is Trouble.NONE,
        )

    def _cause(self, trouble: str) -> None:
        self._hand.soon(self._printer.cause(Trouble(trouble)))

    def _take(self) -> None:
        self._papers = ()
        self._hand.changed()


class PagePanel:
    """The A4 printer."""

    def __init__(self, printer: VirtualPagePrinter, hand: Hand) -> None:
        self._printer = printer
        self._hand = hand

    def section(self) -> DockSection:
        """Return how the printer is, and how much it printed."""
        now = self._printer.trouble
        conditions = tuple(DockOption(trouble, msg(f"dock.printer.{trouble}")) for trouble in PageTrouble)
        count = msg("dock.pages.printed", count=len(self._printer.documents))
        return DockSection(
            "pages",
            msg("dock.pages.title"),
            "document",
            (DockChoice(conditions, now, self._cause), DockLine(EMPTY, count)),
            msg(f"dock.printer.{now}"),
            now is PageTrouble.NONE,
            folded=True,
        )

    def _cause(self, trouble: str) -> None:
        self._hand.soon(self._printer.cause(PageTrouble(trouble)))
