"""Documents do not lie: every `lotse …` that they tell people to type is one that lotse understands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from composition.command_line import parsed
from provisioning import fleet

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))))
SYNTAX = re.compile(r"[\[\]…|]")
"""What shows several commands at once, for people."""


def blocks(text: str) -> Iterator[str]:
    """Yield the lines of a document's code, those that go on (`\\`) as one."""
    fenced, waiting = False, ""
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            waiting += line.strip()
            if waiting.endswith("\\"):
                waiting = waiting[:-1]
            else:
                yield waiting
                waiting = ""


def commands(text: str) -> Iterator[list[str]]:
    """Yield what stands behind `lotse` in the code of a document, also behind a pipe."""
    for line in blocks(text):
        if SYNTAX.search(line.partition(" #")[0].replace(" | ", "")):
            continue
        for words in pieces(line):
            if words[:1] in (["lotse"], [".venv/bin/lotse"]):
                yield words[1:]


def pieces(line: str) -> Iterator[list[str]]:
    """Yield the commands of a shell's line, each as words."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    words: list[str] = []
    skip = False
    for word in lexer:
        if set(word) <= set("|&;"):
            yield words
            words = []
        elif set(word) <= set("<>"):
            skip = True  # the name of a file
        elif not skip:
            words.append(word)
        else:
            skip = False
    yield words


def inline(text: str) -> Iterator[list[str]]:
    """Yield the words of commands that are named in sentences: `lotse hub revoke`, without their arguments."""
    for words in re.findall(r"`lotse ([^`]+)`", text):
        found = re.match(r"(?:[a-z][a-z-]*(?: |$))*", words)
        if found and found[0].strip():
            yield found[0].split()


def of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


ALL = [(document, tuple(words)) for document in DOCUMENTS for words in commands(of(document))]
FLEET = {one.name or getattr(one.callback, "__name__", "") for one in fleet.app.registered_commands}
NAMED = sorted({tuple(words) for document in DOCUMENTS for words in inline(of(document))})


@pytest.mark.parametrize(("document", "words"), ALL, ids=[" ".join(words)[:60] for _, words in ALL])
def test_what_people_are_told_to_type_is_understood(
    document: str, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if words[0] == "fleet":
        (tmp_path / "token").write_text("none")
        monkeypatch.setenv("LOTSE_HUB", "https://hub.example.org")
        monkeypatch.setenv("LOTSE_TOKEN_FILE", str(tmp_path / "token"))
        assert fleet.run([*words[1:], "--help"]) == 0, document
        return
    try:
        assert callable(parsed(words).command)
    except SystemExit:
        pytest.fail(f"{document}: lotse {' '.join(words)}")


@pytest.mark.parametrize("words", NAMED, ids=" ".join)
def test_what_a_sentence_names_is_there(words: tuple[str, ...]) -> None:
    if words[0] == "fleet":
        assert not words[1:] or words[1] in FLEET
        return
    with pytest.raises(SystemExit) as ended:
        parsed([*words, "--help"])
    assert ended.value.code == 0


def test_the_handbook_has_commands() -> None:
    assert len([words for document, words in ALL if document == "docs/operations.md"]) > 20


def test_a_line_is_taken_apart_as_a_shell_does() -> None:
    lines = (
        "    echo a | lotse hub user add x --name 'Frau Y' > out  # why",
        "    lotse fleet \\",
        "        list",
        "    lotse a [b]",
        "lotse c",
    )
    assert list(commands("\n".join(lines))) == [["hub", "user", "add", "x", "--name", "Frau Y"], ["fleet", "list"]]
