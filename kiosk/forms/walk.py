"""From a form and the answers so far to the screens that ask it: one topic a screen, in the schema's order."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from kiosk.forms.meaning import Meaning, partial_date_parts
from kiosk.forms.questions import Blueprint, Questions, Where
from kiosk.forms.schema import Field, Group, Occurs, Placed
from kiosk.forms.steps import (
    MOST_ITEMS,
    Answers,
    Document,
    FormStep,
    Item,
    More,
    Question,
    StepKind,
    Told,
)
from kiosk.text import Local, Text, Verbatim, msg

MOST_QUESTIONS = 5
"""Questions on one screen."""
ROOM = 5.5
"""What a screen holds at text size M; one box with a label of one line takes 1. Larger text is paged by the window."""
ROOM_TO_SEARCH = 2.0
"""A box and the first options found."""
SMALL = 2.2
"""A group that takes no more than this joins its neighbours on a screen."""
LINE = 60
"""Characters of a label in one line."""


def walk(blueprint: Blueprint, answers: Answers) -> tuple[FormStep, ...]:
    """Return the screens of a form as the answers shape them."""
    walker = _Walker(Questions(blueprint, answers))
    topic = _Topic(Where(), ("", msg("form.your-answers")), msg("form.your-answers"))
    return tuple(walker.steps(blueprint.form.children, topic))


@dataclass(frozen=True, slots=True)
class _Topic:
    """The group being walked, and what its screens have in common."""

    where: Where
    section: tuple[str, Text]
    title: Text
    lead: Text | None = None
    context: Text | None = None
    item: str = ""
    name: Text | None = None


@dataclass(frozen=True, slots=True)
class _Unit:
    """Items that stay together on a screen; `topic` where they are all of a smaller group.

    `room` is what they take of a screen, `questions` how many of them ask.
    """

    items: tuple[Item, ...]
    topic: _Topic | None = None
    room: float = field(init=False)
    questions: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "room", sum(_room(item) for item in self.items))
        object.__setattr__(self, "questions", sum(isinstance(item, Question) for item in self.items))


def _room(item: Item) -> float:
    """How much of a screen an item takes, in boxes."""
    match item:
        case Question():
            lines = 0.25 * (_lines(item.label) - 1) + (0.15 if item.hint else 0)
            explained = 0.25 * sum(option.help is not None for option in item.options)
            if item.searched:
                return ROOM_TO_SEARCH + lines
            return (0.4 + 0.6 * len(item.options) + explained if item.options else 1.0) + lines
        case Told():
            return 0.35 + 0.25 * (_lines(item.text) if item.text else 0) if item.shown else 0
        case Document():
            return 0.4 + 0.25 * (_lines(item.label) + (_lines(item.hint) if item.hint else 1))
        case More():
            return 0.7


def _lines(text: Text) -> int:
    words = ""
    if isinstance(text, Verbatim) and isinstance(text.words, str):
        words = text.words
    elif isinstance(text, Local):
        words = max(text.words.values(), key=len)
    return max(1, math.ceil(len(words) / LINE))


class _Walker:
    """One walk through a form."""

    def __init__(self, questions: Questions) -> None:
        self.make = questions

    def steps(self, children: tuple[Placed, ...], topic: _Topic) -> Iterator[FormStep]:
        """Yield the screens of a group's or form's children: neighbours together, larger groups apart."""
        waiting: list[_Unit] = []
        for placed in children:
            units = self._units(placed, topic)
            if units is not None:
                waiting += units
                continue
            if waiting:
                yield from self._screens(waiting, topic)
                waiting, topic = [], replace(topic, item="", lead=None)
            yield from self._group(placed, topic)
            topic = replace(topic, item="", lead=None)
        if waiting:
            yield from self._screens(waiting, topic)

    def _units(self, placed: Placed, topic: _Topic) -> list[_Unit] | None:
        """What can stand beside its neighbours; None for a group that has screens of its own."""
        element, where = placed.element, topic.where
        if isinstance(element, Field):
            items = self.make.of_field(placed, element, where)
            return [_Unit((item,)) for item in items]
        parts = partial_date_parts(element)
        if parts and placed.occurs == Occurs() and not self.make.is_conditional(element.id, where):
            return [_Unit((self.make.partial_date(placed, element, parts, where),))]
        if placed.occurs != Occurs() or element.choice or self.make.is_conditional(element.id, where):
            return None
        return self._small_group(placed, element, topic)

    def _small_group(self, placed: Placed, group: Group, topic: _Topic) -> list[_Unit] | None:
        inner = self._inside(placed, group, topic, "")
        units: list[_Unit] = []
        for child in group.children:
            more = self._units(child, inner)
            if more is None:
                return None
            units += more
        if not units:
            return []
        if topic.where.ids == () or sum(unit.room for unit in units) > SMALL:
            return None
        heading = Told(inner.where.prefix, inner.title)
        return [_Unit((heading, *(item for unit in units for item in unit.items)), inner)]

    def _screens(self, units: list[_Unit], topic: _Topic) -> Iterator[FormStep]:
        """Spread units evenly over as few screens as hold them; documents come last.

        A small group that found no neighbours needs no heading: it is the topic of its screen.
        """
        if len(units) == 1 and units[0].topic:
            topic, units = units[0].topic, [_Unit(units[0].items[1:])]
        units = sorted(units, key=lambda unit: all(isinstance(item, Document) for item in unit.items))
        for number, items in enumerate(_spread(_paired(units))):
            remarks = self.make.remarks(items, topic.where)
            yield FormStep(
                items[0].path,
                topic.title,
                (*remarks, *items),
                topic.section,
                lead=topic.lead if number == 0 else None,
                context=topic.context,
                item=topic.item if number == 0 else "",
                name=topic.name,
            )

    def _inside(self, placed: Placed, group: Group, topic: _Topic, index: str) -> _Topic:
        """The topic of a group within another."""
        where, wording = topic.where, self.make.wording
        ids = (*where.ids, group.id)
        review = wording.review(ids, group)
        section, name = (topic.section, review) if where.ids else ((placed.key, review), None)
        inner = Where(where.path(placed.key) + index, ids, where.owners | {group.id})
        hint, context = wording.hint(ids, group), self._context(topic)
        return _Topic(inner, section, wording.label(ids, group), hint, context, name=name)

    def _context(self, topic: _Topic) -> Text | None:
        """What stands above the title: the nearest item of several, else the group above."""
        if topic.where.prefix.endswith("]"):
            return topic.title
        return topic.context or (topic.title if topic.where.ids else None)

    def _group(self, placed: Placed, topic: _Topic) -> Iterator[FormStep]:
        group, occurs = placed.element, placed.occurs
        assert isinstance(group, Group)
        if self.make.is_conditional(group.id, topic.where):
            occurs = replace(occurs, least=0)
        if occurs.repeats:
            yield from self._items(placed, group, occurs, topic)
            return
        inner = self._inside(placed, group, topic, "")
        if occurs.optional:
            yield self._gate(group, inner, topic)
            if not self._is_open(inner):
                return
            inner = self._offered(inner, group, topic)
        yield from self._content(group, inner)

    def _items(self, placed: Placed, group: Group, occurs: Occurs, topic: _Topic) -> Iterator[FormStep]:
        """A repeated group: its screens for each item, and before each that is not needed the question for it."""
        for number in range(1, min(occurs.most or MOST_ITEMS, MOST_ITEMS) + 1):
            inner = self._inside(placed, group, topic, f"[{number}]")
            removable = number > occurs.least
            if removable:
                yield self._gate(group, inner, topic, number)
                if not self._is_open(inner):
                    return
                inner = replace(self._offered(inner, group, topic), item=inner.where.prefix)
            title = self.make.wording.item(inner.where.ids, group, number)
            yield from self._content(group, replace(inner, title=title))

    def _offered(self, inner: _Topic, group: Group, topic: _Topic) -> _Topic:
        """A group that was offered before: what was said there is not said again."""
        needed_if = self.make.needed_if(group.id, topic.where)
        return inner if needed_if else replace(inner, lead=None)

    def _gate(self, group: Group, inner: _Topic, topic: _Topic, number: int = 1) -> FormStep:
        where = inner.where
        question = self.make.gate(group, where.prefix, where.ids, more=number > 1)
        lead = self.make.needed_if(group.id, topic.where) or inner.lead
        stem = where.prefix.removesuffix(f"[{number}]")
        title = self.make.wording.item
        earlier = tuple((f"{stem}[{each}]", title(where.ids, group, each)) for each in range(1, number))
        return FormStep(
            question.path,
            question.review,
            (question,),
            inner.section,
            StepKind.GATE,
            lead,
            self._context(topic),
            earlier=earlier,
        )

    def _is_open(self, inner: _Topic) -> bool:
        answer = self.make.answers.get(f"{inner.where.prefix}?")
        return answer is not None and answer.reveal() == "true"

    def _content(self, group: Group, inner: _Topic) -> Iterator[FormStep]:
        if not group.choice:
            yield from self.steps(group.children, inner)
            return
        which = self.make.which(group, inner.where.prefix, inner.where.ids)
        common = (inner.section, StepKind.GATE, inner.lead, inner.context, inner.item)
        yield FormStep(which.path, inner.title, (which,), *common)
        chosen = self.make.answers.get(which.path)
        taken = (placed for placed in group.children if chosen and placed.key == chosen.reveal())
        needed = tuple(replace(each, occurs=replace(each.occurs, least=max(1, each.occurs.least))) for each in taken)
        yield from self.steps(needed, replace(inner, lead=None, item=""))


PAIRS = (
    {Meaning.STREET_NAME, Meaning.HOUSE_NUMBER},
    {Meaning.POSTCODE, Meaning.CITY},
    {Meaning.GIVEN_NAMES, Meaning.FAMILY_NAME},
)


def _paired(units: list[_Unit]) -> list[_Unit]:
    """Keep together what no screen should tear apart: street and number, postcode and town, the names."""
    paired: list[_Unit] = []
    for unit in units:
        if paired and {_meaning(paired[-1]), _meaning(unit)} in PAIRS:
            paired[-1] = _Unit((*paired[-1].items, *unit.items))
        else:
            paired.append(unit)
    return paired


def _meaning(unit: _Unit) -> Meaning | None:
    item = unit.items[0]
    return item.meaning if isinstance(item, Question) and len(unit.items) == 1 else None


def _spread(units: list[_Unit]) -> list[list[Item]]:
    """Divide units over as few screens as hold them, all of about the same size."""
    best = _filled(units, ROOM)
    room = sum(unit.room for unit in units) / len(best)
    while room < ROOM:
        even = _filled(units, room)
        if len(even) == len(best):
            return even
        room += 0.25
    return best


def _filled(units: list[_Unit], room: float) -> list[list[Item]]:
    """Fill screen after screen, each up to `room`."""
    screens: list[list[Item]] = []
    taken, asked = math.inf, 0
    for unit in units:
        if taken + unit.room > room or asked + unit.questions > MOST_QUESTIONS:
            screens.append([])
            taken, asked = 0.0, 0
        screens[-1] += unit.items
        taken, asked = taken + unit.room, asked + unit.questions
    return screens
