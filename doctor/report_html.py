"""The report as one HTML file without anything beside it: to be read, kept and printed, in German and in English."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from kiosk.readiness import Report
from kiosk.text import ENGLISH, GERMAN, msg, translator

if TYPE_CHECKING:
    from jinja2 import Template


def as_html(report: Report) -> str:
    """Return the report as an HTML document. Whatever stands in it is escaped."""
    languages = [(language, translator(language).say) for language in (GERMAN, ENGLISH)]
    return _template().render(report=report, languages=languages, msg=msg)


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((resources.files("doctor") / "report.html").read_text(encoding="utf-8"))
