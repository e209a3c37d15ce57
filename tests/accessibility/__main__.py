"""Writes `docs/accessibility.md`: `python -m tests.accessibility`."""

from __future__ import annotations

from tests.accessibility.report import PAGE, page

PAGE.write_text(page(), encoding="utf-8")
