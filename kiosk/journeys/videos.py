"""Videos of the place: a button where a screen has some, and the page on which one is watched."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.events import Event, Opened, Touched, WentBack
from kiosk.parts import Action, Card, Cards, CardStyle, Heading, Paragraph, Video
from kiosk.place import Film
from kiosk.screen import Screen
from kiosk.text import Verbatim, msg
from kiosk.visit import Step, Visit

PLAY = Action("video-play", msg("video.play"), Touched(), icon="play")
PAUSE = Action("video-play", msg("video.pause"), Touched(), icon="pause")
AGAIN = Action("video-again", msg("video.again"), Touched(), icon="refresh")


@dataclass(frozen=True, slots=True)
class VideoPage:
    """One video, paused until it is played; what is said in it stands below, to be read and heard."""

    number: int

    def compose(self, visit: Visit) -> Screen:
        """Show the video and its words."""
        film = visit.place.videos[self.number]
        words = " ".join(caption.words for caption in film.captions)
        return Screen(
            f"video-{self.number}",
            film.title,
            visit.look,
            (
                Video("video", film.title, film.file, film.captions, PLAY, PAUSE, AGAIN),
                Heading("video-words", msg("video.words")),
                Paragraph("video-text", Verbatim(words, film.language)),
            ),
            Action("back", msg("back"), WentBack(), icon="arrow-left"),
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Nothing of its own."""
        return visit, ()


def with_videos(screen: Screen, visit: Visit) -> Screen:
    """Put the videos of a screen before its parts."""
    films = [(number, film) for number, film in enumerate(visit.place.videos) if film.screen == screen.id]
    if not films:
        return screen
    cards = tuple(_card(number, film) for number, film in films)
    return replace(screen, parts=(Cards("videos", cards, CardStyle.ROW), *screen.parts))


def _card(number: int, film: Film) -> Card:
    return Card(f"video-{number}", msg(f"video.{film.kind}", title=film.title), Opened(VideoPage(number)), "play")
