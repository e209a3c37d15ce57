"""A film with its captions below it, and buttons to play, pause and begin anew.

Qt Multimedia is loaded when a film is first played: no terminal without films pays for it. Nothing moves or sounds by
itself. Where the film cannot be played, words say so; what is said in it stands on the screen all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, QUrl, Signal
from PySide6.QtGui import QColor, QHideEvent, QImage, QPainter
from PySide6.QtWidgets import QWidget

from kiosk.captions import caption_at
from kiosk.events import Touched
from kiosk.parts import Video
from kiosk.text import msg
from ui.buttons import ActionButton
from ui.icons import icon_pixmap
from ui.metrics import Role
from ui.parts.base import Context, PartView, Row, part_gap
from ui.words import Sheet, Told

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QMediaPlayer, QVideoFrame

SIGN_OF_LIFE_MS = 20_000
"""Who watches touches nothing: so often a film that plays says that somebody is there."""
_GROUND = QColor(0, 0, 0)


class Stage(Told):
    """The picture, and the caption of the moment in the visitor's size and contrast.

    Signal: `turned` when it begins to play, pauses, ends or fails.
    """

    turned = Signal()

    def __init__(self, part: Video, context: Context, parent: QWidget) -> None:
        self.part, self.context = part, context
        self.broken = False
        self.playing = False
        self.caption = ""
        self._player: QMediaPlayer | None = None
        self._frame = QImage()
        self._alive_at = 0
        super().__init__(context.theme, context.say(part.title), parent)

    # playing

    def toggle(self) -> None:
        """Play, or pause; at its end, play anew."""
        player = self._ready()
        if player is None:
            return
        if self.playing:
            player.pause()
        else:
            player.play()

    def begin_anew(self) -> None:
        """Play from the beginning."""
        player = self._ready()
        if player is not None:
            player.setPosition(0)
            player.play()

    def stop(self) -> None:
        """Stop, and let the film go."""
        player, self._player = self._player, None
        if player is not None:
            player.stop()
            player.deleteLater()
        self.playing = False

    def _ready(self) -> QMediaPlayer | None:
        if self._player is None and not self.broken:
            try:
                self._player = self._made()
            except ImportError:
                self._fail()
        return self._player

    def _made(self) -> QMediaPlayer:
        from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer, QVideoSink

        player = QMediaPlayer(self)
        sink = QVideoSink(player)
        player.setVideoSink(sink)
        player.setAudioOutput(QAudioOutput(player))
        sink.videoFrameChanged.connect(self._show_frame)
        player.positionChanged.connect(self._at)
        player.playbackStateChanged.connect(self._state_changed)
        player.errorOccurred.connect(self._fail)
        player.setSource(QUrl.fromLocalFile(str(self.part.file)))
        return player

    def _state_changed(self) -> None:
        if self._player is not None:
            self.playing = self._player.isPlaying()
            self.turned.emit()

    def _fail(self, *_why: object) -> None:
        self.broken = True
        self.stop()
        self.changed(self.context.say(msg("video.broken")))
        self.turned.emit()

    def _show_frame(self, frame: QVideoFrame) -> None:
        if frame.isValid():
            self._frame = frame.toImage()
            self.update()

    def _at(self, position: int) -> None:
        if self.playing and abs(position - self._alive_at) >= SIGN_OF_LIFE_MS:
            self._alive_at = position
            self.context.post(Touched())
        words = caption_at(self.part.captions, position)
        if words != self.caption:
            self.caption = words
            self._sheet = None
            self.update()

    # drawing

    def compose(self, width: int) -> Sheet:
        """Lay out the picture, 16 to 9, and room for two lines of captions, or for all of the longest one."""
        m = self.theme.metrics
        high = min(round(width * 9 / 16), (m.px(340 if m.scarce else 420) if m.landscape else m.px(560)))
        sheet = Sheet(self.theme, width)
        self._picture = QRectF(0, 0, width, high)
        words = self.context.say(msg("video.broken")) if self.broken else self.caption
        sheet.text(0, high + m.gap, width, words, Role.STRONG)
        probe = Sheet(self.theme, width)
        longest = max((each.words for each in self.part.captions), key=len, default="")
        room = max(probe.text(0, 0, width, each, Role.STRONG).height for each in (words, longest))
        sheet.height = high + m.gap + room
        return sheet

    def ground(self, painter: QPainter) -> None:
        """Draw the picture, or a sign in its place."""
        self.sheet(self.width())
        painter.fillRect(self._picture, _GROUND)
        if self._frame.isNull() or self.broken:
            side = self.theme.metrics.px(96)
            name = "warning" if self.broken else "play"
            pixmap = icon_pixmap(name, side, QColor(255, 255, 255), self.devicePixelRatioF())
            centre = self._picture.center()
            painter.drawPixmap(round(centre.x() - side / 2), round(centre.y() - side / 2), pixmap)
            return
        size = self._frame.size().scaled(self._picture.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(0, 0, size.width(), size.height())
        place.moveCenter(self._picture.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self._frame)

    def hideEvent(self, event: QHideEvent) -> None:
        """What is not seen does not go on: another page, or a question over this one."""
        if self._player is not None and self.playing:
            self._player.pause()
        super().hideEvent(event)


class VideoView(PartView[Video]):
    """The film and its two buttons."""

    passive = False
    narrow = False

    def build(self) -> None:
        """Make the stage and the buttons; nothing is loaded yet."""
        self.stage = Stage(self.part, self.context, self.parent)
        self.play = ActionButton(self.part.play, self.context, self.parent)
        self.again = ActionButton(self.part.again, self.context, self.parent)
        self.play.acted.connect(self.stage.toggle)
        self.again.acted.connect(self.stage.begin_anew)
        self.stage.turned.connect(self._turn)

    def _turn(self) -> None:
        self.play.set_action(self.part.pause if self.stage.playing else self.part.play)
        for button in (self.play, self.again):
            button.setEnabled(not self.stage.broken)

    def update(self, part: Video) -> bool:
        """The same film goes on."""
        return part == self.part

    def rows(self, width: int) -> Sequence[Row]:  # noqa: ARG002
        """Return the film, and the buttons under it."""
        gutter = self.theme.metrics.gutter
        first = Row((self.stage,), part_gap(self.theme), keep=True)
        return (first, Row((self.play, self.again), self.theme.metrics.gap, columns=2, gutter=gutter))

    def widgets(self) -> Sequence[QWidget]:
        """Return stage and buttons."""
        return (self.stage, self.play, self.again)

    def lights(self, spoken: str) -> Sequence[QWidget]:
        """The stage lights up."""
        return (self.stage,) if spoken == self.part.id else ()

    def discard(self) -> None:
        """Stop the film, and go."""
        self.stage.stop()
        super().discard()
