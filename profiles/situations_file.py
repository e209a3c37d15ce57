"""`situations.yaml`: the situations of life under which services are found."""

from __future__ import annotations

from kiosk.place import LifeSituation, SituationId
from profiles.mistakes import Notes
from profiles.nodes import Node
from profiles.place_file import SLUG
from profiles.records import TEXT, Record
from profiles.service_file import ICON


def read_situation(node: Node, notes: Notes, what: str) -> LifeSituation:
    """Return one life situation."""
    record = Record(node, notes, what)
    situation = LifeSituation(
        id=SituationId(record.need("id", SLUG)),
        title=record.need("title", TEXT),
        examples=record.need("examples", TEXT),
        icon=record.need("icon", ICON),
    )
    record.done()
    return situation
