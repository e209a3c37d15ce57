"""A schema as large as they get: 3.5 MB, 250 fields, most of it the code lists of a few of them."""

from __future__ import annotations

from tests.unit.forms.schema_files import field, group, schema

GROUPS = 25
CODES = 1400
FIELDS = 9
"""Fields of a group beside its list."""


def large_schema() -> bytes:
    """Return the schema."""
    codes = {f"{number:05d}": f"Eintrag {number} einer langen Liste von Werten" for number in range(CODES)}
    return schema(*(group(f"G{number:011d}", f"Gruppe {number}", *_fields(number, codes)) for number in range(GROUPS)))


def _fields(number: int, codes: dict[str, str]) -> list[str]:
    hint = "Hilfe. " * 20
    plain = [field(f"F2{number:05d}{each:05d}", f"Feld {each}", hint=hint, maxLength="80") for each in range(FIELDS)]
    return [*plain, field(f"F1{number:010d}", f"Liste {number}", art="select", codes=codes)]
