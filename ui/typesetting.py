"""Sets a document as pages of A4: a PDF in memory, in the letters of the screen.

Qt shapes and orders every script and takes each letter from the installed font that has it, so a name
looks on paper as it does on the screen. Nothing is written to a disk here.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from io import BytesIO

import segno
from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextImageFormat,
    QTextLength,
    QTextOption,
    QTextTableCellFormat,
    QTextTableFormat,
)

from kiosk.documents import Document
from kiosk.privacy import Private
from kiosk.receipt import Code, Line, LineStyle, Row, Rule, unstamped
from kiosk.text import Translator, msg, translator
from ui.theme import RTL_LANGUAGES

_DPI = 300
_MARGIN_MM = 20.0
_FOOT_MM = 12.0
_FAMILIES = ["Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew"]
_BODY_PT, _SMALL_PT, _TITLE_PT = 11.0, 9.0, 18.0
_SIZES = {LineStyle.NORMAL: _BODY_PT, LineStyle.BOLD: 12.5, LineStyle.LARGE: 16.0}
_INK, _QUIET = QColor("#000000"), QColor("#444444")
_CODE, _CODE_MM = "code", 28.0
_LABELS = 36.0
"""Percent of the width that labels take."""


async def typeset(document: Document) -> Private[bytes]:
    """Return the document as a PDF, stamped with today's date. Needs a `QGuiApplication`."""
    today = datetime.now().astimezone().date()
    return Private(await asyncio.to_thread(pdf_of, document, today))


def pdf_of(document: Document, today: date) -> bytes:
    """Return the document as a PDF."""
    words = translator(document.language)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = _writer(buffer)
    text = _Setter(document, words, writer).set(today)
    painter = QPainter(writer)
    pages = text.pageCount()
    for page in range(pages):
        if page:
            writer.newPage()
        _paint(painter, text, page)
        _paint_foot(painter, _Foot(words.say(document.sender), words.say(document.title), page + 1, pages), words)
    painter.end()
    return bytes(buffer.data().data())


@dataclass(frozen=True, slots=True)
class _Foot:
    sender: str
    title: str
    page: int
    pages: int


def _writer(buffer: QBuffer) -> QPdfWriter:
    writer = QPdfWriter(buffer)
    writer.setResolution(_DPI)
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter
        )
    )
    writer.setTitle("Lotse")
    writer.setCreator("Lotse")
    return writer


@cache
def _measure() -> QImage:
    """Return what letters are measured by. PySide never lets go of it, so it is one for all documents."""
    dot = QImage(1, 1, QImage.Format.Format_Mono)
    dot.setDotsPerMeterX(round(_DPI / 0.0254))
    dot.setDotsPerMeterY(round(_DPI / 0.0254))
    return dot


def _paint(painter: QPainter, text: QTextDocument, page: int) -> None:
    height = text.pageSize().height()
    painter.save()
    painter.translate(0, -page * height)
    text.drawContents(painter, QRectF(0, page * height, text.pageSize().width(), height))
    painter.restore()


def _paint_foot(painter: QPainter, foot: _Foot, words: Translator) -> None:
    room = QRectF(painter.viewport())
    line = QRectF(0, room.height() - _dots(_FOOT_MM / 2), room.width(), _dots(_FOOT_MM / 2))
    painter.setFont(_font(_SMALL_PT))
    painter.setPen(_QUIET)
    left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
    if words.language in RTL_LANGUAGES:
        left, right = right, left
    painter.drawText(line, left | Qt.AlignmentFlag.AlignBottom, f"{foot.sender} · {foot.title}")
    page = words.say(msg("copy.document.page", page=foot.page, pages=foot.pages))
    painter.drawText(line, right | Qt.AlignmentFlag.AlignBottom, page)


