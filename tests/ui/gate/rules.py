"""What holds on every screen. Each rule yields what is wrong, in words; nothing means that all is well.

Sources: EN 301 549 V3.2.1 5.1.4, 5.5, 8.3.2; WCAG 2.2 1.4.10, 2.4.3, 2.5.8; 12.7 mm and 2.5 mm are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar, QWidget

from kiosk.look import TextSize
from kiosk.screen import Screen
from kiosk.speech import utterances
from kiosk.text import translator
from tests.ui.gate.measure import Line, Scene, is_elided, place_of, veil_of
from ui.keyboard.key import KeyButton
from ui.parts.pin_pad import PinKey
from ui.press import Pressable
from ui.ring import FocusRing
from ui.window import TerminalWindow

SMALLEST_MM, CLOSEST_MM = 12.7, 2.5
LEAST_CAPITALS_MM = {TextSize.S: 3.5, TextSize.M: 4.2, TextSize.L: 6.1, TextSize.XL: 6.1}
"""Of any words: secondary ones, legends of keys. EN 301 549 5.1.4 asks for 6.1 mm at 500 mm, which L and XL keep."""
LEAST_OF_KEYS_MM = 4.5
"""Of words on keys, which stand beside a sign that tells the same: a long one gets as small as M's secondary words."""
SLACK = 2
"""Pixels that the side bearing of a letter may reach over."""

Wrongs = Iterator[str]


def millimetres(scene: Scene, pixels: float) -> float:
    """Return pixels as millimetres of the screen."""
    theme = scene.window.theme
    assert theme
    return pixels * 25.4 / theme.metrics.ppi


def _told(line: Line) -> str:
    owner = line.widget.objectName() or type(line.widget).__name__
    return f"“{line.words}” ({owner})"


def nothing_is_clipped(scene: Scene) -> Wrongs:
    """All ink lies within its widget, and within whatever holds that."""
    window = scene.window.rect()
    for line in scene.lines:
        for holder in _holders(line.widget, scene.window):
            place = QRectF(place_of(holder, scene.window)).adjusted(-SLACK, -1, SLACK, 1)
            if not place.contains(line.ink):
                yield f"{_told(line)} is clipped by {type(holder).__name__}: {line.ink} in {place}"
                break
        if not QRectF(window).contains(line.ink):
            yield f"{_told(line)} is off the screen"


def _holders(widget: QWidget, window: QWidget) -> Iterator[QWidget]:
    """Yield a widget and what holds it, up to the window."""
    holder: QWidget | None = widget
    while holder is not None and holder is not window:
        yield holder
        holder = holder.parentWidget()


def no_word_is_cut(scene: Scene) -> Wrongs:
    """A line ends where a word ends."""
    for line in scene.lines:
        if line.cut and not is_elided(line.widget):
            yield f"{_told(line)} begins within a word"


def nothing_overlaps(scene: Scene) -> Wrongs:
    """No words lie over others or over an icon, none on a target of which they are no part, no widget over another."""
    lines = sorted(scene.lines, key=lambda line: line.ink.top())
    for number, line in enumerate(lines):
        mine = line.ink.adjusted(1, 1, -1, -1)
        for other in lines[number + 1 :]:
            if other.ink.top() >= mine.bottom():
                break
            if mine.intersects(other.ink) and (line.widget, line.block) != (other.widget, other.block):
                yield f"{_told(line)} and {_told(other)} overlap"
        for target in scene.targets:
            inside = target.widget is line.widget or line.widget.isAncestorOf(target.widget)
            if target.widget is not line.widget and mine.intersects(QRectF(target.rect)):
                yield f"{_told(line)} lies {'under' if inside else 'on'} {target.name}"
        for sign in scene.signs:
            if sign.widget is line.widget and sign.rect.adjusted(2, 2, -2, -2).intersects(mine):
                yield f"{_told(line)} lies on its icon {sign.name}"
    for cell, next_cell in combinations(scene.cells, 2):
        if place_of(cell, scene.window).intersects(place_of(next_cell, scene.window)):
            names = (each.objectName() or type(each).__name__ for each in (cell, next_cell))
            yield f"{' and '.join(names)} overlap"


def nothing_scrolls(scene: Scene) -> Wrongs:
    """Nothing is wider than the screen, and nothing scrolls sideways."""
    for area in scene.window.findChildren(QAbstractScrollArea):
        if area.isVisibleTo(scene.window) and area.horizontalScrollBarPolicy() != Qt.ScrollBarPolicy.ScrollBarAlwaysOff:
            yield f"{area.objectName()} may scroll sideways"
    for bar in scene.window.findChildren(QScrollBar):
        if bar.isVisibleTo(scene.window) and bar.orientation() is Qt.Orientation.Horizontal:
            yield f"{bar.objectName()} scrolls sideways"
    for cell in scene.cells:
        if not scene.window.rect().contains(place_of(cell, scene.window)):
            yield f"{cell.objectName() or type(cell).__name__} is not wholly on the screen"


def everything_can_be_hit(scene: Scene) -> Wrongs:
    """Targets are large enough and far enough apart."""
    for target in scene.targets:
        least = millimetres(scene, min(target.rect.width(), target.rect.height()))
        if least < SMALLEST_MM - 0.01:
            yield f"{target.name} is {least:.1f} mm: {target.rect}"
        if not scene.window.rect().contains(target.rect):
            yield f"{target.name} is not wholly on the screen"
    for one, other in combinations(scene.targets, 2):
        apart = millimetres(scene, _gap(one.rect, other.rect))
        if apart < CLOSEST_MM - 0.01:
            yield f"{one.name} and {other.name} are {apart:.1f} mm apart"


