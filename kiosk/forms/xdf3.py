"""Reading XDatenfelder 3 (XÖV, `urn:xoev-de:fim:standard:xdatenfelder_3.0.0`, message `stammdatenschema.0102`).

`read` takes bytes from anywhere: what is broken or hostile becomes a `FormFault` of one line, never an
exception. What can be read only in part is taken over, and the form's `notices` say what was left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from kiosk.faults import Fault, FaultCode
from kiosk.forms import patterns
from kiosk.forms.schema import (
    Code,
    CodeListReference,
    Constraints,
    Field,
    FieldKind,
    Form,
    Group,
    Occurs,
    Placed,
    Rule,
)

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAMESPACE = "urn:xoev-de:fim:standard:xdatenfelder_3.0.0"
MESSAGE = "xdatenfelder.stammdatenschema.0102"
LARGEST = 32 * 1024 * 1024
DEEPEST = 120
"""XML elements within each other; three make one level of groups."""
MOST_FIELDS = 3000
MOST_NEEDED = 20
"""An element that has to be there more often than this is a mistake."""

_Q = f"{{{NAMESPACE}}}"
_LINE = " line"
"""Where the line of an element is kept while reading; no XML attribute can have this name."""

_LINED = {f"{_Q}{name}" for name in ("stammdatenschema", "datenfeld", "datenfeldgruppe", "enthaelt")}

_INPUTS = {
    "text": FieldKind.TEXT,
    "text_latin": FieldKind.TEXT,
    "date": FieldKind.DATE,
    "time": FieldKind.TIME,
    "datetime": FieldKind.DATETIME,
    "bool": FieldKind.BOOL,
    "num": FieldKind.DECIMAL,
    "num_int": FieldKind.INTEGER,
    "num_currency": FieldKind.CURRENCY,
    "file": FieldKind.FILE,
    "obj": FieldKind.FILE,
}
_KINDS = {
    "select": FieldKind.SELECT,
    "label": FieldKind.LABEL,
    "locked": FieldKind.LOCKED,
    "hidden": FieldKind.HIDDEN,
}


class FormFaultCode(StrEnum):
    """Why a schema cannot be used at all."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too-large"
    NOT_XML = "not-xml"
    ENTITIES = "entities"
    NOT_A_SCHEMA = "not-a-schema"
    WRONG_VERSION = "wrong-version"
    TOO_DEEP = "too-deep"
    CYCLE = "cycle"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class FormFault:
    """Why a schema cannot be used: for IT, in one line. `line` is 0 where it concerns the whole file."""

    code: FormFaultCode
    words: str
    line: int = 0

    def __str__(self) -> str:
        """The words, with the line where there is one."""
        return f"line {self.line}: {self.words}" if self.line else self.words

    @property
    def fault(self) -> Fault:
        """The same for the visit."""
        return Fault(FaultCode.FORM_UNREADABLE, f"{self.code}: {self}")


def read_file(path: Path) -> Form | FormFault:
    """Read a schema from a file."""
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        return FormFault(FormFaultCode.UNREADABLE, f"The file cannot be read: {error.strerror}.")
    return read(content) if size <= LARGEST else _too_large()


def read(content: bytes) -> Form | FormFault:
    """Read a schema."""
    if len(content) > LARGEST:
        return _too_large()
    try:
        return _Reader().form(_parsed(content))
    except _Unusable as unusable:
        return unusable.fault


class _Unusable(Exception):
    """Carries a fault out of the reader."""

    def __init__(self, fault: FormFault) -> None:
        super().__init__(fault.words)
        self.fault = fault


def _refuse(code: FormFaultCode, words: str, line: int = 0) -> NoReturn:
    raise _Unusable(FormFault(code, words, line))


def _too_large() -> FormFault:
    return FormFault(FormFaultCode.TOO_LARGE, f"The file is larger than {LARGEST // 1024 // 1024} MB.")


