"""A form, one topic a screen: its questions, the groups that may be left out, and what comes several times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from kiosk.events import Chosen, Event, Typed, WentBack, WentOn
from kiosk.forms.application import FormApplication
from kiosk.forms.steps import FormStep
from kiosk.journeys import form_parts
from kiosk.parts import Action, ActionStyle, Paragraph, Part, Problem
from kiosk.privacy import Private
from kiosk.screen import Progress, Screen
from kiosk.text import msg
from kiosk.visit import Page, Step, Visit

CONTEXT_ICON = "document"


def begin(visit: Visit) -> Step:
    """Go to the first screen of the visit's form."""
    steps = application_of(visit).steps
    return visit.at(FormPage(steps[0].key) if steps else _review()), ()


@dataclass(frozen=True, slots=True)
class FormPage:
    """One screen of the form, by the key of its step.

    `shown` are the questions whose problems are shown: those that were wrong when the visitor wanted to go on,
    until they are right. `to_review` leads back to the review instead of onwards.
    """

    key: str
    shown: frozenset[str] = frozenset()
    to_review: bool = False

    def compose(self, visit: Visit) -> Screen:
        """Ask what the step asks, with what was answered already."""
        application = application_of(visit)
        step = self._step(application)
        problems = self._problems(application, step)
        return Screen(
            f"form-{step.key}",
            step.title,
            visit.look,
            tuple(self._parts(visit, application, step, problems)),
            Action("back", msg("back"), WentBack(), icon="arrow-left"),
            Action("next", msg("next"), WentOn(), ActionStyle.PRIMARY, "arrow-right", icon_after=True),
            lead=msg("form.problems", len(problems)) if problems else step.lead,
            context=(CONTEXT_ICON, step.context) if step.context else None,
            progress=_progress(application, step),
            focus=next(iter(problems), ""),
        )

    def step(self, visit: Visit, event: Event) -> Step:
        """Keep every keystroke; go on when all is right, otherwise show what is not."""
        match event:
            case Typed(field, value):
                return self._typed(visit, field, value), ()
            case Chosen(field, option):
                return self._chosen(visit, field, option.reveal()), ()
            case WentOn():
                return self._on(visit), ()
        return visit, ()

    def _step(self, application: FormApplication) -> FormStep:
        """The step, or the first one if the answers have taken it away."""
        return application.step(self.key) or application.steps[0]

    def _problems(self, application: FormApplication, step: FormStep) -> Mapping[str, Problem]:
        if not self.shown:
            return {}
        return {path: problem for path, problem in application.problems(step).items() if path in self.shown}

    def _parts(
        self, visit: Visit, application: FormApplication, step: FormStep, problems: Mapping[str, Problem]
    ) -> Iterator[Part]:
        if form_parts.needs_latin(step, visit.look.language):
            yield Paragraph("latin", msg("form.latin"), icon="info")
        if step.earlier:
            yield form_parts.earlier(application, step, visit.look.language, _to)
        yield from form_parts.items(application, step, visit.look.language, problems)
        if step.item:
            yield form_parts.remove(step.item)

    def _typed(self, visit: Visit, field: str, value: Private[str]) -> Visit:
        application = application_of(visit)
        question = next((each for each in self._step(application).questions if each.path == field), None)
        if question is None or (question.options and not question.searched):
            return visit
        return visit.with_application(application.with_answer(field, value.reveal()))

    def _chosen(self, visit: Visit, field: str, option: str) -> Visit:
        application = application_of(visit)
        step = self._step(application)
        if field == form_parts.REMOVE and option == step.item and option:
            return visit.with_application(application.without_item(option)).turned_to(replace(self, key=f"{option}?"))
        more = form_parts.more_of(step, field)
        if more is not None:
            return visit.with_application(application.with_more(more.path, more.count + 1))
        path = field.removesuffix(form_parts.MATCHES)
        if path not in {question.path for question in step.questions}:
            return visit
        return visit.with_application(application.with_option(path, option))

    def _on(self, visit: Visit) -> Visit:
        application = application_of(visit)
        step = self._step(application)
        problems = application.problems(step)
        if problems:
            return visit.turned_to(replace(self, key=step.key, shown=frozenset(problems)))
        return self._to_review(visit, application) if self.to_review else visit.at(_after(application, step))

    def _to_review(self, visit: Visit, application: FormApplication) -> Visit:
        """Back to the review; a changed answer may have opened screens that come first."""
        unfinished = application.first_step_with_problems
        if unfinished is None:
            return visit.back()
        return visit.turned_to(FormPage(unfinished.key, to_review=True))


def application_of(visit: Visit) -> FormApplication:
    """Return the form of the visit; `ValueError` where there is none."""
    if visit.application is None:
        raise ValueError("the visit has no form")
    return visit.application


def _after(application: FormApplication, step: FormStep) -> Page:
    steps = application.steps
    number = steps.index(step)
    return FormPage(steps[number + 1].key) if number + 1 < len(steps) else _review()


def _review() -> Page:
    from kiosk.journeys.review import ReviewPage

    return ReviewPage()


def _progress(application: FormApplication, step: FormStep) -> Progress:
    """Where the step is; the review is the last one."""
    keys = [each.key for each in application.steps]
    return Progress(keys.index(step.key) + 1, len(keys) + 1, application.service.title)


def _to(key: str) -> Page:
    return FormPage(key)
