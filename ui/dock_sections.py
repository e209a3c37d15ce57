"""The sections of the dock that a terminal always has: card, printer, sound, network."""

from __future__ import annotations

from functools import partial

from kiosk.text import Text, Verbatim, msg
from ui.dock_data import (
    DockButton,
    DockButtons,
    DockChoice,
    DockControl,
    DockControls,
    DockLine,
    DockOption,
    DockPictures,
    DockSection,
    DockState,
)

WORKING = "none"
"""The printer condition in which nothing is wrong."""


def dock_sections(controls: DockControls, state: DockState) -> tuple[DockSection, ...]:
    """Return the sections for what can be done, in the state that things are in."""
    found: list[DockSection] = []
    if controls.insert_card is not None and controls.remove_card is not None:
        found.append(_card(controls, state))
    if controls.set_network is not None:
        found.append(_network(controls, state))
    if controls.set_muted is not None:
        found.append(_sound(controls, state))
    if controls.set_printer is not None:
        found.append(_printer(controls, state))
    if controls.more is not None:
        found.extend(controls.more(state))
    return tuple(found)


def _card(controls: DockControls, state: DockState) -> DockSection:
    assert controls.insert_card is not None and controls.remove_card is not None
    parts: list[DockControl] = [DockChoice(controls.cards, state.card, controls.insert_card, msg("dock.card.which"))]
    remove = DockButton(msg("dock.card.remove"), controls.remove_card, "arrow-down", enabled=bool(state.card))
    buttons = [remove]
    if controls.set_reader is not None:
        key = "dock.card.detach" if state.reader else "dock.card.attach"
        buttons.append(DockButton(msg(key), partial(controls.set_reader, not state.reader)))
    parts.append(DockButtons(tuple(buttons)))
    if controls.set_card_fault is not None:
        title = msg("dock.card.fault")
        parts.append(DockChoice(controls.card_faults, state.card_fault, controls.set_card_fault, title, folded=True))
    condition = "in" if state.card else "out"
    if not state.reader:
        condition = "no-reader"
    return DockSection(
        "card", msg("dock.card.title"), "id-card", tuple(parts), msg(f"dock.card.{condition}"), state.reader
    )


def _printer(controls: DockControls, state: DockState) -> DockSection:
    assert controls.set_printer is not None
    conditions = controls.printer_conditions or default_printer_conditions()
    parts = (
        DockChoice(conditions, state.printer, controls.set_printer),
        DockPictures(state.papers, msg("dock.printer.no-paper"), msg("dock.printer.paper")),
    )
    label = next((option.label for option in conditions if option.id == state.printer), Verbatim(state.printer))
    take = None
    if controls.take_papers is not None:
        take = DockButton(msg("dock.printer.take"), controls.take_papers, "trash", enabled=bool(state.papers))
    good = state.printer == WORKING
    return DockSection("printer", msg("dock.printer.title"), "printer", parts, label, good, take)


def _sound(controls: DockControls, state: DockState) -> DockSection:
    assert controls.set_muted is not None
    key = "dock.sound.unmute" if state.muted else "dock.sound.mute"
    icon = "speaker" if state.muted else "speaker-off"
    button = DockButton(msg(key), partial(controls.set_muted, not state.muted), icon)
    line = DockLine(state.spoken, msg("dock.sound.silence"))
    condition = msg("dock.sound.muted") if state.muted else msg("dock.sound.on")
    return DockSection("sound", msg("dock.sound.title"), "speaker", (line,), condition, not state.muted, button)


def _network(controls: DockControls, state: DockState) -> DockSection:
    assert controls.set_network is not None
    key, icon = ("dock.network.cut", "network") if state.network else ("dock.network.join", "network-off")
    button = DockButton(msg(key), partial(controls.set_network, not state.network))
    condition = msg("dock.network.works") if state.network else msg("dock.network.broken")
    parts: tuple[DockControl, ...] = ()
    if controls.open_page is not None and controls.pages:
        pages = tuple(DockButton(page.title, partial(controls.open_page, page.address)) for page in controls.pages)
        parts = (DockButtons(pages),)
    return DockSection("network", msg("dock.network.title"), icon, parts, condition, state.network, button)


def default_printer_conditions() -> tuple[DockOption, ...]:
    """Return what a printer is most often: ready, out of paper, open, off."""
    return tuple(DockOption(name, _printer_words(name)) for name in (WORKING, "paper-out", "cover-open", "off"))


def _printer_words(name: str) -> Text:
    return msg(f"dock.printer.{name}")