class _Setter:
    """Turns blocks into a text document. Rows that follow each other share a table."""

    def __init__(self, document: Document, words: Translator, paper: QPdfWriter) -> None:
        """Letters are measured as they will be on the paper."""
        self._document = document
        self._words = words
        self._text = QTextDocument()
        self._text.setDefaultFont(_font(_BODY_PT))
        self._text.setDocumentMargin(0)
        self._text.setUseDesignMetrics(True)
        self._to_left = words.language in RTL_LANGUAGES
        direction = Qt.LayoutDirection.RightToLeft if self._to_left else Qt.LayoutDirection.LeftToRight
        option = QTextOption()
        option.setTextDirection(direction)
        self._text.setDefaultTextOption(option)
        self._text.documentLayout().setPaintDevice(_measure())
        self._text.setPageSize(QSizeF(paper.width(), paper.height() - _dots(_FOOT_MM)))
        self._at = QTextCursor(self._text)
        self._rows: list[Row] = []

    def set(self, today: date) -> QTextDocument:
        """Set all of it."""
        self._paragraph(self._words.say(self._document.sender), _BODY_PT, after=2.0)
        self._paragraph(self._words.say(self._document.title), _TITLE_PT, bold=True, after=5.0)
        for block in self._document.blocks:
            self._block(unstamped(block, today))
        self._table()
        return self._text

    def _block(self, block: Line | Row | Rule | Code | None) -> None:
        if isinstance(block, Row):
            self._rows.append(block)
            return
        self._table()
        match block:
            case Line(text, style):
                heading = style is not LineStyle.NORMAL
                self._paragraph(self._words.say(text), _SIZES[style], bold=heading, after=2.0)
            case Rule():
                self._paragraph("", 4.0, after=0.0)
            case Code(data):
                self._code(data.reveal())

    def _paragraph(self, words: str, points: float, *, bold: bool = False, after: float) -> None:
        shape = self._shape(after)
        if self._text.isEmpty():
            self._at.setBlockFormat(shape)
        else:
            self._at.insertBlock(shape)
        self._at.insertText(words, _letters(points, bold=bold))

    def _shape(self, after: float) -> QTextBlockFormat:
        shape = QTextBlockFormat()
        shape.setBottomMargin(_length(after))
        shape.setAlignment(self._leading)
        shape.setNonBreakableLines(False)
        return shape

    @property
    def _leading(self) -> Qt.AlignmentFlag:
        """The edge where the page's language begins, also for words in a script that runs the other way."""
        side = Qt.AlignmentFlag.AlignRight if self._to_left else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignAbsolute

    def _table(self) -> None:
        if not self._rows:
            return
        table = self._at.insertTable(len(self._rows), 2, _table_format(self._to_left))
        for number, row in enumerate(self._rows):
            for column, (text, colour) in enumerate(((row.label, _QUIET), (row.value, _INK))):
                cell = table.cellAt(number, column)
                cell.setFormat(_cell_format())
                inside = cell.firstCursorPosition()
                inside.setBlockFormat(self._shape(0))
                inside.insertText(self._words.say(text), _letters(_BODY_PT, colour=colour))
        self._rows.clear()
        self._at.movePosition(QTextCursor.MoveOperation.End)

    def _code(self, data: str) -> None:
        picture = BytesIO()
        segno.make_qr(data, error="m").save(picture, kind="png", scale=8, border=4)
        image = QImage.fromData(picture.getvalue())
        self._text.addResource(QTextDocument.ResourceType.ImageResource, QUrl(_CODE), image)
        shown = QTextImageFormat()
        shown.setName(_CODE)
        shown.setWidth(_length(_CODE_MM))
        shown.setHeight(_length(_CODE_MM))
        self._at.insertBlock(self._shape(2.0))
        self._at.insertImage(shown)


def _table_format(to_left: bool) -> QTextTableFormat:
    table = QTextTableFormat()
    table.setBorder(0)
    table.setCellPadding(0)
    table.setCellSpacing(0)
    table.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    table.setColumnWidthConstraints(
        [
            QTextLength(QTextLength.Type.PercentageLength, _LABELS),
            QTextLength(QTextLength.Type.PercentageLength, 100 - _LABELS),
        ]
    )
    direction = Qt.LayoutDirection.RightToLeft if to_left else Qt.LayoutDirection.LeftToRight
    table.setLayoutDirection(direction)
    table.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
    return table


def _cell_format() -> QTextCharFormat:
    cell = QTextTableCellFormat()
    cell.setTopPadding(_length(0.8))
    cell.setBottomPadding(_length(0.8))
    cell.setRightPadding(_length(2.0))
    cell.setLeftPadding(0)
    return cell


def _letters(points: float, *, bold: bool = False, colour: QColor = _INK) -> QTextCharFormat:
    letters = QTextCharFormat()
    letters.setFont(_font(points, bold=bold))
    letters.setForeground(colour)
    return letters


def _font(points: float, *, bold: bool = False) -> QFont:
    font = QFont(_FAMILIES)
    font.setPointSizeF(points)
    font.setBold(bold)
    return font


def _length(millimetres: float) -> float:
    """A length inside a text document: Qt counts 96 to the inch there, whatever the paper's resolution."""
    return millimetres / 25.4 * 96


def _dots(millimetres: float) -> float:
    return millimetres / 25.4 * _DPI
