"""Every screen, in every size, language and shape: nothing cut, nothing too small or too close, all named and spoken.

`scripts/test` takes a sample: of each combination every eighth screen, another one for each combination, always the
same. `scripts/test --all-screens` (LOTSE_SCREENS=all) takes all. What the cuts leave out: docs/adr/0016-gate.md.
"""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import product

import pytest
from PySide6.QtWidgets import QApplication

from kiosk.look import Contrast, Hand, Look, TextSize
from kiosk.text import GERMAN, Language
from tests.ui.gate import tongues
from tests.ui.gate.measure import scene_of
from tests.ui.gate.walk import SCREENS, SHAPES, Shape, close_window, open_window, wrongs
from tests.ui.screens import GALLERY

EVERYTHING = os.environ.get("LOTSE_SCREENS") == "all"
STRIDE = 1 if EVERYTHING else 8
COMBINATIONS = list(product(SHAPES, TextSize, tongues.TONGUES))
CHOOSING = "a9-look"
"""Where contrasts are chosen: it says which one is, in bold letters and by a tick."""
SPOKEN_BY_THE_CORE = [name for name in SCREENS if name not in GALLERY]


def sample(number: int, names: list[str]) -> list[str]:
    """Return every eighth name, beginning at another one for each number."""
    return names[number * 5 % STRIDE :: STRIDE]


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("number", "shape", "size", "language"),
    [(number, *each) for number, each in enumerate(COMBINATIONS)],
    ids=[f"{shape.name}-{size}-{language}" for shape, size, language in COMBINATIONS],
)
@pytest.mark.en301549("5.1.2.1", "11.1.4.10", "11.2.4.3", "11.2.4.6")
def test_it_can_be_read_hit_and_heard(
    qapp: QApplication, number: int, shape: Shape, size: TextSize, language: Language
) -> None:
    if not tongues.is_whole(language):
        pytest.skip(f"{language} does not say all that German says")
    names = list(SCREENS) if language in (GERMAN, tongues.LONG) else SPOKEN_BY_THE_CORE
    window = open_window(shape)
    look = shape.look(language, size)
    found = [f"{name}: {wrong}" for name in sample(number, names) for wrong in wrongs(window, SCREENS[name](look))]
    close_window(window)
    assert not found, "\n".join(found)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
@pytest.mark.parametrize(("number", "size"), list(enumerate(TextSize)))
@pytest.mark.parametrize("language", [GERMAN, tongues.MIRRORED])
def test_it_is_the_same_with_the_left_hand(
    qapp: QApplication, shape: Shape, number: int, size: TextSize, language: Language
) -> None:
    window = open_window(shape)
    look = replace(shape.look(language, size), hand=Hand.LEFT)
    names = sample(number, SPOKEN_BY_THE_CORE)
    found = [f"{name}: {wrong}" for name in names for wrong in wrongs(window, SCREENS[name](look))]
    close_window(window)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_the_geometry_does_not_depend_on_the_contrast(qapp: QApplication, shape: Shape) -> None:
    """So the contrasts need be looked at in one language alone: see test_contrast.py."""
    window = open_window(shape)
    for name in SCREENS:
        seen = set()
        for contrast in Contrast:
            window.show_screen(SCREENS[name](Look(contrast=contrast, reach=shape.reach)))
            scene = scene_of(window)
            lines = tuple((line.words, line.ink.getRect()) for line in scene.lines if name != CHOOSING)
            seen.add((lines, tuple((target.name, target.rect.getRect()) for target in scene.targets)))
        assert len(seen) == 1, name
    close_window(window)
