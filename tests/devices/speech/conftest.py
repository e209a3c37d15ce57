"""A sound server of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from .ears import Ears, NoEarsError, listening


@pytest.fixture
def ears(tmp_path: Path) -> Iterator[Ears]:
    """A server with nothing but a null sink, which is recorded."""
    with ExitStack() as stack:
        try:
            ears = stack.enter_context(listening(tmp_path))
        except NoEarsError as why:
            pytest.skip(str(why))
        yield ears
