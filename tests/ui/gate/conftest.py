"""The two languages that nobody speaks are there in all tests of the gate."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ui.gate.tongues import speak_pseudo


@pytest.fixture(autouse=True, scope="module")
def _pseudo_languages() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        speak_pseudo(patch)
        yield
