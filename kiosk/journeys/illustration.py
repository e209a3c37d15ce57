"""Pictures of what happens at the main steps, for visitors who read Leichte Sprache."""

from __future__ import annotations

from kiosk.parts import Drawing, Part, Picture
from kiosk.text import LEICHTE_SPRACHE, msg
from kiosk.visit import Visit


def illustration(visit: Visit, drawing: Drawing) -> tuple[Part, ...]:
    """Return the picture of a step in Leichte Sprache, which explains by pictures too (DIN SPEC 33429); else none."""
    if visit.look.language != LEICHTE_SPRACHE:
        return ()
    return (Picture("illustration", drawing, msg(f"picture.{drawing}")),)
