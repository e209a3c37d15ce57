"""What the published JSON schemas say about a tree, in plain words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

PROFILE_SCHEMA = Path(__file__).parent / "profile.schema.json"
SETTINGS_SCHEMA = Path(__file__).parent / "settings.schema.json"

Found = tuple[tuple[str | int, ...], str, str, bool]
"""Where (keys and indexes from the root), what, remedy, and whether the loader checks the same."""

_LIMITS = frozenset({"maxLength", "maxItems", "uniqueItems", "contains"})
"""What only the schema checks."""

_KEYS = frozenset({"required", "additionalProperties"})
"""What the loader names at a better line: it knows the same keys (a test compares them)."""


@lru_cache
def _validator(path: Path) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))


def problems(schema: Path, document: object) -> Iterator[Found]:
    """Yield everything in `document` that the schema does not allow."""
    for error in _validator(schema).iter_errors(document):
        if error.validator not in _KEYS:
            path = tuple(error.absolute_path)
            yield (path, *_in_words(error, path), error.validator not in _LIMITS)


def _in_words(error: Any, path: tuple[str | int, ...]) -> tuple[str, str]:
    key = next((step for step in reversed(path) if isinstance(step, str)), "the file")
    limit, value = error.validator_value, error.instance
    match error.validator:
        case "maxLength":
            return f'"{key}" is too long ({len(value)} characters)', f"Say it in at most {limit} characters."
        case "minLength" | "minItems" | "minProperties":
            return f'"{key}" is empty', "Fill it, or remove it."
        case "maxItems":
            return f'"{key}" has too many entries ({len(value)})', f"Keep the {limit} most important ones."
        case "uniqueItems":
            return f'Something is there twice in "{key}"', "Name each only once."
        case _:
            return f'"{key}" is not as it must be', "Compare it with docs/profile.md."
