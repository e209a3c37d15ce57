"""From a step of a form to the parts of a screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from kiosk.events import Chosen, Opened
from kiosk.forms.application import FormApplication
from kiosk.forms.meaning import Meaning
from kiosk.forms.schema import FieldKind
from kiosk.forms.steps import Document, FormStep, More, Question, Told
from kiosk.forms.summary import in_words, item_summary
from kiosk.forms.validation import code_of
from kiosk.letters import is_latin
from kiosk.parts import (
    Action,
    Answer,
    Answers,
    Choice,
    Fact,
    Facts,
    FactStyle,
    Field,
    Heading,
    Input,
    Level,
    Notice,
    Offer,
    Option,
    Paragraph,
    Part,
    Problem,
)
from kiosk.privacy import Private
from kiosk.text import Language, Text, msg, translator
from kiosk.visit import Page

REMOVE = "remove"
"""The id of the button that takes one of several out."""
MATCHES = "~"
"""After a question's path: the options that match what was typed."""
MOST_MATCHES = 4
LIKE_ENOUGH = 70
"""Of 100: how alike (rapidfuzz, WRatio) a word and an option have to be."""

_INPUTS: Mapping[FieldKind, Input] = {
    FieldKind.DATE: Input.DATE,
    FieldKind.PARTIAL_DATE: Input.DATE,
    FieldKind.INTEGER: Input.NUMBER,
    FieldKind.DECIMAL: Input.DECIMAL,
    FieldKind.CURRENCY: Input.DECIMAL,
}
_INPUTS_BY_MEANING: Mapping[Meaning, Input] = {
    Meaning.EMAIL: Input.EMAIL,
    Meaning.PHONE: Input.PHONE,
    Meaning.POSTCODE: Input.NUMBER,
}
_WIDTHS: Mapping[FieldKind, int] = {
    FieldKind.DATE: 10,
    FieldKind.PARTIAL_DATE: 10,
    FieldKind.TIME: 6,
    FieldKind.DATETIME: 16,
    FieldKind.INTEGER: 8,
    FieldKind.DECIMAL: 10,
    FieldKind.CURRENCY: 10,
}
_LONG_TEXT = re.compile(r"begründ|beschreib|erläuter|bemerkung", re.I)
LONG_TEXT = 300
"""A text that may be at least this long gets a box of several lines."""


def items(
    application: FormApplication, step: FormStep, language: Language, problems: Mapping[str, Problem]
) -> Iterator[Part]:
    """Yield what a step asks and tells; with the `problems` to be shown."""
    documents: list[Document] = []
    for item in step.items:
        match item:
            case Question():
                yield from _asked(application, item, language, problems.get(item.path))
            case Told():
                yield from _told(item)
            case More():
                yield _more(item)
            case Document():
                documents.append(item)
    if documents:
        yield from _documents(step.key, documents)


def needs_latin(step: FormStep, language: Language) -> bool:
    """Whether words are to be written that the visitor would write in other letters than the authority can read."""
    texts = (question.field.kind is FieldKind.TEXT and not question.options for question in step.questions)
    return not is_latin(language) and any(texts)


def more_of(step: FormStep, field: str) -> More | None:
    """Return the repeating field whose button for one more box has this id."""
    return next((item for item in step.items if isinstance(item, More) and f"{item.path}#" == field), None)


def remove(item: str) -> Part:
    """The button that takes one of several out."""
    action = Action(REMOVE, msg("form.remove"), Chosen(REMOVE, Private(item)))
    return Offer(f"{item}-remove", "trash", msg("form.remove-title"), None, action)


def earlier(application: FormApplication, step: FormStep, language: Language, to: Callable[[str], Page]) -> Part:
    """What is there already of something that there may be several of."""
    answers = [
        Answer(f"{item}-earlier", title, summary.value, Opened(to(summary.first_step)))
        for item, title in step.earlier
        if (summary := item_summary(application, item, language)) is not None
    ]
    return Answers(f"{step.key}-earlier", msg("form.earlier"), tuple(answers), "people")


# Questions


