"""Fields to type into: label, hint, box, and what is wrong with the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QFontMetrics, QPainter
from PySide6.QtWidgets import QWidget

from kiosk.events import Typed
from kiosk.parts import Field, Input
from kiosk.privacy import Private
from kiosk.text import msg
from ui.buttons import SheetButton
from ui.icons import icon_pixmap
from ui.metrics import Role
from ui.parts.base import Context, PartView, Row, frame, hatch, part_gap
from ui.parts.editors import LineEdit, PageEdit, TypedEdit
from ui.press import KEYBOARD_REASONS
from ui.words import Sheet, TextBlock, Told, longest_word


class FieldBlock(Told):
    """A field with all that belongs to it. What is typed is posted at each change as a whole.

    The visitor's text lives in the editor alone. `Typed` values that come back late, while more was
    typed already, do not disturb it.
    """

    def __init__(self, part: Field, context: Context, parent: QWidget) -> None:
        self.part, self.context = part, context
        self._box = QRect()
        self._compact = self._terse = False
        super().__init__(context.theme, "", parent)
        kind = PageEdit if part.input is Input.MULTILINE else LineEdit
        self.edit: TypedEdit = kind(context.theme, self, self.ring_rect)
        self.edit.setObjectName(f"{part.id}/field")
        self.setBuddy(self.edit)
        self._sent: list[str] = []
        self.edit.set_value(part.value.reveal())
        self.edit.edited.connect(self._post)
        self.set_part(part)

    @property
    def searching(self) -> bool:
        """Whether this is a search: its label stands inside the empty box."""
        return self.part.input is Input.SEARCH

    def set_part(self, part: Field) -> None:
        """Show another state of the field; the cursor stays where it is."""
        self.part = part
        say = self.context.say
        self._take(part.value.reveal())
        self.edit.set_limit(part.max_length)
        label = say(part.label) + (f" ({say(msg('ui.optional'))})" if part.optional else "")
        self.label = label
        self.edit.setAccessibleName(label)
        problem = (say(part.problem.text), say(part.problem.remedy)) if part.problem else ()
        self.edit.setAccessibleDescription(" ".join(filter(None, (say(part.hint), *problem, say(part.verified)))))
        self.edit.setHidden(self.context.covered)
        self.changed(label)

    def _take(self, value: str) -> None:
        if value == self.edit.value():
            self._sent.clear()
        elif value in self._sent:
            del self._sent[: self._sent.index(value) + 1]
        else:
            self._sent.clear()
            self.edit.set_value(value)

    def _post(self, value: str) -> None:
        self._sent.append(value)
        self.context.post(Typed(self.part.id, Private(value)))

    # layout

    @property
    def compact(self) -> bool:
        """Whether the hint is left out, so that box and error are both above the keyboard."""
        return self._compact

    @compact.setter
    def compact(self, compact: bool) -> None:
        if compact != self._compact:
            self._compact = compact
            self._sheet = None

    @property
    def terse(self) -> bool:
        """Whether of a problem only what is wrong is told: there is no room above the keyboard for the remedy."""
        return self._terse

    @terse.setter
    def terse(self, terse: bool) -> None:
        if terse != self._terse:
            self._terse = terse
            self._sheet = None

    def box_width(self, width: int) -> int:
        """Return the width of the box: as wide as a usual answer."""
        m = self.theme.metrics
        if not self.part.width:
            return width
        letters = self.part.width * m.em(Role.VALUE) * 0.68
        return min(width, max(round(letters) + 2 * m.px(28), m.by_size(260, 312, 360, 420)))

    def compose(self, width: int) -> Sheet:
        """Lay out label, hint, box, remark and problem."""
        m, say = self.theme.metrics, self.context.say
        sheet = Sheet(self.theme, width)
        y = 0
        if self.searching:
            y = self._search_words(sheet, width)
        else:
            y += sheet.text(0, y, width, self.label, Role.TITLE).height
            if self.part.hint is not None and not self._compact:
                y += sheet.text(0, y, width, say(self.part.hint), Role.SMALL, "muted").height
            y += m.px(12)
        height = m.box if self.part.input is not Input.MULTILINE else 2 * m.box
        self._box = QRect(0, y, self.box_width(width), height)
        if self.theme.rtl:
            self._box.moveRight(width - 1)
        y = self._verified(sheet, width, y + height)
        if self.part.problem is not None:
            y = self._problem(sheet, width, y + m.px(18))
        sheet.height = max(sheet.height, y)
        return sheet

    def _search_words(self, sheet: Sheet, width: int) -> int:
        """Put the hint of a search inside its empty box, or above it where it would be cut; return the box's top."""
        m, words = self.theme.metrics, self.context.say(self.part.hint or self.part.label)
        inside = self.theme.width_of(words, Role.VALUE) <= width - m.icon - m.px(28 + 18 + 20 + 8)
        self.edit.set_placeholder(words if inside else "")
        return 0 if inside else sheet.text(0, 0, width, words, Role.SMALL, "muted").height + m.px(12)

    def _verified(self, sheet: Sheet, width: int, y: int) -> int:
        """Place the remark beside the box, or under it where there is no room; return the lower edge."""
        words = self.context.say(self.part.verified)
        if not words or self.context.covered:
            return y
        m = self.theme.metrics
        x = self.box_width(width) + m.px(26)
        indent = m.icon + m.px(12)
        need = longest_word(self.theme, words, Role.TITLE)
        beside = width - x - indent >= need
        left = x if beside else 0
        probe = TextBlock(words, self.theme, self.theme.font(Role.TITLE), width - left - indent)
        top = self._box.center().y() - probe.height // 2 if beside else y + m.px(14)
        sheet.text(left + indent, top, width - left - indent, words, Role.TITLE, "success")
        sheet.icon(left, top + (probe.height - m.icon) // 2, m.icon, "check", "success")
        return max(y, top + probe.height)

    def _problem(self, sheet: Sheet, width: int, y: int) -> int:
        m, say = self.theme.metrics, self.context.say
        problem = self.part.problem
        if problem is None:
            return y
        return problem_text(sheet, width, y, say(problem.text), "" if self._terse else say(problem.remedy), m.icon)

    def resizeEvent(self, event: object) -> None:  # noqa: ARG002
        """Put the editor into the box."""
        self._place_edit()

    def changed(self, words: str) -> None:
        """Lay out anew, the editor included."""
        super().changed(words)
        if self.width() > 1:
            self._place_edit()

    def _place_edit(self) -> None:
        self.sheet(self.width())
        m = self.theme.metrics
        left = m.px(28) + (m.icon + m.px(18) if self.searching else 0)
        inner = self._box.adjusted(left, m.px(5), -m.px(20), -m.px(5))
        if self.theme.rtl:
            inner = self._box.adjusted(m.px(20), m.px(5), -left, -m.px(5))
        self.edit.setGeometry(inner)

    # drawing

    def ring_rect(self) -> QRect:
        """Return what the focus ring goes around: the box."""
        return self._box

    def ground(self, painter: QPainter) -> None:
        """Draw the box, or the mask over it."""
        m, p = self.theme.metrics, self.theme.palette
        self.sheet(self.width())
        rect = QRectF(self._box)
        if self.context.covered:
            hatch(painter, rect, self.theme)
            return
        frame(painter, rect, self.theme, p.surface, p.danger if self.part.problem else p.border, m.edge)
        if self.searching:
            size = m.icon
            x = m.px(28) if not self.theme.rtl else self._box.right() - m.px(28) - size
            pixmap = icon_pixmap("search", size, p.action, painter.device().devicePixelRatio())
            painter.drawPixmap(x, self._box.center().y() - size // 2, pixmap)

    def mousePressEvent(self, event: object) -> None:
        """The whole box is the target; above and below it nothing is touched."""
        point = event.position().toPoint()  # type: ignore[attr-defined]
        if self._box.contains(point):
            self.edit.setFocus(Qt.FocusReason.MouseFocusReason)
        event.ignore()  # type: ignore[attr-defined]


def problem_text(sheet: Sheet, width: int, y: int, what: str, remedy: str, size: int) -> int:  # noqa: PLR0913, PLR0917
    """Place what is wrong and how to put it right; return the lower edge."""
    indent = size + sheet.theme.metrics.px(18)
    line = round(sheet.theme.leading(sheet.theme.font(Role.TITLE)))
    sheet.icon(0, y + (line - size) // 2, size, "error", "danger")
    block = sheet.text(indent, y, width - indent, what, Role.TITLE, "danger")
    y += block.height
    return y + (sheet.text(indent, y, width - indent, remedy, Role.BODY).height if remedy else 0)


class FoldedField(SheetButton):
    """A field while another one is being filled and there is no room: "Postleitzahl: 12345"."""

    def __init__(self, block: FieldBlock, wanted: Callable[[], None], parent: QWidget) -> None:
        super().__init__(block.theme, "", parent)
        self.block = block
        self._words = ""
        self.setObjectName(f"{block.part.id}/folded")
        self._wanted = wanted
        self.acted.connect(wanted)

    def refresh(self) -> None:
        """Show the present answer."""
        value = self.block.edit.value()
        self.setAccessibleName(self.block.label)
        self._words = f"{self.block.label}: {value or '–'}"
        self.changed()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Open at once when keys come here, as every field does: what belongs to it is shown with it."""
        super().focusInEvent(event)
        if event.reason() in KEYBOARD_REASONS:
            self._wanted()

    def smallest(self) -> int:
        """Return the least height of a target."""
        return max(self.theme.metrics.target, self.theme.metrics.px(64))

    def padding(self) -> int:
        """Return the space above and below."""
        return self.theme.metrics.px(8)

    def compose(self, width: int) -> Sheet:
        """Lay out label and answer on one line, cut with an ellipsis: the field itself shows all."""
        m = self.theme.metrics
        sheet = Sheet(self.theme, width)
        size = m.icon
        room = width - 2 * m.px(20) - size - m.px(12)
        metrics = QFontMetrics(self.theme.font(Role.SMALL))
        words = metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, room)
        block = sheet.text(m.px(20), 0, room, words, Role.SMALL)
        colour = "danger" if self.block.part.problem else "action"
        name = "error" if self.block.part.problem else "pencil"
        sheet.icon(width - m.px(20) - size, (block.height - size) // 2, size, name, colour)
        return sheet


class FieldView(PartView[Field]):
    """A field; folded to one line where the keyboard leaves no room for it."""

    passive = False

    def build(self) -> None:
        """Make the field."""
        self.block = FieldBlock(self.part, self.context, self.parent)
        self.folder: FoldedField | None = None
        self.folded = False
        self.wanted: Callable[[FieldView], None] = lambda view: view.block.edit.take_focus()

    @property
    def narrow(self) -> bool:  # type: ignore[override]
        """A search also looks well in a narrow column."""
        return self.part.input is Input.SEARCH

    def update(self, part: Field) -> bool:
        """Change everything in place; the cursor stays."""
        if part.input is not self.part.input:
            return False
        self.part = part
        self.block.set_part(part)
        return True

    def fold(self, folded: bool) -> None:
        """Show the field as one line, or whole."""
        self.folded = folded
        if folded:
            if self.folder is None:
                self.folder = FoldedField(self.block, lambda: self.wanted(self), self.parent)
            self.folder.refresh()
            self.block.hide()
        elif self.folder is not None:
            self.folder.hide()

    def rows(self, width: int) -> Sequence[Row]:  # noqa: ARG002
        """Return one row."""
        m = self.theme.metrics
        if self.folded and self.folder is not None:
            return (Row((self.folder,), m.px(24)),)
        return (Row((self.block,), m.by_size(36, 44, 40, 40) if not self.block.searching else part_gap(self.theme)),)

    def widgets(self) -> Sequence[QWidget]:
        """Return the block, and the folded line if there is one."""
        return (self.block,) if self.folder is None else (self.block, self.folder)
