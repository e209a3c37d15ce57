"""What goes on paper, or behind a QR code where there is no paper: plain data, and the slips of a visit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import TypeAlias
from uuid import UUID

from kiosk.place import CodePattern, Need, Place, Service
from kiosk.privacy import Private
from kiosk.text import Language, Text, Verbatim, msg, translator


class LineStyle(StrEnum):
    """How a line is set."""

    NORMAL = "normal"
    BOLD = "bold"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of text; the printer wraps it at words."""

    text: Text
    style: LineStyle = LineStyle.NORMAL


@dataclass(frozen=True, slots=True)
class Row:
    """A label at the left and a value at the right, or under it when both do not fit."""

    label: Text
    value: Text


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code."""

    data: Private[str]


@dataclass(frozen=True, slots=True)
class Stamp:
    """The day of printing beside its label. The core has no clock: whoever prints it knows the day."""

    label: Text


Block: TypeAlias = Line | Row | Rule | Code | Stamp


@dataclass(frozen=True, slots=True)
class Receipt:
    """One slip of paper in the visitor's language, cut at the end."""

    language: Language
    blocks: tuple[Block, ...]


# Compositions: the slips that a visit can end with.

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's idea: digits and capitals without look-alikes (0/O, 1/I/L) and without U."""

_CASE_DIGITS = 8
_GROUP = 4


def case_number(submission_id: str, prefix: str = "") -> str:
    """Return the short number that people say and copy for a submission: `MU 4F7K 29XM`.

    It is derived from the submission's id alone (SHA-256 of the UUID's 16 bytes, or of the text
    where it is no UUID), so the terminal, the receipt and the authority find the same number
    without asking each other. 30 characters at 8 places are 6.5 · 10¹¹ numbers: enough to find a
    case at a counter, not a key; the QR code carries the whole id. The case of the UUID's letters
    makes no difference. `prefix` is the place's own (`Place.number_prefix`) and may be empty.
    """
    try:
        identity = UUID(submission_id).bytes
    except ValueError:
        identity = submission_id.encode()
    rest = int.from_bytes(sha256(identity).digest(), "big")
    digits = ""
    for _ in range(_CASE_DIGITS):
        rest, index = divmod(rest, len(_ALPHABET))
        digits += _ALPHABET[index]
    groups = [digits[start : start + _GROUP] for start in range(0, _CASE_DIGITS, _GROUP)]
    return " ".join(([prefix] if prefix else []) + groups)


def submission_receipt(  # noqa: PLR0913 - a slip says all of this
    place: Place,
    service: Service,
    language: Language,
    submission_id: Private[str],
    later_documents: Sequence[Text] = (),
    *,
    next_steps: Sequence[Need] | None = None,
) -> Receipt:
    """Return the slip for an application that the authority's server has.

    It says "sent", never "accepted". `submission_id` gives the short number (`case_number`) and the
    QR code. `later_documents` name what is still to be brought or sent; `next_steps` are the
    service's own (`Service.afterwards`) unless given. No answer and no name of the visitor is on
    it: a lost slip tells nothing about a person.
    """
    return Receipt(
        language,
        (
            *_head(place),
            Line(msg("receipt.sent.title"), LineStyle.BOLD),
            Line(service.title),
            Stamp(msg("receipt.date")),
            Line(msg("receipt.sent.meaning")),
            *_number(place, msg("receipt.number"), submission_id),
            Line(msg("receipt.number.hint")),
            *_items(msg("receipt.later.title"), later_documents),
            *_needs(msg("receipt.next.title"), service.afterwards if next_steps is None else next_steps),
            *_counter(place),
            Line(msg("receipt.keep")),
        ),
    )


def kept_receipt(
    place: Place,
    service: Service,
    language: Language,
    reference: Private[str],
    later_documents: Sequence[Text] = (),
) -> Receipt:
    """Return the slip for an application that lies encrypted in the outbox and is not handed in yet.

    It says so first, and that no deadline is kept by it. `reference` is what the terminal keeps it
    under; the submission's own number does not exist yet, so the slip does not call it one.
    """
    return Receipt(
        language,
        (
            *_head(place),
            Line(msg("receipt.kept.title"), LineStyle.BOLD),
            Line(service.title),
            Stamp(msg("receipt.date")),
            Line(msg("receipt.kept.where")),
            Line(msg("receipt.kept.next")),
            Line(msg("receipt.kept.deadline"), LineStyle.BOLD),
            *_number(place, msg("receipt.kept.number"), reference),
            *_items(msg("receipt.later.title"), later_documents),
            *_counter(place),
            Line(msg("receipt.keep")),
        ),
    )