def _asked(
    application: FormApplication, question: Question, language: Language, problem: Problem | None
) -> Iterator[Part]:
    if question.options and not question.searched:
        yield _choice(application, question, problem)
        return
    raw = application.raw(question).reveal()
    code = code_of(question, raw) if question.searched and raw else None
    yield Field(
        question.path,
        question.label,
        Private(in_words(question, raw, language) if code is not None else raw),
        question.hint,
        _input(question),
        problem,
        not question.required,
        _verified(application, question, code),
        _width(question),
        5 if question.meaning is Meaning.POSTCODE else None,
    )
    if question.searched and raw and code is None:
        yield from _matching(question, raw, language)


def _choice(application: FormApplication, question: Question, problem: Problem | None) -> Choice:
    raw = application.raw(question).reveal()
    chosen = frozenset(raw.split("\n")) if raw else frozenset()
    options = tuple(Option(option.code, option.label, option.help) for option in question.options)
    optional = not question.required
    return Choice(
        question.path, question.label, options, Private(chosen), question.several, question.hint, problem, optional
    )


def _verified(application: FormApplication, question: Question, code: str | None) -> Text | None:
    if question.path in application.from_card:
        return msg("form.from-card")
    return msg("form.chosen") if code is not None else None


def _input(question: Question) -> Input:
    field = question.field
    if question.meaning is not None and question.meaning in _INPUTS_BY_MEANING:
        return _INPUTS_BY_MEANING[question.meaning]
    if field.kind is FieldKind.TEXT and question.meaning is None:
        if field.constraints.only_digits:
            return Input.NUMBER
        if (field.constraints.max_length or 0) >= LONG_TEXT or _LONG_TEXT.search(field.label):
            return Input.MULTILINE
    return _INPUTS.get(field.kind, Input.TEXT)


def _width(question: Question) -> int:
    if question.field.kind in _WIDTHS:
        return _WIDTHS[question.field.kind]
    most = question.field.constraints.max_length or 0
    return most if most <= 15 and not question.options else 0


def _matching(question: Question, raw: str, language: Language) -> Iterator[Part]:
    """The options that are most like what was typed so far."""
    found = matching_codes(question, raw, language)
    if not found:
        yield Notice(f"{question.path}-none", Level.INFO, msg("form.no-match"), msg("form.no-match-remedy"))
        return
    by_code = {option.code: option for option in question.options}
    options = tuple(Option(code, by_code[code].label, by_code[code].help) for code in found)
    yield Choice(f"{question.path}{MATCHES}", msg("form.matches"), options, Private(frozenset()))


def matching_codes(question: Question, raw: str, language: Language) -> list[str]:
    """Return the codes of the options that match: those that begin so, then words that do, then similar ones."""
    from rapidfuzz import fuzz, process

    say, typed = translator(language).say, raw.strip().casefold()
    words = {option.code: say(option.label).casefold() for option in question.options}
    begins = [code for code, label in words.items() if label.startswith(typed)]
    inside = [code for code, label in words.items() if typed in label and code not in begins]
    inside.sort(key=lambda code: f" {typed}" not in f" {words[code]}")
    similar = process.extract(typed, words, scorer=fuzz.WRatio, limit=MOST_MATCHES, score_cutoff=LIKE_ENOUGH)
    others = [code for _, _, code in similar] if len(typed) > 2 else []
    return list(dict.fromkeys([*begins, *inside, *others]))[:MOST_MATCHES]


# What is told


def _told(told: Told) -> Iterator[Part]:
    if not told.shown:
        return
    if told.remark and told.text:
        yield Notice(told.path, Level.INFO, told.text)
        return
    if told.title:
        yield Heading(f"{told.path}-title", told.title)
    if told.text:
        yield Paragraph(told.path, told.text)


def _more(more: More) -> Part:
    field = f"{more.path}#"
    action = Action(field, msg("form.more"), Chosen(field, Private("more")), icon="plus")
    return Offer(f"{more.path}-more", "plus", msg("form.more-title", field=more.label), None, action)


def _documents(key: str, documents: list[Document]) -> Iterator[Part]:
    facts = tuple(Fact("document", each.label, each.hint or _when(each)) for each in documents)
    yield Heading(f"{key}-documents-title", msg("form.documents"))
    yield Facts(f"{key}-documents", facts, FactStyle.ITEM)
    yield Paragraph(f"{key}-documents-later", msg("form.documents-later"), muted=True)


def _when(document: Document) -> Text:
    return msg("form.document-needed") if document.required else msg("form.document-if-any")
