"""The dock's network: all of it, or one of what stands behind it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from demo.dock_panel import Hand, switch
from demo.network import Line, Network
from kiosk.text import Msg, msg
from ui.dock_data import DockButton, DockButtons, DockSection

Page = tuple[Msg, str]
"""A web page of the demo: its title, its address."""


class NetworkPanel:
    """Lines that are cut and joined, and the pages of those at their other ends."""

    def __init__(self, network: Network, pages: tuple[Page, ...], browse: Callable[[str], None], hand: Hand) -> None:
        self._network = network
        self._pages = pages
        self._browse = browse
        self._hand = hand

    def section(self) -> DockSection:
        """Return which lines hold."""
        lines = self._network.lines
        pages = tuple(DockButton(title, partial(self._browse, address)) for title, address in self._pages)
        cuts = tuple(
            switch(f"dock.network.cut.{line}", f"dock.network.join.{line}", partial(self._one, line), now=on)
            for line, on in lines.items()
        )
        every = switch("dock.network.cut", "dock.network.join", self._all, now=all(lines.values()))
        return DockSection(
            "network",
            msg("dock.network.title"),
            "network" if any(lines.values()) else "network-off",
            (DockButtons(pages), DockButtons(cuts)),
            self._condition(tuple(lines.values())),
            all(lines.values()),
            every,
        )

    def _condition(self, lines: tuple[bool, ...]) -> Msg:
        if all(lines):
            return msg("dock.network.works")
        return msg("dock.network.partly") if any(lines) else msg("dock.network.broken")

    def _all(self, on: bool) -> None:
        self._hand.soon(self._network.switch(on))

    def _one(self, line: Line, on: bool) -> None:
        self._hand.soon(self._network.switch(on, line))
