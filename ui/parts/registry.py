"""Which view draws which part of a screen. A new kind of part gets one line here."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from kiosk.parts import (
    Answers,
    Busy,
    Cards,
    Choice,
    Consent,
    Countdown,
    Facts,
    Field,
    Heading,
    Notice,
    Number,
    Offer,
    Paragraph,
    Part,
    Person,
    Picture,
    PinPad,
    Video,
)
from ui.parts.answers import AnswersView, ConsentView
from ui.parts.base import Context, PartView
from ui.parts.cards import CardsView
from ui.parts.choices import ChoiceView
from ui.parts.facts import FactsView
from ui.parts.fields import FieldView
from ui.parts.notices import NoticeView
from ui.parts.pictures import NumberView, PictureView
from ui.parts.pin_pad import PinPadView
from ui.parts.prose import HeadingView, ParagraphView
from ui.parts.video import VideoView
from ui.parts.waiting import BusyView, CountdownView, OfferView, PersonView

AnyView = PartView[Any]

VIEWS: dict[type[Part], type[AnyView]] = {
    Answers: AnswersView,
    Busy: BusyView,
    Cards: CardsView,
    Choice: ChoiceView,
    Consent: ConsentView,
    Countdown: CountdownView,
    Facts: FactsView,
    Field: FieldView,
    Heading: HeadingView,
    Notice: NoticeView,
    Number: NumberView,
    Offer: OfferView,
    Paragraph: ParagraphView,
    Person: PersonView,
    Picture: PictureView,
    PinPad: PinPadView,
    Video: VideoView,
}


def view_of(part: Part, context: Context, parent: QWidget) -> AnyView:
    """Return a new view of a part. Its widgets are children of `parent`, hidden."""
    return VIEWS[type(part)](part, context, parent)
