"""`lotse profile preview`: a profile's first screen in a window."""

from __future__ import annotations

from pathlib import Path

from profiles.layers import SHIPPED_PROFILES
from tests.e2e.programs import lotse


def test_a_profile_is_shown(tmp_path: Path) -> None:
    arguments = ("profile", "preview", "--smoke", str(SHIPPED_PROFILES / "library"))
    with lotse(*arguments, folder=tmp_path, QT_QPA_PLATFORM="offscreen") as preview:
        assert preview.ended() == (0, "")


def test_mistakes_are_said_instead(tmp_path: Path) -> None:
    with lotse("profile", "preview", "--smoke", str(tmp_path), folder=tmp_path, QT_QPA_PLATFORM="offscreen") as preview:
        code, said = preview.ended()
    assert (code, "place.yaml:1: There is no file" in said) == (2, True)
