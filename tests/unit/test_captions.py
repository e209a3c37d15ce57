"""Captions of a video: read from WebVTT, found by the time, refused where they are none."""

from __future__ import annotations

import pytest

from kiosk.captions import Caption, CaptionError, caption_at, read_captions

FILM = """\ufeffWEBVTT - Wohnung anmelden

NOTE von Hand geschrieben

STYLE
::cue { color: red }

1
00:00.000 --> 00:02.000 line:90%
Guten <b>Tag</b>.

00:00:02.500 --> 00:00:04.000
Hier melden Sie
Ihre Wohnung &amp; Familie an.
"""


def test_times_and_words_are_read_and_nothing_else() -> None:
    assert read_captions(FILM) == (
        Caption(0, 2000, "Guten Tag."),
        Caption(2500, 4000, "Hier melden Sie Ihre Wohnung & Familie an."),
    )
    assert read_captions(FILM.replace("\n", "\r\n")) == read_captions(FILM)


@pytest.mark.en301549("11.1.2.2")
@pytest.mark.parametrize(("at", "words"), [(0, "Guten Tag."), (1999, "Guten Tag."), (2000, ""), (9000, "")])
def test_the_words_of_the_moment_are_found(at: int, words: str) -> None:
    assert caption_at(read_captions(FILM), at) == words


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("1\n00:00.000 --> 00:01.000\nSRT", 1),
        ("WEBVTT", 1),
        ("WEBVTT\n\n00:00,000 --> 00:01,000\nKomma", 3),
        ("WEBVTT\n\n00:03.000 --> 00:01.000\nrückwärts", 3),
        ("WEBVTT\n\n00:03.000 --> 00:04.000\neins\n\n00:01.000 --> 00:02.000\nzwei", 6),
    ],
)
def test_what_is_wrong_is_told_by_line(text: str, line: int) -> None:
    with pytest.raises(CaptionError) as caught:
        read_captions(text)
    assert caught.value.line == line
