"""Schemas for tests: XDatenfelder 3 written in few words, the shipped ones, and the real ones where they are."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest

from kiosk.forms.application import FormApplication
from kiosk.forms.check import sample_application
from kiosk.forms.schema import Form
from kiosk.forms.xdf3 import FormFault, read, read_file
from kiosk.place import CodeList, FormSource

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "profiles" / "citizen-centre" / "forms"
REAL = ROOT.parent / "shared" / "reference" / "xdf3"
REAL_NUMBERS = (
    "S00000000364",
    "S00000000371",
    "S00000000373",
    "S00000000380",
    "S00000000392",
    "S02000000112",
    "S05000001212",
    "S07000000201",
    "S07000000222",
    "S07000000264",
)
NAMESPACE = "urn:xoev-de:fim:standard:xdatenfelder_3.0.0"


def real(number: str) -> Path:
    """The path of a real schema; skips the test where they are not there."""
    path = REAL / f"{number}.xdf.xml"
    if not path.exists():
        pytest.skip(f"the real schema {number} is not on this machine")
    return path


def form_of(path: Path) -> Form:
    form = read_file(path)
    assert not isinstance(form, FormFault), form
    return form


def _coded(name: str, code: str) -> str:
    return f"<x:{name}><code>{code}</code></x:{name}>"


def _identity(element: str) -> str:
    return f"<x:identifikation><x:id>{element}</x:id><x:version>1.0.0</x:version></x:identifikation>"


def placed(inner: str, occurs: str) -> str:
    return f"<x:struktur><x:anzahl>{occurs}</x:anzahl><x:enthaelt>{inner}</x:enthaelt></x:struktur>"


def field(
    number: str,
    label: str = "",
    kind: str = "text",
    occurs: str = "1:1",
    art: str = "input",
    codes: dict[str, str] | None = None,
    code_list: str = "",
    content: str = "",
    hint: str = "",
    origin: str = "",
    rules: tuple[str, ...] = (),
    **precision: str,
) -> str:
    """One field at its place."""
    parts = [_identity(number), f"<x:name>{escape(label)}</x:name>", *map(rule, rules)]
    if origin:
        parts.append(f"<x:relation>{_coded('praedikat', 'ABL')}<x:objekt><x:id>{origin}</x:id></x:objekt></x:relation>")
    parts.append(f"<x:bezeichnungEingabe>{escape(label)}</x:bezeichnungEingabe>")
    if hint:
        parts.append(f"<x:hilfetextEingabe>{escape(hint)}</x:hilfetextEingabe>")
    parts += [_coded("feldart", art), _coded("datentyp", kind)]
    if precision:
        parts.append(
            "<x:praezisierung " + " ".join(f"{key}={quoteattr(each)}" for key, each in precision.items()) + "/>"
        )
    if codes:
        rows = (
            f"<x:wert><x:code>{code}</x:code><x:name>{escape(name)}</x:name></x:wert>" for code, name in codes.items()
        )
        parts.append(f"<x:werte>{''.join(rows)}</x:werte>")
    if code_list:
        uris = f"<x:canonicalIdentification>{code_list}</x:canonicalIdentification>"
        uris += f"<x:canonicalVersionUri>{code_list}_2024-01-01</x:canonicalVersionUri>"
        parts.append(f"<x:codelisteReferenz>{uris}</x:codelisteReferenz>")
    if content:
        parts.append(f"<x:inhalt>{escape(content)}</x:inhalt>")
    return placed(f"<x:datenfeld>{''.join(parts)}</x:datenfeld>", occurs)


def group(
    number: str, label: str, *children: str, occurs: str = "1:1", choice: bool = False, rules: tuple[str, ...] = ()
) -> str:
    """One group at its place."""
    parts = [_identity(number), f"<x:name>{escape(label)}</x:name>", *map(rule, rules)]
    parts.append(f"<x:bezeichnungEingabe>{escape(label)}</x:bezeichnungEingabe>")
    if choice:
        parts.append(_coded("art", "X"))
    return placed(f"<x:datenfeldgruppe>{''.join([*parts, *children])}</x:datenfeldgruppe>", occurs)


def rule(text: str) -> str:
    return f"<x:regel>{_identity('R00000000001')}<x:freitextRegel>{escape(text)}</x:freitextRegel></x:regel>"


def schema(*children: str, rules: tuple[str, ...] = ()) -> bytes:
    """A whole schema."""
    inner = "".join([_identity("S99000000099"), "<x:name>Probe</x:name>", *map(rule, rules), *children])
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<x:xdatenfelder.stammdatenschema.0102 xmlns:x="{NAMESPACE}">'
        f"<x:stammdatenschema>{inner}</x:stammdatenschema></x:xdatenfelder.stammdatenschema.0102>"
    ).encode()


def form(*children: str, rules: tuple[str, ...] = ()) -> Form:
    """A schema, read."""
    read_form = read(schema(*children, rules=rules))
    assert not isinstance(read_form, FormFault), read_form
    return read_form


def application(
    *children: str,
    rules: tuple[str, ...] = (),
    code_lists: dict[str, CodeList] | None = None,
    source: FormSource | None = None,
) -> FormApplication:
    """An application for a form made of these elements."""
    return sample_application(form(*children, rules=rules), code_lists or {}, source)
