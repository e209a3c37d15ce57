"""Roles, and what each may do."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What somebody is at a site or in a city."""

    STAFF = "staff"
    LEAD = "lead"
    IT = "it"
    AUDITOR = "auditor"


class Right(StrEnum):
    """What may be done."""

    SEE_TERMINALS = "see-terminals"
    ANSWER_CALLS = "answer-calls"
    SEE_FIGURES = "see-figures"
    SEE_AUDIT = "see-audit"
    ARRANGE_PLANS = "arrange-plans"
    MANAGE_ACCOUNTS = "manage-accounts"
    ENROL = "enrol"
    SEE_FLEET = "see-fleet"
    SWITCH_SERVICE = "switch-service"
    COMMAND = "command"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.STAFF: frozenset({Right.SEE_TERMINALS, Right.ANSWER_CALLS}),
    Role.LEAD: frozenset(
        {Right.SEE_TERMINALS, Right.ANSWER_CALLS, Right.SEE_FIGURES, Right.ARRANGE_PLANS}
        | {Right.SEE_FLEET, Right.SWITCH_SERVICE}
    ),
    Role.IT: frozenset(
        {Right.SEE_TERMINALS, Right.ARRANGE_PLANS, Right.MANAGE_ACCOUNTS, Right.ENROL}
        | {Right.SEE_FLEET, Right.SWITCH_SERVICE, Right.COMMAND}
    ),
    Role.AUDITOR: frozenset({Right.SEE_FIGURES, Right.SEE_AUDIT}),
}