def _gap(one: QRect, other: QRect) -> float:
    across = max(one.left() - other.right(), other.left() - one.right()) - 1
    down = max(one.top() - other.bottom(), other.top() - one.bottom()) - 1
    return max(across, down)


def everything_is_large_enough(scene: Scene) -> Wrongs:
    """No words are smaller than the text size says."""
    theme = scene.window.theme
    assert theme
    for line in scene.lines:
        high = millimetres(scene, line.capitals)
        least = LEAST_CAPITALS_MM[theme.metrics.size]
        if isinstance(line.widget, KeyButton):
            least = min(least, LEAST_OF_KEYS_MM)
        if high < least - 0.05:
            yield f"{_told(line)} has capitals of {high:.2f} mm"


def the_ring_is_free(scene: Scene) -> Wrongs:
    """The ring of the focus touches nothing but what it goes around."""
    ring = next((w for w in scene.window.findChildren(FocusRing) if w.isVisibleTo(scene.window)), None)
    focus = scene.window.focusWidget()
    if ring is None or focus is None or ring.geometry().isEmpty():
        return
    around = QRectF(ring.geometry())
    for target in scene.targets:
        own = target.widget is focus or target.widget.isAncestorOf(focus)
        if not own and around.adjusted(-2, -2, 2, 2).intersects(QRectF(target.rect)):
            yield f"the ring of {focus.objectName()} touches {target.name}"


def everything_is_named(scene: Scene) -> Wrongs:
    """Whatever can be operated has a name and a role for assistive technology (EN 301 549 11.5.2.5)."""
    veil = veil_of(scene.window)
    for target in scene.targets:
        widget = target.widget
        if not isinstance(widget, Pressable):
            widget = next(iter(widget.findChildren(QWidget)), widget)  # the editor within its box
        if veil is not None and veil.isAncestorOf(widget) is False and not isinstance(widget, Pressable):
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if interface is None or not interface.text(QAccessible.Text.Name).strip():
            yield f"{target.name} has no name"
        elif interface.role() in (QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.StaticText):
            yield f"{target.name} has the role {interface.role()}"


def focus_goes_as_one_reads(scene: Scene) -> Wrongs:
    """The tab key goes from top to bottom, within a row from where reading begins; then actions, then the bar.

    Zones one after the other: the left column of a wide screen, the right one, actions, bar. Digits and keys are
    in the order of their rows in every language.
    """
    theme = scene.window.theme
    assert theme
    stops = _tab_order(scene.window)
    zones = [_zone(widget, scene.window) for widget in stops]
    if zones != sorted(zones):
        yield f"the focus jumps between zones: {[w.objectName() for w in stops]}"
        return
    for (zone, one), (next_zone, other) in zip(
        zip(zones, stops, strict=True), zip(zones[1:], stops[1:], strict=True), strict=False
    ):
        if zone != next_zone:
            continue
        first, second = place_of(one, scene.window), place_of(other, scene.window)
        same_row = min(first.bottom(), second.bottom()) - max(first.top(), second.top()) > 0
        rtl = theme.rtl and not isinstance(one, PinKey | KeyButton)
        backwards = first.center().x() < second.center().x() if rtl else first.center().x() > second.center().x()
        if same_row and backwards:
            yield f"the focus goes backwards from {one.objectName()} to {other.objectName()}"
        elif not same_row and second.top() < first.top():
            yield f"the focus goes up from {one.objectName()} to {other.objectName()}"


def _tab_order(window: TerminalWindow) -> list[QWidget]:
    order = [element for stop in window.stops() for element in stop.elements]
    chain = [w for w in order if w.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(w, KeyButton)]
    return list(dict.fromkeys(chain))


def _zone(widget: QWidget, window: TerminalWindow) -> int:
    names = [holder.objectName() for holder in _holders(widget, window)]
    if "bar" in names:
        return 4
    if "actions" in names:
        return 3
    theme = window.theme
    assert theme
    metrics = theme.metrics
    if "content" in names and metrics.landscape:
        return 1 if _in_main(place_of(widget, window), window) else 0
    return 0


def _in_main(place: QRect, window: TerminalWindow) -> bool:
    theme = window.theme
    assert theme
    column = theme.metrics.zones.body  # its width alone: while somebody types, its fields go up to where the head was
    return column.left() <= place.center().x() <= column.right()


def everything_is_spoken(screen: Screen) -> Wrongs:
    """Every part and every action has words for the ears."""
    said = {one.part for one in utterances(screen, translator(screen.look.language)) if one.words.reveal().strip()}
    parts = screen.dialog.parts if screen.dialog else screen.parts
    actions = screen.dialog.actions if screen.dialog else (screen.back, screen.extra, screen.voice, screen.forward)
    names = {part.id: {part.id} for part in parts}
    for part in parts:
        names[part.id] |= {each.id for each in (*getattr(part, "cards", ()), *getattr(part, "answers", ()))}
        for action in filter(None, (getattr(part, "action", None), getattr(part, "more", None))):
            names[action.id] = {action.id}
    names |= {action.id: {action.id} for action in actions if action is not None}
    names["bar"] = {"bar"}
    names["title"] = {"title"} if screen.dialog is None else {screen.dialog.id}
    for name, ids in names.items():
        if not ids & said:
            yield f"{name} is not spoken"


RULES: tuple[Callable[[Scene], Wrongs], ...] = (
    nothing_is_clipped,
    no_word_is_cut,
    nothing_overlaps,
    nothing_scrolls,
    everything_can_be_hit,
    everything_is_large_enough,
    the_ring_is_free,
    everything_is_named,
    focus_goes_as_one_reads,
)
