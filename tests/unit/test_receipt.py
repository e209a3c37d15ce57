"""What the slips say, and what they must not say."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.place import Counter, Need, Place, Service, ServiceId, ServiceKind, SituationId
from kiosk.privacy import Private
from kiosk.receipt import (
    Code,
    Line,
    LineStyle,
    Receipt,
    case_number,
    information_slip,
    kept_receipt,
    receipt_text,
    submission_receipt,
)
from kiosk.text import ENGLISH, GERMAN, Language, Verbatim, local

SUBMISSION = "5fdcf8a1-7d8b-4a0c-9c46-6c1a2d5d2b11"
NUMBER = Private(case_number(SUBMISSION, "MU"))
WHEN = date(2026, 3, 12)

PLACE = Place(
    "citizen-centre",
    local("Stadt Musterstadt", en="City of Musterstadt"),
    local("Bürgerservice im Rathaus", en="Citizen service"),
    (),
    (),
    Counter(local("Bürgerservice"), local("Montag bis Freitag 8 bis 16 Uhr"), "0123 456-0", local("Schalter 1 bis 6")),
    number_prefix="MU",
)
SERVICE = Service(
    ServiceId("register"),
    ServiceKind.FORM,
    SituationId("moving"),
    local("Wohnung anmelden", en="Register a home"),
    local("Sie sind umgezogen."),
    "home",
    local("Gebührenfrei"),
    local("15 Minuten"),
    local("Bürgeramt"),
    needs=(Need("id-card", local("Ausweis"), local("Ihr Personalausweis mit PIN.")),),
    afterwards=(Need("mail", local("Dann kommt Post"), local("mit der Bestätigung.")),),
)


def sent(language: Language = GERMAN) -> Receipt:
    return submission_receipt(PLACE, SERVICE, language, Private(SUBMISSION), [local("Wohnungsgeberbestätigung")])


def kept(language: Language = GERMAN) -> Receipt:
    return kept_receipt(PLACE, SERVICE, language, Private(SUBMISSION))


def test_the_slip_of_a_sent_application_says_what_was_sent_and_what_comes_next() -> None:
    text = receipt_text(sent(), WHEN)
    for words in (
        "Stadt Musterstadt",
        "Wohnung anmelden",
        "abgeschickt",
        "Datum: 12. März 2026",
        "Wohnungsgeberbestätigung",
        "Dann kommt Post: mit der Bestätigung.",
        "Öffnungszeiten: Montag bis Freitag 8 bis 16 Uhr",
        "Telefon: 0123 456-0",
        "Schalter 1 bis 6",
        NUMBER.reveal(),
    ):
        assert words in text


def test_sent_is_never_called_accepted() -> None:
    assert "noch nicht angenommen" in receipt_text(sent())
    assert receipt_text(sent()).count("angenommen") == 1


def test_the_number_is_large_and_the_code_holds_the_whole_id() -> None:
    blocks = sent().blocks
    assert Line(Verbatim(NUMBER), LineStyle.LARGE) in blocks
    assert [block.data.reveal() for block in blocks if isinstance(block, Code)] == [SUBMISSION]


def test_the_slip_of_a_kept_application_says_first_that_it_is_not_sent() -> None:
    text = receipt_text(kept())
    assert text.index("noch nicht abgeschickt") < text.index("verschlüsselt") < text.index("Frist")


def test_later_documents_and_next_steps_are_left_out_where_there_are_none() -> None:
    slip = submission_receipt(PLACE, SERVICE, GERMAN, Private(SUBMISSION), next_steps=())
    assert "bringen oder senden" not in receipt_text(slip)
    assert "So geht es weiter" not in receipt_text(slip)


def test_the_information_slip_says_needs_costs_duration_office_and_hours() -> None:
    text = receipt_text(information_slip(PLACE, SERVICE, GERMAN))
    for words in ("Kosten: Gebührenfrei", "Dauer: 15 Minuten", "Zuständig: Bürgeramt", "Ihr Personalausweis", "16 Uhr"):
        assert words in text


def test_a_slip_is_in_the_visitors_language() -> None:
    text = receipt_text(sent(ENGLISH))
    assert "Your application has been sent" in text
    assert "Register a home" in text
    assert "Your application has not been sent yet" in receipt_text(kept(ENGLISH))


def test_the_day_is_left_out_where_nobody_knows_it() -> None:
    assert "Datum" not in receipt_text(sent())
    assert "Stand: 12. März 2026" in receipt_text(information_slip(PLACE, SERVICE, GERMAN), WHEN)


def test_the_number_is_masked_in_what_a_log_would_show() -> None:
    assert NUMBER.reveal() not in repr(sent())
    assert SUBMISSION not in repr(sent())


def test_soft_hyphens_stay_off_the_plain_text() -> None:
    assert receipt_text(Receipt(GERMAN, (Line(local("An\u00admel\u00addung")),))) == "Anmeldung\n"


@given(st.uuids())
def test_a_case_number_is_short_grouped_and_without_look_alikes(submission: UUID) -> None:
    assert re.fullmatch(r"MU [2-9A-HJKMNP-TV-Z]{4} [2-9A-HJKMNP-TV-Z]{4}", case_number(str(submission), "MU"))


@given(st.uuids())
def test_a_case_number_depends_on_the_id_alone(submission: UUID) -> None:
    assert case_number(str(submission)) == case_number(str(submission).upper()) == case_number(submission.hex)


@given(st.sets(st.uuids(), min_size=2, max_size=50))
def test_different_ids_get_different_numbers(submissions: set[UUID]) -> None:
    assert len({case_number(str(submission)) for submission in submissions}) == len(submissions)


@pytest.mark.parametrize("reference", ["", "outbox-17", "Ä"])
def test_a_reference_that_is_no_uuid_gets_a_number_too(reference: str) -> None:
    assert len(case_number(reference)) == len("4F7K 29XM")


def test_a_known_number_stays_what_it_is() -> None:
    assert case_number(SUBMISSION, "MU") == "MU EAG3 Z9SZ"
