"""A small profile without mistakes, to be changed by each test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

PLACE = """\
id: kleinstadt
name: {de: Kleinstadt, en: Small town}
site: {de: Rathaus, en: Town hall}
languages: [de, en]
ars: "990010001001"
colours:
  action: "#1c4c8c"
  action_tint: "#e7eff9"
counter:
  name: {de: Bürgerservice, en: Citizen service}
  hours: {de: Montag bis Freitag, en: Monday to Friday}
  phone: "040 66969 115"
often:
  - hund
"""
SITUATIONS = """\
- id: stadt
  icon: tree
  title: {de: Stadt, en: City}
  examples: {de: Hund, en: Dog}
"""
SERVICE = """\
kind: information
situation: stadt
icon: dog
title: {de: Hund anmelden, en: Register a dog}
summary: {de: Jeder Hund wird angemeldet., en: Every dog is registered.}
costs: {de: kostenlos, en: free}
duration: {de: etwa 5 Minuten, en: about 5 minutes}
responsible: {de: Steueramt, en: Tax office}
needs:
  - icon: document
    title: {de: Chipnummer, en: Chip number}
    text: {de: 15 Ziffern, en: 15 digits}
keywords:
  de: [Hundesteuer, Welpe]
  en: [dog tax]
"""
FORM_SERVICE = """\
kind: form
situation: stadt
icon: dog
title: {de: Formular, en: Form}
summary: {de: Ein Formular., en: A form.}
costs: {de: kostenlos, en: free}
duration: {de: kurz, en: short}
responsible: {de: Amt, en: Office}
form:
  schema: forms/kurz.xdf.xml
start: {de: Anmeldung beginnen, en: Start registration}
destination:
  leika: "99115005104000"
card: [family_name]
"""


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A folder with a profile that has no mistakes."""
    folder = tmp_path / "profile"
    (folder / "services").mkdir(parents=True)
    (folder / "forms").mkdir()
    (folder / "code-lists").mkdir()
    (folder / "place.yaml").write_text(PLACE, encoding="utf-8")
    (folder / "situations.yaml").write_text(SITUATIONS, encoding="utf-8")
    (folder / "services" / "hund.yaml").write_text(SERVICE, encoding="utf-8")
    return folder


Change = Callable[[str, str, str], int]


@pytest.fixture
def change(profile: Path) -> Change:
    """Replaces words in a file of the profile; returns the line where they stand."""

    def replaced(name: str, old: str, new: str) -> int:
        path = profile / name
        content = path.read_text(encoding="utf-8")
        assert content.count(old) == 1, (name, old)
        path.write_text(content.replace(old, new), encoding="utf-8")
        return content[: content.index(old)].count("\n") + 1

    return replaced


@pytest.fixture
def form_service(profile: Path) -> Path:
    """The same with a service that has a form, a copy of one that ships."""
    shipped = Path(__file__).parents[2] / "profiles" / "citizen-centre" / "forms"
    for ending in (".xdf.xml", ".texts.yaml"):
        content = (shipped / f"meldebescheinigung{ending}").read_bytes()
        (profile / "forms" / f"kurz{ending}").write_bytes(content)
    (profile / "services" / "formular.yaml").write_text(FORM_SERVICE, encoding="utf-8")
    return profile
