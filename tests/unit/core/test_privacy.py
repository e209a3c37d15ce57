"""Visitor data does not get out by accident."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import dataclass

import pytest

from kiosk.privacy import MASK, Private

SECRET = "Jana Geheim"


@dataclass(frozen=True)
class Record:
    name: Private[str]


@pytest.mark.parametrize("show", [str, repr, "{}".format, "{:>20}".format, "%s".__mod__, lambda p: f"{p!r:s}"])
def test_its_text_is_a_mask(show: object) -> None:
    assert callable(show)
    assert show(Private(SECRET)) == MASK


def test_it_is_masked_inside_other_data_and_in_errors() -> None:
    assert SECRET not in repr(Record(Private(SECRET)))
    with pytest.raises(AttributeError) as caught:
        Private(SECRET).upper()  # type: ignore[attr-defined]
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("store", [pickle.dumps, copy.deepcopy, json.dumps, hash])
def test_it_is_not_stored_copied_or_hashed(store: object) -> None:
    assert callable(store)
    with pytest.raises(TypeError) as caught:
        store(Private(SECRET))
    assert SECRET not in str(caught.value)


def test_it_is_compared_by_value_and_false_when_empty() -> None:
    assert Private("a") == Private("a")
    assert Private("a") != Private("b")
    assert Private("a") != "a"
    assert not Private("")
    assert Private(SECRET).reveal() == SECRET
