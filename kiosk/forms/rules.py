"""A schema's rules: prose for programmers, made into remarks for people.

The rules are not a language; they are never executed. Two kinds can be told apart well enough to help:
"if F… = x then activate G…" becomes a remark at G… ("only needed if …"), and G… may then be left out;
a short sentence without any operator is shown as it is, with labels in place of the ids. All others are
left to the authority.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kiosk.forms.schema import Field, FieldKind, Form

LONGEST = 240
"""Characters of a remark. What is longer helps nobody at a terminal."""

_TOKEN = re.compile(r"⟦([FG]\d+)⟧")
_REFERENCE_WORDS = re.compile(
    r"\b(?:(?:das|die|der|dem|den)\s+)?(?:(?:daten)?feld(?:er|gruppen?)?|gruppe)\s+(?=⟦)", re.I
)
_THEN = re.compile(r"(?P<when>.*?)[\s,]\s*dann\s+(?P<then>.*)", re.I | re.S)
_SENTENCE = re.compile(r"(?<=[^\d][.!?])\s+|\n+|,?\s+(?=wenn\s)", re.I)
_OTHERWISE = re.compile(r",\s*(?:ansonsten|sonst)\b.*", re.I | re.S)
_EQUALS = re.compile(r"(?<![<>!])={1,3}\s*(?:\"|')?\s*(\w+)", re.I)
_NOT_EQUALS = re.compile(r"<>|!=|alle anderen|[<>]")
_NEGATIVE = re.compile(r"deaktivier|\bnicht\b|blende", re.I)
_TECHNICAL = re.compile(r"[=<>{}]|validit|\bleer\b|aktivier|\bregel\b|pflichtfeld", re.I)
_YES_NO = {"ja": "true", "wahr": "true", "true": "true", "nein": "false", "falsch": "false", "false": "false"}


@dataclass(frozen=True, slots=True)
class Condition:
    """An element is needed only if the field `asks` is answered by one of `codes` (`true`, `false` for yes and no)."""

    asks: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """A rule as a sentence, and the elements that it speaks of."""

    words: str
    about: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a form's rules say, by the group that each belongs to ("" for the form) and by element id.

    `conditional` elements may be absent although the schema counts them as needed.
    """

    conditions: Mapping[tuple[str, str], tuple[Condition, ...]]
    conditional: frozenset[tuple[str, str]]
    remarks: Mapping[str, tuple[Remark, ...]]


def rules_of(form: Form) -> Rules:
    """Read the rules of a form."""
    elements = {placed.element.id: placed.element for placed in form.placed()}
    fields = {each: element for each, element in elements.items() if isinstance(element, Field)}
    conditions: dict[tuple[str, str], dict[Condition, None]] = {}
    conditional: set[tuple[str, str]] = set()
    remarks: dict[str, dict[Remark, None]] = {}
    for rule in form.rules:
        text = _tokenised(rule.text, {each: element.name for each, element in elements.items()})
        plain = True
        for sentence in _sentences(text):
            for target, condition in _conditions(sentence, fields):
                plain = False
                conditional.add((rule.owner, target))
                if condition is not None:
                    conditions.setdefault((rule.owner, target), {})[condition] = None
        remark = _remark(text, form.labels) if plain else None
        if remark is not None:
            remarks.setdefault(rule.owner, {})[remark] = None
    return Rules(
        {key: tuple(found) for key, found in conditions.items()},
        frozenset(conditional),
        {owner: tuple(found) for owner, found in remarks.items()},
    )


def _tokenised(text: str, names: Mapping[str, str]) -> str:
    """Put `⟦id⟧` in place of each id with the name that follows it."""

    def token(match: re.Match[str]) -> str:
        return f"⟦{match[1]}⟧"

    for element, name in names.items():
        if element in text and name:
            text = re.sub(rf"({element})\s*[\"„“'‚]?\s*{re.escape(name)}\s*[\"”“'‘]?", token, text)
    text = re.sub(r"(?<!⟦)\b([FG]\d{11})\b(?:\s*\"[^\"]*\"|\s*'[^']*')?", token, text)
    return _REFERENCE_WORDS.sub("", re.sub(r"\beines der Felder\s+(?=⟦)", "eines von ", text))


def _sentences(text: str) -> Iterator[str]:
    return (part.strip() for part in _SENTENCE.split(text) if part.strip())


def _conditions(sentence: str, fields: Mapping[str, Field]) -> Iterator[tuple[str, Condition | None]]:
    """Yield each element that depends on an answer; with the condition where it can be said simply."""
    match = _THEN.match(sentence)
    if match is None or not re.match(r"wenn\b", sentence, re.I):
        return
    condition = _condition(match["when"], fields)
    for clause in re.split(r"\s+und\s+", _OTHERWISE.sub("", match["then"]), flags=re.I):
        negative = bool(_NEGATIVE.search(clause))
        for target in _TOKEN.findall(clause):
            if target not in _TOKEN.findall(match["when"]):
                yield target, None if negative else condition


def _condition(when: str, fields: Mapping[str, Field]) -> Condition | None:
    asked = set(_TOKEN.findall(when))
    if len(asked) != 1 or _NOT_EQUALS.search(when):
        return None
    field = fields.get(next(iter(asked)))
    values = _EQUALS.findall(when)
    if field is None or not values:
        return None
    known = {code.code for code in field.codes}
    if field.kind is FieldKind.BOOL:
        known = {"true", "false"}
        values = [_YES_NO.get(value.lower(), value) for value in values]
    return Condition(field.id, tuple(values)) if set(values) <= known else None


def _remark(text: str, labels: Mapping[str, str]) -> Remark | None:
    """Return the rule as a sentence for people, or None if it is for programmers."""
    about = frozenset(_TOKEN.findall(text))
    if not about or _TECHNICAL.search(text):
        return None
    words = _TOKEN.sub(lambda match: f"„{_short(labels.get(match[1], ''))}“", text)
    words = re.sub(r"\s+", " ", words).strip()
    words = words.replace("befüllt werden", "ausgefüllt werden").replace("befüllt sein", "ausgefüllt sein")
    return Remark(words, about) if len(words) <= LONGEST and "„“" not in words else None


def _short(label: str) -> str:
    return label if len(label) <= 60 else label[:59].rsplit(" ", 1)[0] + " …"
