"""`services/<id>.yaml`: one service that a place offers. The file's name is the service's id."""

from __future__ import annotations

import re
from pathlib import Path

from kiosk.device_events import Device
from kiosk.identity import Attribute
from kiosk.place import Destination, FormSource, Need, Service, ServiceId, ServiceKind, SituationId, Weight
from kiosk.text import Local, Text
from profiles.folder import Folder
from profiles.form_texts import FormTexts, read_form_texts
from profiles.layers import EXTENDS
from profiles.mistakes import Notes
from profiles.nodes import Entries, Node, line_of
from profiles.place_file import ARS, SLUG
from profiles.records import (
    NOWHERE,
    OPTIONAL_TEXT,
    TEXT,
    TEXTS,
    TRUTH,
    Kind,
    Record,
    list_of,
    listed,
    matching,
    one_of,
    record_of,
    translations,
    whole,
    words,
)

ICONS = frozenset(
    {"home", "id-card", "family", "briefcase", "car", "signpost", "heart", "tree", "document", "clock", "ticket"}
    | {"counter", "search", "euro", "people", "person", "mail", "question", "key", "phone", "printer", "dog"}
    | {"calendar", "info", "book", "card"}
)
"""The drawings that a profile can name."""

ICON: Kind[str] = one_of(ICONS, "info")
PREFILL = frozenset(
    {"given_names", "family_name", "birth_name", "doctoral_degree", "birth_date", "birth_place", "nationality"}
    | {"street", "street_name", "house_number", "postcode", "city", "library_card"}
)
"""What of an identity can fill an answer, and the number of a library card."""

_ATTRIBUTES = {attribute.name.lower(): attribute for attribute in Attribute}
_LEIKA = matching(r"99[0-9]{12}", "a LeiKa key", 'Write its 14 digits in quotes, "99115005104000".')
_DESTINATION_ID = matching(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "a destination's id", "Copy the UUID from the self-service portal."
)
_SCHEMA = matching(r"forms/[^/\\]+\.xdf\.xml", "a form of this profile", 'Name a file "forms/….xdf.xml".')
_CARD: Kind[tuple[Attribute, ...]] = list_of(one_of(_ATTRIBUTES, Attribute.FAMILY_NAME))
_WEIGHT: Kind[Weight | None] = one_of({str(weight): weight for weight in Weight}, None)
_NO_NEED = Need("info", NOWHERE, NOWHERE)
_FORM_ONLY = ("form", "start", "destination", "card")


def read_service(tree: Node, notes: Notes, folder: Folder, ars: str) -> tuple[int, Service] | None:
    """Return a service and its position among the others. `ars` is the place's regional key."""
    name = Path(notes.file).stem
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        notes.add(1, f'The file name "{name}.yaml" cannot be a service\'s id', "Use small letters, digits and hyphens.")
        return None
    record = Record(tree, notes, notes.file)
    record.passed(EXTENDS, "hidden")
    position = record.may("position", whole(0, 9999), 100)
    kind = record.need("kind", one_of({str(kind): kind for kind in ServiceKind}, ServiceKind.INFORMATION))
    card = record.may("card", _CARD, ())
    service = Service(
        id=ServiceId(name),
        kind=kind,
        situation=SituationId(record.need("situation", SLUG)),
        title=record.need("title", TEXT),
        summary=record.need("summary", TEXT),
        icon=record.need("icon", ICON),
        costs=record.need("costs", TEXT),
        duration=record.need("duration", TEXT),
        responsible=record.need("responsible", TEXT),
        for_whom=record.may("for_whom", OPTIONAL_TEXT, None),
        needs=record.may("needs", list_of(record_of(_need, _NO_NEED)), ()),
        body=record.may("body", TEXTS, ()),
        keywords=record.may("keywords", Kind(_keywords, ()), ()),
        afterwards=record.may("afterwards", list_of(record_of(_need, _NO_NEED)), ()),
        form=_form(record, folder),
        start=record.may("start", OPTIONAL_TEXT, None),
        destination=_destination(record, ars),
        card=frozenset(card),
        ticket=record.may("ticket", TRUTH, False),
        requires=record.may("requires", record_of(_requires, {}), {}),
    )
    record.done()
    _check_kind(service, tree, notes)
    return position, service


def _check_kind(service: Service, tree: Node, notes: Notes) -> None:
    present = tree.entries if isinstance(tree, Entries) else {}
    for key in _FORM_ONLY:
        if service.kind is ServiceKind.FORM and key not in present and key != "card":
            notes.add(tree.line, f'A service of the kind "form" needs "{key}"', f"Add {key}, or set kind: information.")
        if service.kind is not ServiceKind.FORM and key in present:
            line = line_of(tree, (key,))
            notes.add(line, f'"{key}" is only for services of the kind "form"', f"Remove {key}, or set kind: form.")


def _requires(record: Record) -> dict[Device, Weight]:
    """What the service needs of the terminal: a line for each device. Those left out follow from its kind."""
    read = {device: record.may(str(device), _WEIGHT, None) for device in Device}
    return {device: weight for device, weight in read.items() if weight is not None}


def _need(record: Record) -> Need:
    return Need(record.need("icon", ICON), record.need("title", TEXT), record.need("text", TEXT))


def _keywords(node: Node, notes: Notes, key: str) -> tuple[Text, ...] | None:
    def read(child: Node, notes: Notes, key: str) -> tuple[str, ...] | None:
        return listed(child, notes, key, words)

    by_language = translations(node, notes, key, read)
    lists = {language: ", ".join(found) for language, found in by_language.items()}
    return (Local(notes.translated(node.line, key, lists)),) if lists else ()


def _destination(record: Record, ars: str) -> Destination | None:
    if record.node("destination") is None:
        return None

    def read(entry: Record) -> Destination:
        leika = entry.need("leika", _LEIKA)
        fixed = entry.may("destination_id", _DESTINATION_ID, "")
        region = entry.may("ars", ARS, "" if fixed else ars)
        if not fixed and not region:
            remedy = 'Add destination_id or ars here, or "ars" in place.yaml.'
            entry.notes.add(entry.line, "Nobody knows where this application goes", remedy)
        return Destination(leika, fixed, region)

    return record.need("destination", record_of(read, Destination("")))


def _form(record: Record, folder: Folder) -> FormSource | None:
    if record.node("form") is None:
        return None

    def read(entry: Record) -> FormSource:
        schema = entry.need("schema", _SCHEMA)
        path = folder.file(schema, entry.notes, entry.line_of("schema")) if schema else None
        texts = schema.removesuffix(".xdf.xml") + ".texts.yaml"
        prefill = entry.may("prefill", _PREFILL, {})
        found = read_form_texts(folder, texts) if schema and folder.has(texts) else FormTexts({}, {})
        return FormSource(path or Path(), found.texts, found.hints, prefill, folder.catalogues)

    return record.need("form", record_of(read, FormSource(Path())))


def _prefill(node: Node, notes: Notes, key: str) -> dict[str, str] | None:
    if not isinstance(node, Entries):
        notes.add(node.line, f'"{key}" must have one line for each answer', 'Write "F60000000227: family_name".')
        return None
    kind = one_of(PREFILL, "")
    read = {path: kind.read(child, notes, path) for path, child in node.entries.items()}
    return {path: attribute for path, attribute in read.items() if attribute}


_PREFILL: Kind[dict[str, str]] = Kind(_prefill, {})
