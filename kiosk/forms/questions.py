"""From fields to questions: labels, options, how many boxes, and the remarks of rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kiosk.forms.meaning import WITH_EXAMPLE, meaning_of
from kiosk.forms.rules import Rules, rules_of
from kiosk.forms.schema import Code, Constraints, Field, FieldKind, Form, Group, Occurs, Placed
from kiosk.forms.steps import (
    FEW_OPTIONS,
    MOST_ITEMS,
    Answers,
    Choosable,
    CodeLists,
    Document,
    Item,
    More,
    Question,
    Told,
)
from kiosk.forms.wording import Wording, clean
from kiosk.place import CodeList
from kiosk.text import Text, Verbatim, msg


@dataclass(frozen=True, slots=True)
class Where:
    """Where the walk is: the path so far, the ids on it, the groups whose rules hold here."""

    prefix: str = ""
    ids: tuple[str, ...] = ()
    owners: frozenset[str] = frozenset({""})

    def path(self, key: str) -> str:
        """Return the path of an element that is placed here."""
        return f"{self.prefix}.{key}" if self.prefix else key


class Blueprint:
    """What is the same for every visitor of a form: its words, rules and options. Holds nothing of a visitor."""

    def __init__(self, form: Form, wording: Wording, code_lists: CodeLists) -> None:
        self.form = form
        self.wording = wording
        self.rules: Rules = rules_of(form)
        self.fields = {field.id: field for field in form.fields()}
        self._code_lists = code_lists
        self._options: dict[tuple[str, ...], tuple[Choosable, ...]] = {}
        self.asked: dict[str, Question] = {}
        """Questions by path, as they were made once: no answer changes one."""

    def options(self, field: Field, ids: tuple[str, ...]) -> tuple[Choosable, ...]:
        """Return what can be chosen for a field; nothing where an external code list is not there."""
        known = self._options.get(ids)
        if known is None:
            known = self._options[ids] = self._made(field, ids)
        return known

    def _made(self, field: Field, ids: tuple[str, ...]) -> tuple[Choosable, ...]:
        wording = self.wording
        if field.kind is FieldKind.BOOL:
            return tuple(Choosable(code, wording.yes_no(ids, code)) for code in ("true", "false"))
        if field.kind is not FieldKind.SELECT:
            return ()
        if field.codes:
            return tuple(
                Choosable(each.code, wording.option(ids, each), wording.option_help(ids, each)) for each in field.codes
            )
        found = code_list_of(field, self._code_lists)
        return tuple(Choosable(code, label) for code, label in found.entries.items()) if found else ()


class Questions:
    """Makes the questions of one form, as the answers so far ask for them."""

    def __init__(self, blueprint: Blueprint, answers: Answers) -> None:
        self.answers = answers
        self.wording = blueprint.wording
        self.rules = blueprint.rules
        self._fields = blueprint.fields
        self._options = blueprint.options
        self._asked = blueprint.asked

    def of_field(self, placed: Placed, field: Field, where: Where) -> list[Item]:
        """Return what a field puts on the screen."""
        path = where.path(placed.key)
        match field.kind:
            case FieldKind.LABEL:
                return self._label(field, path, where)
            case FieldKind.LOCKED | FieldKind.HIDDEN:
                return self._locked(field, path, where)
            case FieldKind.FILE:
                return [self._document(placed, field, path, where)]
        question = self._question(placed, field, path, where)
        if not placed.occurs.repeats or field.kind is FieldKind.BOOL or question.several:
            return [question]
        return self._boxes(placed.occurs, question)

    def partial_date(self, placed: Placed, group: Group, parts: tuple[Placed, ...], where: Where) -> Question:
        """Return the one question for a group of day, month and year."""
        path, ids = where.path(placed.key), (*where.ids, group.id)
        years = parts[2].element.constraints if isinstance(parts[2].element, Field) else Constraints()
        field = Field(
            group.id,
            FieldKind.PARTIAL_DATE,
            group.label,
            name=group.name,
            constraints=Constraints(min_value=years.min_value, max_value=years.max_value),
            origins=group.origins,
        )
        whole = any(part.occurs.least for part in parts[:2])
        hint = msg("form.hint.date") if whole else msg("form.hint.partial-date")
        return Question(
            path,
            field,
            self.wording.label(ids, group),
            self.wording.review(ids, group),
            self.wording.hint(ids, Group(group.id, "")) or hint,
            self._is_required(placed, group.id, where),
            meaning=meaning_of(field),
            parts=tuple(part.key for part in parts),
            ids=ids,
        )

    def gate(self, group: Group, path: str, ids: tuple[str, ...], *, more: bool) -> Question:
        """Return the question whether a group is to be filled in."""
        options = (Choosable("true", msg("form.yes")), Choosable("false", msg("form.no")))
        field = Field(group.id, FieldKind.BOOL, group.label)
        label, name = self.wording.ask(ids, group, more=more), self.wording.review(ids, group)
        return Question(f"{path}?", field, label, name, options=options, gate=True, ids=ids)

    def which(self, group: Group, path: str, ids: tuple[str, ...]) -> Question:
        """Return the question which part of a choice group is to be filled in."""
        options = tuple(
            Choosable(placed.key, self.wording.label((*ids, placed.element.id), placed.element))
            for placed in group.children
        )
        field = Field(group.id, FieldKind.SELECT, group.label)
        name = self.wording.review(ids, group)
        return Question(f"{path}.?", field, msg("form.which"), name, options=options, gate=True, ids=ids)

    # Rules

    def is_conditional(self, element: str, where: Where) -> bool:
        """Whether an element may be absent by a rule, whatever its number says."""
        return any((owner, element) in self.rules.conditional for owner in where.owners)

    def needed_if(self, element: str, where: Where) -> Text | None:
        """Return the remark that says when an element is needed."""
        for owner in sorted(where.owners):
            for condition in self.rules.conditions.get((owner, element), ()):
                asked = self._fields[condition.asks]
                answers = [self._words(asked, code) for code in condition.codes]
                answer = answers[0] if len(answers) == 1 else msg("form.either", one=answers[0], other=answers[1])
                label = self.wording.label((asked.id,), asked)
                return msg("form.needed-if", question=label, answer=answer)
        return None

    def remarks(self, items: Iterable[Item], where: Where) -> list[Told]:
        """Return the prose rules that speak of these questions: two at most."""
        here = {item.field.id for item in items if isinstance(item, Question)}
        found = [
            remark.words
            for owner in sorted(where.owners)
            for remark in self.rules.remarks.get(owner, ())
            if remark.about & here
        ]
        shown = enumerate(found[:2])
        return [Told(f"{where.prefix}!{number}", None, Verbatim(words), remark=True) for number, words in shown]

    def _words(self, field: Field, code: str) -> Text:
        if field.kind is FieldKind.BOOL:
            return self.wording.yes_no((field.id,), code)
        label = next((each for each in field.codes if each.code == code), Code(code, code))
        return self.wording.option((field.id,), label)

    def _is_required(self, placed: Placed, element: str, where: Where) -> bool:
        return placed.occurs.least > 0 and not self.is_conditional(element, where)

    # One field

    def _question(self, placed: Placed, field: Field, path: str, where: Where) -> Question:
        known = self._asked.get(path)
        if known is None:
            known = self._asked[path] = self._made(placed, field, path, where)
        return known

    def _made(self, placed: Placed, field: Field, path: str, where: Where) -> Question:
        ids, occurs = (*where.ids, field.id), placed.occurs
        options = self._options(field, ids)
        required = self._is_required(placed, field.id, where)
        several = field.kind is FieldKind.SELECT and occurs.repeats and 0 < len(options) <= FEW_OPTIONS
        return Question(
            path,
            field,
            self.wording.label(ids, field),
            self.wording.review(ids, field),
            self.needed_if(field.id, where) or self._hint(field, ids, options),
            required,
            options,
            meaning_of(field),
            several,
            occurs.least if several and required else int(required),
            occurs.most if several else 1,
            array=occurs.repeats,
            ids=ids,
        )

    def _hint(self, field: Field, ids: tuple[str, ...], options: tuple[Choosable, ...]) -> Text | None:
        own = self.wording.hint(ids, field)
        if own is not None:
            return own
        if field.kind in {FieldKind.DATE, FieldKind.TIME, FieldKind.DATETIME}:
            return msg(f"form.hint.{field.kind}")
        if field.kind is FieldKind.SELECT and not options:
            return msg("form.hint.own-words")
        if len(options) > FEW_OPTIONS:
            return msg("form.hint.search")
        meaning = meaning_of(field)
        return msg(f"form.example.{meaning.replace('_', '-')}") if meaning in WITH_EXAMPLE and not options else None

    def _boxes(self, occurs: Occurs, question: Question) -> list[Item]:
        """A repeating field: as many boxes as are needed or asked for, and a button for one more."""
        most = min(occurs.most or MOST_ITEMS, MOST_ITEMS)
        asked = self.answers.get(f"{question.path}#")
        count = max(1, occurs.least, min(most, int(asked.reveal()) if asked and asked.reveal().isdecimal() else 0))
        boxes: list[Item] = [
            replace(
                question,
                path=f"{question.path}[{number}]",
                label=question.label if count == 1 else msg("form.item", group=question.label, number=number),
                hint=question.hint if number == 1 else None,
                required=question.required and number <= max(1, occurs.least),
            )
            for number in range(1, count + 1)
        ]
        return [*boxes, More(question.path, question.label, count)] if count < most else boxes

    def _document(self, placed: Placed, field: Field, path: str, where: Where) -> Document:
        ids = (*where.ids, field.id)
        hint = self.needed_if(field.id, where) or self.wording.hint(ids, field)
        return Document(path, self.wording.label(ids, field), hint, self._is_required(placed, field.id, where))

    def _label(self, field: Field, path: str, where: Where) -> list[Item]:
        ids = (*where.ids, field.id)
        title = self.wording.label(ids, field)
        words = clean(field.content or field.hint)
        hint = self.wording.hints.get(field.id)
        return [Told(path, title, hint or (Verbatim(words) if words else None))]

    def _locked(self, field: Field, path: str, where: Where) -> list[Item]:
        if not field.content:
            return []
        title = self.wording.label((*where.ids, field.id), field)
        shown = field.kind is FieldKind.LOCKED
        return [Told(path, title, Verbatim(field.content), locked=field.content, shown=shown)]


def code_list_of(field: Field, code_lists: CodeLists) -> CodeList | None:
    """Return the place's copy of a field's external code list: by its URN with version, then without."""
    if field.code_list is None:
        return None
    by_uri: Mapping[str, CodeList] = {each.uri: each for each in code_lists.values()} | dict(code_lists)
    for uri in (field.code_list.version_uri, field.code_list.canonical):
        if uri and uri in by_uri:
            return by_uri[uri]
    canonical = field.code_list.canonical
    return next((each for uri, each in by_uri.items() if uri.rpartition("_")[0] == canonical), None)