def _parsed(content: bytes) -> Element:
    from xml.etree.ElementTree import ParseError, TreeBuilder

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    tree = TreeBuilder()
    start_element, end_element = tree.start, tree.end

    class Target:
        """Builds the tree, notes the lines of what faults speak of, and stops at an absurd depth."""

        depth = 0
        data, close = tree.data, tree.close

        def start(self, tag: str, attributes: dict[Any, Any]) -> None:
            self.depth += 1
            if self.depth > DEEPEST:
                words = f"The elements lie more than {DEEPEST} deep in each other."
                _refuse(FormFaultCode.TOO_DEEP, words, parser.parser.CurrentLineNumber)
            element = start_element(tag, attributes)
            if tag in _LINED or self.depth == 1:
                element.attrib[_LINE] = parser.parser.CurrentLineNumber

        def end(self, tag: str) -> None:
            self.depth -= 1
            end_element(tag)

    parser: Any = DefusedXMLParser(target=Target(), forbid_dtd=True)
    try:
        parser.feed(content)
        root: Element = parser.close()
    except ParseError as error:
        _refuse(FormFaultCode.NOT_XML, f"This is not well-formed XML ({str(error).split(':')[0]}).", error.position[0])
    except (LookupError, ValueError) as error:
        if isinstance(error, DefusedXmlException):
            words = "The file declares entities or a document type. No schema needs them, and they can do harm."
            _refuse(FormFaultCode.ENTITIES, words, parser.parser.CurrentLineNumber)
        _refuse(FormFaultCode.NOT_XML, "The file's encoding is not known.")
    return root


def _line(element: Element) -> int:
    return int(element.attrib.get(_LINE, 0))


def _text(element: Element, name: str) -> str:
    return (element.findtext(_Q + name) or "").strip()


def _code(element: Element, name: str) -> str:
    """The code of `<name listURI=…><code>…</code></name>`; `code` itself has no namespace."""
    child = element.find(_Q + name)
    if child is None:
        return ""
    inner = child.find("code")
    if inner is None:
        inner = child.find(_Q + "code")
    return ((inner.text if inner is not None else child.text) or "").strip()


def _id(element: Element) -> str:
    return (element.findtext(f"{_Q}identifikation/{_Q}id") or "").strip()


