"""Where keypad, switches and the tab key can go: the stops of a screen in reading order, and the elements of each.

A stop is what is one thing to the visitor: the title, a question with its options, the keyboard, the bar. What is only
told is a stop too: who does not see it has to get to it. The focus of
Qt is where the visitor is; nothing else remembers it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget

from kiosk.device_events import Focused
from kiosk.privacy import EMPTY, Private
from kiosk.text import msg
from ui.actions import ActionRow
from ui.bar import BarRow
from ui.buttons import ActionButton
from ui.content import Content
from ui.dialog import Veil
from ui.filling import Filling
from ui.parts.answers import AnswersView, ConsentCheck
from ui.parts.cards import CardButton
from ui.parts.choices import ChoiceView, OptionButton
from ui.parts.fields import FieldView
from ui.parts.pin_pad import PinKey, PinPadView
from ui.parts.registry import AnyView
from ui.press import Pressable

KEYBOARD, BAR = "keyboard", "bar"


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop. `part` is what it is called when it is read; `lead`, words that are said when it is come to.

    `passive`: it is only told. `whole`: it is read as with the whole screen, not by the words of its element. `grid`:
    its elements lie in rows, in which arrows move up and down too; `of` is the part that they fill.
    """

    part: str
    elements: tuple[QWidget, ...]
    passive: bool = False
    whole: bool = False
    grid: bool = False
    of: str = ""
    lead: str = ""

    def rows(self) -> list[list[QWidget]]:
        """Return the elements in rows from top to bottom; in one row where it is no grid."""
        if not self.grid:
            return [list(self.elements)]
        rows: list[list[QWidget]] = []
        for element in sorted(self.elements, key=lambda w: (w.y() + w.height() // 2, w.x())):
            if rows and element.geometry().center().y() < rows[-1][0].geometry().bottom():
                rows[-1].append(element)
            else:
                rows.append([element])
        return [sorted(row, key=lambda w: w.x()) for row in rows]

    def said(self, element: QWidget, *, entering: bool) -> Focused:
        """Return what is said of an element: a part of its own, or its words; after the lead when it is come to."""
        own = self.part if self.passive or self.whole else _part_of(element)
        if own:
            return Focused(own)
        secret = isinstance(element, Pressable) and element.secret
        words = _words_of(element)
        openly = " ".join(filter(None, (self.lead if entering else "", "" if secret else words)))
        return Focused(f"{self.part}/{element.objectName()}", Private(openly), _aside_of(element, words, secret=secret))


def _part_of(element: QWidget) -> str:
    """Return the name under which an element is read with the whole screen; "" if it is not."""
    if isinstance(element, CardButton):
        return element.card.id
    if isinstance(element, ConsentCheck):
        return element.consent.id
    return element.action.id if isinstance(element, ActionButton) and not turns_page(element) else ""


def turns_page(element: QWidget | None) -> bool:
    """Whether an element leads to a further page of the screen: it is no part of the screen's own."""
    return isinstance(element, ActionButton) and element.objectName().endswith("/more")


def _words_of(element: QWidget) -> str:
    words = [element.accessibleName() or (element.text() if isinstance(element, QLabel) else "")]
    if element.accessibleDescription() not in words:
        words.append(element.accessibleDescription())
    return ". ".join(filter(None, words))


def _aside_of(element: QWidget, words: str, *, secret: bool) -> Private[str]:
    if secret:
        return Private(words)
    if isinstance(element, OptionButton) and element.isChecked():
        return Private(element.context.say(msg("speech.chosen")))
    return EMPTY


def stops_of(
    content: Content, filling: Filling, actions: ActionRow, bar: BarRow | None, veil: Veil | None
) -> list[Stop]:
    """Return the stops that are shown, in reading order, the keyboard behind the field that it fills.

    With a question open there are only it and the bar.
    """
    if veil is not None:
        stops = _in_question(veil)
    else:
        stops = list(_in_content(content))
        for keyboard in _keyboard(filling):
            at = next((n for n, stop in enumerate(stops, 1) if stop.part == keyboard.of), len(stops))
            stops.insert(at, keyboard)
        stops += [Stop(button.action.id, (button,)) for button in actions.buttons() if button.isVisibleTo(actions)]
    if bar is not None:
        stops.append(Stop(BAR, tuple(bar.buttons())))
    return stops


def _keyboard(filling: Filling) -> list[Stop]:
    keyboard = filling.keyboard
    if keyboard is None or filling.field is None:
        return []
    return [Stop(KEYBOARD, keyboard.buttons, grid=True, of=filling.field.part.id, lead=keyboard.accessibleName())]


def _in_question(veil: Veil) -> list[Stop]:
    told = Stop(veil.objectName().removeprefix("veil/"), (veil.title,), passive=True)
    found = [told, *(stop for view in veil.views for stop in _of_view(view, veil))]
    more = [veil.pager.button] if veil.pager.button is not None else []
    buttons = [Stop(button.action.id, (button,)) for button in (*veil.buttons(), *more)]
    return [stop for stop in found if stop.elements[0].isVisibleTo(veil)] + buttons


def _in_content(content: Content) -> Iterator[Stop]:
    title = content.title
    if title is not None:
        yield Stop("title", (title,), passive=True)
    found = [stop for view in content.views for stop in _of_view(view, content)]
    single = [content.start, *content.turners()]
    found += [Stop(b.action.id, (b,)) for b in single if b is not None and b.isVisibleTo(content)]
    yield from sorted(found, key=lambda stop: content.place_in_order(stop.elements[0]))


def _of_view(view: AnyView, top: QWidget) -> Iterator[Stop]:
    shown = [widget for widget in view.widgets() if widget.isVisibleTo(top)]
    # A widget may stand in the room of another one of the same view: it is there once all the same.
    elements = tuple(dict.fromkeys(element for widget in shown for element in _elements_in(widget, top)))
    told = next((widget for widget in shown if isinstance(widget, QLabel)), None)
    if isinstance(view, PinPadView):
        yield from _of_pad(view, elements, told)
        return
    if isinstance(view, AnswersView):
        yield from _of_answers(view, top)
        return
    lead = told.text() if told is not None and isinstance(view, ChoiceView) else ""
    if elements:
        yield Stop(view.part.id, elements, whole=isinstance(view, FieldView), lead=lead)
    elif told is not None:
        yield Stop(view.part.id, (told,), passive=True)


def _of_pad(view: PinPadView, elements: Sequence[QWidget], told: QLabel | None) -> Iterator[Stop]:
    if told is not None:
        yield Stop(view.part.id, (told,), passive=True)
    keys = tuple(element for element in elements if isinstance(element, PinKey))
    if keys:
        yield Stop(f"{view.part.id}-keys", keys, grid=True, of=view.part.id)
    for other in elements:
        if not isinstance(other, PinKey):
            yield Stop(view.part.id, (other,))


def _of_answers(view: AnswersView, top: QWidget) -> Iterator[Stop]:
    """Yield the heading and each answer: the button that changes one is read as the answer."""
    if view.head.isVisibleTo(top):
        yield Stop(view.part.id, (view.head,), passive=True)
    for line in view.lines:
        if line.isVisibleTo(top):
            yield Stop(line.answer.id, (line.button or line,), passive=line.button is None, whole=True)


def _elements_in(widget: QWidget, top: QWidget) -> Iterator[QWidget]:
    """Yield what can be operated in a widget, itself included, in reading order."""
    inner = [w for w in widget.findChildren(QWidget) if w.isVisibleTo(top) and _is_operated(w)]
    if _is_operated(widget):
        yield widget
    yield from sorted(inner, key=lambda w: (w.mapTo(top, QPoint(0, 0)).y(), w.mapTo(top, QPoint(0, 0)).x()))


def _is_operated(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and not isinstance(widget, QLabel)


def chain(stops: Sequence[Stop]) -> None:
    """Let the tab key go through the elements of the stops in that order. What is only told is no stop of it."""
    tab = Qt.FocusPolicy.TabFocus
    order = [element for stop in stops for element in stop.elements if element.focusPolicy() & tab]
    for one, other in pairwise(order):
        QWidget.setTabOrder(one, other)
