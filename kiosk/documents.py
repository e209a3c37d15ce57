"""What is printed on A4: plain data, made of the same blocks as a receipt.

A document is set as pages only when it is printed, in memory; see `kiosk.ports.Typeset`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.forms.application import FormApplication
from kiosk.forms.summary import sections
from kiosk.place import Place
from kiosk.privacy import Private
from kiosk.receipt import Block, Code, Line, LineStyle, Row, Rule, Stamp, case_number
from kiosk.text import Language, Text, Verbatim, msg


@dataclass(frozen=True, slots=True)
class Document:
    """Some pages in one language. `sender` stands above the title, and at the foot of each page with it."""

    language: Language
    sender: Text
    title: Text
    blocks: tuple[Block, ...]


def application_copy(
    place: Place, application: FormApplication, language: Language, identifier: Private[str], *, sent: bool
) -> Document:
    """Return a visitor's own copy of an application: every answer by topic, and what it is and is not.

    `identifier` is the submission's id if it was `sent`, else what the outbox keeps it under.
    """
    standing = "sent" if sent else "kept"
    number = Private(case_number(identifier.reveal(), place.number_prefix))
    return Document(
        language,
        place.name,
        application.service.title,
        (
            Line(msg("copy.document.what"), LineStyle.BOLD),
            Line(msg(f"copy.document.{standing}")),
            Row(msg("copy.document.office"), application.service.responsible),
            Row(msg(f"copy.document.{standing}.number"), Verbatim(number)),
            Stamp(msg("copy.document.date")),
            Code(identifier),
            *_answers(application, language),
            *_later(application),
        ),
    )


def _answers(application: FormApplication, language: Language) -> Iterator[Block]:
    for section in sections(application, language):
        yield Rule()
        yield Line(section.title, LineStyle.BOLD)
        yield from (Row(row.label, row.value) for row in section.rows)


def _later(application: FormApplication) -> Iterator[Block]:
    if not application.later_documents:
        return
    yield Rule()
    yield Line(msg("receipt.later.title"), LineStyle.BOLD)
    yield from (Line(msg("receipt.item", item=item)) for item in application.later_documents)
