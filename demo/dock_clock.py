"""The dock's clock: of the terminal's computer, as everybody else sees it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from demo.dock_panel import Hand
from kiosk.text import msg
from online.simulators.authority import Authority
from ui.dock_data import DockChoice, DockOption, DockSection

YEAR_S = 365 * 86_400.0


class Setting(StrEnum):
    """How the terminal's clock goes."""

    RIGHT = "right"
    FAST = "fast"
    SLOW = "slow"


_AHEAD: Mapping[Setting, float] = {Setting.RIGHT: 0.0, Setting.FAST: YEAR_S, Setting.SLOW: -YEAR_S}


class ClockPanel:
    """The clock goes right, or is a year wrong. The computer's own stays: the authority's is turned the other way."""

    def __init__(self, authority: Authority, hand: Hand) -> None:
        self._authority = authority
        self._hand = hand

    def section(self) -> DockSection:
        """Return how the clock goes."""
        [now] = [setting for setting, ahead in _AHEAD.items() if ahead == -self._authority.clock_ahead]
        settings = tuple(DockOption(setting, msg(f"dock.clock.{setting}")) for setting in Setting)
        choice = DockChoice(settings, now, self._turn)
        return DockSection(
            "clock",
            msg("dock.clock.title"),
            "clock",
            (choice,),
            msg(f"dock.clock.{now}"),
            now is Setting.RIGHT,
            folded=True,
        )

    def _turn(self, setting: str) -> None:
        self._authority.turn_clock(-_AHEAD[Setting(setting)])
        self._hand.changed()
