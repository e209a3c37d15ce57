"""Filling a form of the shipped profile: the keyboard comes, helps and goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from kiosk.compose import compose
from kiosk.journeys.form import FormPage
from kiosk.look import Look, Reach, TextSize
from kiosk.parts import Choice, Field, Input, Option, Problem
from kiosk.privacy import Private
from kiosk.screen import Screen
from kiosk.step import step
from kiosk.text import Verbatim
from kiosk.visit import Visit
from tests.ui import visits
from tests.ui.conftest import Stage
from ui.keyboard import Keyboard
from ui.keyboard.key import KeyButton
from ui.letters import letter_after, letter_before
from ui.parts.choices import OptionButton
from ui.parts.editors import LineEdit, PageEdit
from ui.parts.fields import FieldBlock, FoldedField


class Walk:
    """A visit behind the window: what is touched is stepped and shown at once."""

    def __init__(self, stage: Stage, visit: Visit) -> None:
        self.stage, self.visit = stage, visit
        self.show()

    def show(self) -> None:
        self.stage.show(compose(self.visit))

    def take(self) -> None:
        """Step through what was posted, and show it."""
        while self.stage.posted:
            self.visit, _ = step(self.visit, self.stage.posted.pop(0))
        self.show()

    def touch(self, name: str) -> None:
        self.stage.touch(name)
        self.take()

    def type(self, name: str, words: str) -> None:
        folded = [w for w in shown(self.stage, FoldedField) if w.objectName() == f"{name}/folded"]
        self.touch(f"{name}/folded" if folded else f"{name}/field")
        for letter in words:
            QTest.keyClicks(self.stage.find(f"{name}/field"), letter)
            self.take()


def keyboard_of(stage: Stage) -> Keyboard | None:
    return next((k for k in stage.window.findChildren(Keyboard) if k.isVisibleTo(stage.window)), None)


def shown(stage: Stage, kind: type[QWidget]) -> list[QWidget]:
    return [w for w in stage.window.findChildren(kind) if w.isVisibleTo(stage.window)]


def edit_of(stage: Stage, name: str) -> LineEdit | PageEdit:
    widget = stage.find(f"{name}/field")
    assert isinstance(widget, LineEdit | PageEdit)
    return widget


def end(edit: LineEdit | PageEdit) -> None:
    QTest.keyClick(edit, Qt.Key.Key_End)


def key_of(stage: Stage, words: str) -> KeyButton | None:
    """Return the key that types these words now."""
    keyboard = keyboard_of(stage)
    assert keyboard
    large = keyboard.shifted
    return next((k for k in keyboard.buttons if (k.key.capital if large else k.key.text) == words), None)


def keys(stage: Stage, *words: str) -> None:
    for each in words:
        key = key_of(stage, each)
        assert key, each
        QTest.mouseClick(key, Qt.MouseButton.LeftButton)


def erase(stage: Stage, times: int) -> None:
    keyboard = keyboard_of(stage)
    assert keyboard
    for _ in range(times):
        keyboard.erased.emit()


def screen_of(*parts: Field, focus: str = "") -> Screen:
    return Screen("one", Verbatim("Titel"), Look(), parts, focus=focus)


def reveal(walk: Walk, name: str) -> None:
    """Turn the pages until something is there."""
    for _ in range(8):
        if any(w.isVisibleTo(walk.stage.window) for w in walk.stage.window.findChildren(QWidget, name)):
            return
        walk.touch("pager/more")


@pytest.mark.parametrize("shape", ["portrait", "landscape"])
def test_the_next_screen_begins_with_its_fields_and_no_keyboard(stage_of: Callable[..., Stage], shape: str) -> None:
    stage = stage_of(shape)
    walk = Walk(stage, visits.at(FormPage(visits.OWNER), filled=True))
    walk.type(visits.OWNER, "n")
    assert keyboard_of(stage)
    walk.touch("action/next")
    assert walk.visit.page != FormPage(visits.OWNER)
    assert keyboard_of(stage) is None
    assert not shown(stage, FoldedField)
    fields = [part for part in compose(walk.visit).parts if isinstance(part, Field)]
    assert len(shown(stage, FieldBlock)) == len(fields) > 1
    assert stage.window.focusWidget().objectName() == "title"


def test_a_name_begins_with_a_capital(stage: Stage) -> None:
    walk = Walk(stage, visits.at(FormPage(visits.OWNER)))
    walk.touch(f"{visits.OWNER}/field")
    keys(stage, "M", "i")
    walk.take()
    assert edit_of(stage, visits.OWNER).value() == "Mi"
    erase(stage, 2)
    assert key_of(stage, "M")


@pytest.mark.parametrize("kind", [Input.EMAIL, Input.SEARCH])
def test_an_address_for_mail_and_a_search_begin_small(stage: Stage, kind: Input) -> None:
    stage.show(screen_of(Field("one", Verbatim("Feld"), input=kind), focus="one"))
    assert key_of(stage, "m")


def test_a_field_that_holds_something_goes_on_small(stage: Stage) -> None:
    stage.show(screen_of(Field("one", Verbatim("Feld"), Private("Mi")), focus="one"))
    assert key_of(stage, "m")


@pytest.mark.parametrize("kind", [Input.TEXT, Input.MULTILINE])
def test_erasing_takes_a_whole_letter(stage: Stage, kind: Input) -> None:
    letters = ["A", "c̨̆", "k͟h", "s̱", "ü"]
    stage.show(screen_of(Field("one", Verbatim("Feld"), Private("".join(letters)), input=kind), focus="one"))
    edit = edit_of(stage, "one")
    edit.take_focus()
    end(edit)
    while letters:
        letters.pop()
        erase(stage, 1)
        assert edit.value() == "".join(letters)


@pytest.mark.parametrize("kind", [Input.TEXT, Input.MULTILINE])
def test_the_cursor_and_delete_go_by_whole_letters(stage: Stage, kind: Input) -> None:
    stage.show(screen_of(Field("one", Verbatim("Feld"), Private("Ac̨̆k͟hü"), input=kind), focus="one"))
    edit = edit_of(stage, "one")
    end(edit)
    for _ in range(3):
        QTest.keyClick(edit, Qt.Key.Key_Left)
    QTest.keyClick(edit, Qt.Key.Key_Delete)
    assert edit.value() == "Ak͟hü"
    QTest.keyClick(edit, Qt.Key.Key_Right)
    QTest.keyClick(edit, Qt.Key.Key_Backspace)
    assert edit.value() == "Aü"


@given(st.text(st.characters(codec="utf-8"), max_size=12), st.integers(0, 30))
def test_every_letter_ends_where_the_next_begins(text: str, position: int) -> None:
    units = len(text.encode("utf-16-le")) // 2
    position = min(position, units)
    before, after = letter_before(text, position), letter_after(text, position)
    assert 0 <= before <= position <= after <= units
    assert (before < position) == (position > 0)
    assert (after > position) == (position < units)


@pytest.mark.parametrize("reach", list(Reach))
@pytest.mark.parametrize("shape", ["portrait", "landscape"])
@pytest.mark.parametrize("size", list(TextSize))
def test_what_is_found_stays_above_the_keyboard(
    stage_of: Callable[..., Stage], shape: str, size: TextSize, reach: Reach
) -> None:
    stage = stage_of(shape)
    look = Look(size=size, reach=reach)
    walk = Walk(stage, visits.at(FormPage(visits.DOG_STEP), look))
    reveal(walk, f"{visits.BREED}/field")
    walk.type(visits.BREED, "sch")
    keyboard = keyboard_of(stage)
    assert keyboard
    found = [w for w in shown(stage, OptionButton) if w.objectName().startswith(f"{visits.BREED}~")]
    assert len(found) >= 2
    lowest = max(w.mapTo(stage.window, w.rect().bottomLeft()).y() for w in found)
    assert lowest < keyboard.mapTo(stage.window, QPoint(0, 0)).y()
    walk.touch(found[1].objectName())
    assert edit_of(stage, visits.BREED).value() == "Deutscher Schäferhund"


def test_an_answer_put_right_does_not_pull_the_visitor_to_the_next(stage: Stage) -> None:
    walk = Walk(stage, visits.at(FormPage(visits.ADDRESS_STEP), service=visits.MOVING))
    walk.touch("action/next")
    first, second, *_ = (part.id for part in compose(walk.visit).parts if isinstance(part, Field))
    assert edit_of(stage, first).hasFocus()
    walk.type(first, "12345")
    assert compose(walk.visit).focus == second
    assert edit_of(stage, first).hasFocus()
    assert shown(stage, FoldedField)


def test_going_on_leads_to_what_is_still_wrong(stage_of: Callable[..., Stage]) -> None:
    stage = stage_of()
    walk = Walk(stage, visits.at(FormPage(visits.ADDRESS_STEP), service=visits.MOVING))
    walk.touch("action/next")
    first, second, *_ = (part.id for part in compose(walk.visit).parts if isinstance(part, Field))
    walk.type(first, "12345")
    walk.touch("action/next")
    assert edit_of(stage, second).hasFocus()


def test_a_question_left_open_on_another_page_is_turned_to(stage: Stage) -> None:
    fields = tuple(Field(f"f{number}", Verbatim(f"Feld {number}")) for number in range(8))
    options = (Option("yes", Verbatim("Ja")), Option("no", Verbatim("Nein")))
    choice = Choice("last", Verbatim("Stimmt das?"), options, Private(frozenset()))
    screen = Screen("one", Verbatim("Titel"), Look(), (*fields, choice))
    stage.show(screen)
    stage.touch("f1/field")
    assert keyboard_of(stage)
    wrong = replace(choice, problem=Problem(Verbatim("Hier fehlt etwas."), Verbatim("Wählen Sie.")))
    stage.show(replace(screen, parts=(*fields, wrong), focus="last"))
    assert keyboard_of(stage) is None
    assert stage.find("last/yes").hasFocus()
