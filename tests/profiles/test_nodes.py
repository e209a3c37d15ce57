"""YAML is read strictly: what is odd or hostile is a mistake with its line, never an exception."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.mistakes import Mistake, Notes
from profiles.nodes import MAX_DEPTH, Entries, Items, Node, Scalar, line_of, parse, plain


def read(content: str) -> tuple[Node | None, list[Mistake]]:
    notes = Notes("x.yaml")
    return parse(content, notes), notes.mistakes


def test_values_are_those_of_yaml_1_2() -> None:
    tree, mistakes = read('a: 1\nb: "1"\nc: no\nd: true\ne: 1.5\nf:\ng: 0123\nh: {de: ja, en: off}\n')
    assert not mistakes
    assert tree is not None
    assert plain(tree) == {
        "a": 1, "b": "1", "c": "no", "d": True, "e": 1.5, "f": None, "g": 123, "h": {"de": "ja", "en": "off"},
    }  # fmt: skip


def test_lines_are_known_for_keys_items_and_what_is_missing() -> None:
    tree, _ = read("a:\n  - x\n  - y: 1\n    z: 2\nb: 1\n")
    assert tree is not None
    assert line_of(tree, ("a", 1, "z")) == 4
    assert line_of(tree, ("a", 1, "not there")) == 3
    assert line_of(tree, ("b",)) == 5


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        ("a: &x 1\nb: *x\n", 1, "Anchors"),
        ("a: 1\nb: *x\n", 2, "Aliases"),
        ("a: !!python/object:os.system x\n", 1, "Tags"),
        ("a: 1\nb: 2\na: 3\n", 3, "twice"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("a: [1, 2\nb: 3\n", 2, "not valid YAML"),
        ("a: b: c\n", 1, "not valid YAML"),
        ("a:\n\tb: 1\n", 2, ""),
        ("a: \x07\n", 1, "character"),
        ("? [a, b]\n: 1\n", 1, "key"),
        ("", 1, "empty"),
        ("# nothing\n", 1, "empty"),
        ("[" * 400 + "]" * 400, 1, "nested"),
        ("{a: " * 200_000, 1, "nested"),
        ("- " * 100_000 + "x", 1, "nested"),
    ],
)
def test_what_is_odd_is_a_mistake_with_its_line(content: str, line: int, what: str) -> None:
    _, mistakes = read(content)
    assert mistakes
    assert mistakes[0].line == line
    assert what in mistakes[0].what
    assert mistakes[0].remedy.endswith((".", "?"))


def test_an_alias_bomb_costs_nothing() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12)
    )
    tree, mistakes = read(bomb)
    assert tree is None
    assert mistakes[0].line == 1


def test_depth_up_to_the_limit_is_read() -> None:
    tree, mistakes = read("[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH)
    assert not mistakes
    assert isinstance(tree, Items)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    tree, mistakes = read("a: 1\r\nb: zwei\r\n")
    assert not mistakes
    assert isinstance(tree, Entries)
    assert tree.entries["b"] == Scalar("zwei", 2, plain=True)


@given(st.text(max_size=300))
def test_no_text_raises(content: str) -> None:
    tree, mistakes = read(content)
    assert tree is not None or mistakes


@given(st.text(alphabet="ab:-[]{}&*!|>'\"#,?%@` \n\t", max_size=60))
def test_no_combination_of_yaml_signs_raises(content: str) -> None:
    tree, mistakes = read(content)
    assert tree is not None or mistakes