def information_slip(place: Place, service: Service, language: Language) -> Receipt:
    """Return the slip to take along for a service: needs, costs, duration, who is responsible, hours."""
    whom = () if service.for_whom is None else (Row(msg("receipt.for-whom"), service.for_whom),)
    return Receipt(
        language,
        (
            *_head(place),
            Line(service.title, LineStyle.BOLD),
            Line(service.summary),
            Rule(),
            Row(msg("receipt.costs"), service.costs),
            Row(msg("receipt.duration"), service.duration),
            Row(msg("receipt.responsible"), service.responsible),
            *whom,
            *_needs(msg("receipt.needs.title"), service.needs),
            *_counter(place),
            Rule(),
            Stamp(msg("receipt.as-of")),
        ),
    )


def code_slip(place: Place, known: CodePattern, code: Private[str], language: Language) -> Receipt:
    """Return the slip for a code that was scanned: what it is, the code again, what to do."""
    return Receipt(
        language,
        (
            *_head(place),
            Line(msg(f"code.{known.kind}.label"), LineStyle.BOLD),
            Line(Verbatim(code), LineStyle.LARGE),
            Line(known.text or msg(f"code.{known.kind}.text")),
            Stamp(msg("receipt.as-of")),
            *_counter(place),
        ),
    )


def receipt_text(receipt: Receipt, today: date | None = None) -> str:
    """Return a receipt in plain words, one block a line: for files of a test visit, and for the ears.

    It holds the visitor's number in the clear. A QR code becomes the words that say there is one;
    a stamp without `today` is left out.
    """
    say = translator(receipt.language).say
    lines = [_block_text(block, say) for block in (unstamped(block, today) for block in receipt.blocks) if block]
    return "\n".join(lines).replace("\u00ad", "") + "\n"


def unstamped(block: Block, today: date | None) -> Line | Row | Rule | Code | None:
    """Return a stamp as the row that it is on that day, None for no day; any other block as it is."""
    if not isinstance(block, Stamp):
        return block
    return None if today is None else Row(block.label, msg("receipt.day", day=today))


def _block_text(block: Line | Row | Rule | Code, say: Callable[[Text], str]) -> str:
    match block:
        case Line():
            return say(block.text)
        case Row():
            return f"{say(block.label)}: {say(block.value)}"
        case Rule():
            return ""
        case Code():
            return say(msg("receipt.code"))


def _head(place: Place) -> tuple[Block, ...]:
    return (Line(place.name, LineStyle.BOLD), Line(place.site), Rule())


def _number(place: Place, label: Text, identifier: Private[str]) -> tuple[Block, ...]:
    number = Private(case_number(identifier.reveal(), place.number_prefix))
    return (Rule(), Line(label), Line(Verbatim(number), LineStyle.LARGE), Code(identifier))


def _items(title: Text, items: Sequence[Text]) -> tuple[Block, ...]:
    if not items:
        return ()
    lines = [Line(msg("receipt.item", item=item)) for item in items]
    return (Rule(), Line(title, LineStyle.BOLD), *lines)


def _needs(title: Text, needs: Sequence[Need]) -> tuple[Block, ...]:
    if not needs:
        return ()
    lines = [Line(msg("receipt.need", title=need.title, text=need.text)) for need in needs]
    return (Rule(), Line(title, LineStyle.BOLD), *lines)


def _counter(place: Place) -> tuple[Block, ...]:
    counter = place.counter
    where = () if counter.counters is None else (Line(counter.counters),)
    phone = (Row(msg("receipt.phone"), Verbatim(counter.phone)),) if counter.phone else ()
    return (
        Rule(),
        Line(msg("receipt.question.title"), LineStyle.BOLD),
        Line(counter.name),
        *where,
        Row(msg("receipt.hours"), counter.hours),
        *phone,
    )
