"""What a visitor has answered so far to one form: immutable, every answer `Private`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kiosk.forms.questions import Blueprint
from kiosk.forms.schema import Form
from kiosk.forms.steps import Answers, Document, FormStep, Question, is_structural, is_within
from kiosk.forms.validation import Value, read
from kiosk.forms.walk import walk
from kiosk.forms.wording import Wording
from kiosk.identity import Identity
from kiosk.parts import Problem
from kiosk.place import Place, Service
from kiosk.privacy import EMPTY, Private
from kiosk.text import Text, msg

if TYPE_CHECKING:
    from kiosk.effects import Application


@dataclass(frozen=True, slots=True)
class FormApplication:
    """The state of one form.

    `answers` are what was typed or chosen, by path (see `kiosk.forms.steps`); `from_card` are the paths
    whose answers came from a card and have not been changed since. `steps` follow from the answers.
    """

    place: Place
    service: Service
    form: Form
    answers: Answers = field(default_factory=dict)
    from_card: frozenset[str] = frozenset()
    consent: bool = False
    all_steps: tuple[FormStep, ...] = field(default=(), compare=False, repr=False)
    blueprint: Blueprint | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Walk the form, unless the steps are known from before."""
        if self.all_steps:
            return
        blueprint = self.blueprint or Blueprint(self.form, Wording.of(self.service.form), self.place.code_lists)
        object.__setattr__(self, "blueprint", blueprint)
        object.__setattr__(self, "all_steps", walk(blueprint, self.answers))

    @property
    def steps(self) -> tuple[FormStep, ...]:
        """The screens, in order."""
        return tuple(step for step in self.all_steps if step.shown)

    def step(self, key: str) -> FormStep | None:
        """Return the screen of a key; None if the answers have taken it away."""
        return next((step for step in self.all_steps if step.key == key), None)

    def question(self, path: str) -> Question | None:
        """Return what is asked at a path, if it is asked now."""
        questions = (question for step in self.all_steps for question in step.questions)
        return next((question for question in questions if question.path == path), None)

    # Answering

    def raw(self, question: Question) -> Private[str]:
        """Return what was typed or chosen, or the schema's own default."""
        answer = self.answers.get(question.path)
        if answer is not None:
            return answer
        return Private(question.field.content) if question.field.content else EMPTY

    def with_answer(self, path: str, raw: str) -> FormApplication:
        """Return the application with another raw answer at `path`. Later screens follow from it."""
        answers = {**self.answers, path: Private(raw)}
        steps = () if is_structural(path) else self.all_steps
        return replace(self, answers=answers, from_card=self.from_card - {path}, all_steps=steps)

    def with_option(self, path: str, code: str) -> FormApplication:
        """Return the application after an option was touched: chosen; toggled where it need not stay."""
        question = self.question(path)
        if question is None or code not in {option.code for option in question.options}:
            return self
        now = self.raw(question).reveal()
        if question.several:
            chosen = set(now.split("\n")) ^ {code}
            return self.with_answer(path, "\n".join(each.code for each in question.options if each.code in chosen))
        return self.with_answer(path, "" if now == code and not question.required else code)

    def with_more(self, path: str, count: int) -> FormApplication:
        """Return the application with `count` boxes for a repeating field."""
        return self.with_answer(f"{path}#", str(count))

    def with_consent(self, given: bool) -> FormApplication:
        """Return the application with the visitor's consent given or taken back."""
        return replace(self, consent=given)

    def without_item(self, item: str) -> FormApplication:
        """Return the application without one of several; those after it move up."""
        stem, _, index = item.removesuffix("]").rpartition("[")
        number = int(index)
        answers: dict[str, Private[str]] = {}
        for path, answer in self.answers.items():
            kept = _moved(path, stem, number)
            if kept is not None:
                answers[kept] = answer
        card = frozenset(path for path in (_moved(path, stem, number) for path in self.from_card) if path)
        return replace(self, answers=answers, from_card=card, all_steps=())

    def prefilled(self, identity: Identity) -> FormApplication:
        """Return the application with what an eID card told. Answers that are there already stay."""
        from kiosk.forms.prefill import from_identity

        found = from_identity(self, identity)
        new = {path: Private(words) for path, words in found.items() if not self.answers.get(path)}
        return replace(self, answers={**self.answers, **new}, from_card=self.from_card | frozenset(new))

    # What has become of it

    def value(self, question: Question) -> Value | Problem | None:
        """Return the value of an answer, what is wrong with it, or None where none is needed."""
        return read(question, self.raw(question).reveal())

    def problem(self, question: Question) -> Problem | None:
        """Return what is wrong with an answer."""
        value = self.value(question)
        return value if isinstance(value, Problem) else None

    def problems(self, step: FormStep) -> Mapping[str, Problem]:
        """Return what is wrong on a screen, by path, in order."""
        found = {question.path: self.problem(question) for question in step.questions}
        return {path: problem for path, problem in found.items() if problem is not None}

    @property
    def first_step_with_problems(self) -> FormStep | None:
        """The first screen that cannot stay as it is; None when everything can be handed in."""
        return next((step for step in self.steps if self.problems(step)), None)

    @property
    def documents(self) -> tuple[Document, ...]:
        """The files that the authority wants."""
        return tuple(item for step in self.all_steps for item in step.items if isinstance(item, Document))

    @property
    def later_documents(self) -> tuple[Text, ...]:
        """The labels of what is to be brought or sent later, each once."""
        labels = [each.label if each.required else msg("form.if-any", document=each.label) for each in self.documents]
        return tuple(label for number, label in enumerate(labels) if label not in labels[:number])

    def to_application(self) -> Application:
        """Return what is handed in. `ValueError` if the service has no destination or an answer has a problem."""
        from kiosk.forms.handover import application_of

        return application_of(self)


def _moved(path: str, stem: str, removed: int) -> str | None:
    """Where an answer goes when item `removed` of `stem` is taken out; None for that item's own."""
    if not path.startswith(f"{stem}["):
        return path
    index, _, rest = path[len(stem) + 1 :].partition("]")
    number = int(index)
    if number == removed and is_within(path, f"{stem}[{removed}]"):
        return None
    return f"{stem}[{number - (number > removed)}]{rest}"