def _number(words: str | None) -> Decimal | None:
    try:
        number = Decimal((words or "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _length(words: str | None) -> int | None:
    number = _number(words)
    return int(number) if number is not None and 0 <= number <= 1_000_000 else None


def _origins(element: Element) -> frozenset[str]:
    """The elements that this one is derived from (relation `ABL`)."""
    relations = element.iterfind(_Q + "relation")
    derived = (relation for relation in relations if _code(relation, "praedikat") == "ABL")
    return frozenset((relation.findtext(f"{_Q}objekt/{_Q}id") or "").strip() for relation in derived)


class _Reader:
    """Reads one schema, collecting notices and rules."""

    def __init__(self) -> None:
        self.notices: dict[str, None] = {}
        self.rules: list[Rule] = []
        self.fields = 0

    def form(self, root: Element) -> Form:
        schema = self._schema(root)
        identity = schema.find(_Q + "identifikation")
        version = _text(identity, "version") if identity is not None else ""
        self._rules(schema, "")
        children = self._children(schema, ())
        if not self.fields:
            _refuse(FormFaultCode.EMPTY, "The schema has no field.", _line(schema))
        form_id = _id(schema)
        return Form(
            form_id,
            version,
            _text(schema, "bezeichnung") or _text(schema, "name") or form_id,
            children,
            tuple(self.rules),
            tuple(self.notices),
            f"https://schema.fitko.de/fim/{form_id.lower()}_{version}.schema.json",
        )

    def _schema(self, root: Element) -> Element:
        namespace, _, name = root.tag.rpartition("}")
        if namespace.lstrip("{") != NAMESPACE:
            if "xdatenfelder" in namespace:
                words = f"This is XDatenfelder, but not version 3.0.0: its namespace is {namespace.lstrip('{')}."
                _refuse(FormFaultCode.WRONG_VERSION, words, _line(root))
            words = f"This is XML, but not XDatenfelder 3: it begins with <{name}>."
            _refuse(FormFaultCode.NOT_A_SCHEMA, words, _line(root))
        schema = root.find(_Q + "stammdatenschema")
        if name != MESSAGE or schema is None:
            _refuse(FormFaultCode.NOT_A_SCHEMA, f"This is the message {name}, not a schema ({MESSAGE}).", _line(root))
        return schema

    def _notice(self, words: str) -> None:
        self.notices[words] = None

    def _rules(self, element: Element, owner: str) -> None:
        for rule in element.iterfind(_Q + "regel"):
            text = _text(rule, "freitextRegel")
            if text:
                self.rules.append(Rule(_id(rule), text, owner))

    def _children(self, parent: Element, above: tuple[str, ...]) -> tuple[Placed, ...]:
        placed: list[Placed] = []
        keys: dict[str, int] = {}
        for structure in parent.iterfind(_Q + "struktur"):
            inside = structure.find(_Q + "enthaelt")
            for element in inside if inside is not None else ():
                occurs = self._occurs(structure, _id(element))
                if occurs.most == 0:
                    continue
                read = self._element(element, above)
                if read is not None:
                    keys[read.id] = keys.get(read.id, 0) + 1
                    key = read.id if keys[read.id] == 1 else f"{read.id}~{keys[read.id]}"
                    placed.append(Placed(key, occurs, read))
        return tuple(placed)

    def _element(self, element: Element, above: tuple[str, ...]) -> Field | Group | None:
        name = element.tag.rpartition("}")[2]
        if name not in {"datenfeld", "datenfeldgruppe"}:
            self._notice(f"<{name}> is not known and left out.")
            return None
        if not _id(element):
            self._notice(f"line {_line(element)}: an element without an id is left out.")
            return None
        return self._field(element) if name == "datenfeld" else self._group(element, above)

    def _group(self, element: Element, above: tuple[str, ...]) -> Group:
        group_id = _id(element)
        if group_id in above:
            _refuse(FormFaultCode.CYCLE, f"The group {group_id} contains itself.", _line(element))
        self._rules(element, group_id)
        return Group(
            group_id,
            _text(element, "bezeichnungEingabe") or _text(element, "name") or group_id,
            _text(element, "hilfetextEingabe"),
            _text(element, "bezeichnungAusgabe"),
            _text(element, "name"),
            self._children(element, (*above, group_id)),
            choice=_code(element, "art") == "X",
            origins=_origins(element),
        )

    def _field(self, element: Element) -> Field:
        self.fields += 1
        if self.fields > MOST_FIELDS:
            _refuse(FormFaultCode.TOO_LARGE, f"The schema has more than {MOST_FIELDS} fields.", _line(element))
        field_id = _id(element)
        self._rules(element, field_id)
        kind, codes, code_list = self._kind(element), self._codes(element), self._code_list(element)
        if kind is FieldKind.SELECT and not codes and code_list is None:
            self._notice(f"{field_id}: it has no options, so it is asked as free text.")
            kind = FieldKind.TEXT
        return Field(
            field_id,
            kind,
            _text(element, "bezeichnungEingabe") or _text(element, "name") or field_id,
            _text(element, "hilfetextEingabe"),
            _text(element, "bezeichnungAusgabe"),
            _text(element, "name"),
            self._constraints(element),
            codes,
            code_list,
            _text(element, "inhalt"),
            _origins(element),
        )

    def _kind(self, element: Element) -> FieldKind:
        art, data_type = _code(element, "feldart"), _code(element, "datentyp")
        if art in _KINDS:
            return _KINDS[art]
        if art != "input" or data_type not in _INPUTS:
            self._notice(f'{_id(element)}: "{art}" of type "{data_type}" is not known, so it is asked as free text.')
        return _INPUTS.get(data_type, FieldKind.TEXT)

    def _codes(self, element: Element) -> tuple[Code, ...]:
        codes: dict[str, Code] = {}
        for value in element.iterfind(f"{_Q}werte/{_Q}wert"):
            code = _text(value, "code")
            if code in codes:
                self._notice(f'{_id(element)}: the code "{code}" is there twice; the first one counts.')
            elif code:
                codes[code] = Code(code, _text(value, "name") or code, _text(value, "hilfe"))
        return tuple(codes.values())

    def _code_list(self, element: Element) -> CodeListReference | None:
        reference = element.find(_Q + "codelisteReferenz")
        if reference is None:
            return None
        canonical, version_uri = _text(reference, "canonicalIdentification"), _text(reference, "canonicalVersionUri")
        return CodeListReference(canonical or version_uri, version_uri) if canonical or version_uri else None

    def _occurs(self, structure: Element, of: str) -> Occurs:
        least, _, most = _text(structure, "anzahl").partition(":")
        if not least.isdecimal() or not (most.isdecimal() or most == "*"):
            self._notice(f'{of}: the number "{least}:{most}" is not known; it is asked once.')
            return Occurs()
        low, high = int(least), None if most == "*" else int(most)
        if low > MOST_NEEDED:
            self._notice(f"{of}: it has to be there {low} times; at most {MOST_NEEDED} are asked.")
            low = MOST_NEEDED
        return Occurs(low if high is None else min(low, high), high)

    def _constraints(self, element: Element) -> Constraints:
        found = element.find(_Q + "praezisierung")
        if found is None:
            return Constraints()
        pattern = found.get("pattern", "")
        trouble = patterns.trouble(pattern) if pattern else ""
        if trouble:
            self._notice(f"{_id(element)}: {trouble}, so the answer is not checked against it.")
        return Constraints(
            _length(found.get("minLength")),
            _length(found.get("maxLength")),
            _number(found.get("minValue")),
            _number(found.get("maxValue")),
            "" if trouble else pattern,
        )
