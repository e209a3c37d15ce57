"""Whatever the other side says, in whatever order: no false success, no number astray, no crash."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.eid.authentication import Authentication
from devices.eid.pin_change import PinChange
from devices.eid.protocol import Command, Message, Say, parse
from devices.eid.readers import Readers
from devices.eid.workflow import Fetch, Outputs, Workflow
from kiosk.device_events import EidAsksConsent, EidAsksSecret, EidFailed, EidPinChanged, EidRead
from kiosk.identity import Attribute, Identity
from kiosk.parts import Secret
from kiosk.privacy import Private

Act: TypeAlias = "Message | Secret | str"

SETS = {Say.SET_PIN, Say.SET_CAN, Say.SET_PUK, Say.SET_NEW_PIN}
OK = {"major": "http://www.bsi.bund.de/ecard/api/1.1/resultmajor#ok"}
NUMBERS = {Secret.PIN: "123456", Secret.CAN: "500540", Secret.PUK: "9876543210", Secret.NEW_PIN: "271828"}


def reader(card: Any, *, keypad: bool = False) -> dict[str, Any]:
    return {"name": "R", "attached": True, "insertable": False, "keypad": keypad, "card": card}


cards = st.one_of(
    st.none(),
    st.just({}),
    st.builds(
        lambda tries, off: {"inoperative": False, "deactivated": off, "retryCounter": tries},
        st.integers(0, 3),
        st.just(False),
    ),
)
prompts = st.builds(
    lambda name, card, keypad: (name, {"reader": reader(card, keypad=keypad)}),
    st.sampled_from(["ENTER_PIN", "ENTER_CAN", "ENTER_PUK", "ENTER_NEW_PIN"]),
    cards,
    st.booleans(),
)
rights = st.lists(st.sampled_from(["GivenNames", "FamilyName", "Address", "WriteAddress", "CanAllowed"]), unique=True)
usual = st.one_of(
    prompts,
    st.just(("AUTH", {})),
    st.just(("CHANGE_PIN", {})),
    st.just(("INSERT_CARD", {})),
    st.just(("PAUSE", {"cause": "BadCardPosition"})),
    st.just(("AUTH", {"result": OK, "url": "https://eid.example/r"})),
    st.just(("AUTH", {"result": OK})),
    st.just(("AUTH", {"error": "no"})),
    st.just(("CHANGE_PIN", {"success": True})),
    st.just(("CHANGE_PIN", {"success": True, "reason": "Card_Removed"})),
    st.just(("CERTIFICATE", {"description": {"subjectName": "Stadt", "purpose": "x"}})),
    st.builds(
        lambda required, optional: (
            "ACCESS_RIGHTS",
            {"chat": {"required": required, "optional": optional, "effective": required + optional}},
        ),
        rights,
        rights,
    ),
    st.builds(lambda card: ("READER", reader(card)), cards),
    st.sampled_from(["BAD_STATE", "INVALID", "INTERNAL_ERROR", "UNKNOWN_COMMAND"]).map(lambda name: (name, {})),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = ["reader", "chat", "result", "url", "success", "reason", "error", "description", "card", "name", "attached"]
nonsense = st.builds(
    lambda name, body: (name, body),
    st.sampled_from(["AUTH", "CHANGE_PIN", "ACCESS_RIGHTS", "CERTIFICATE", "ENTER_PIN", "READER", "READER_LIST", "X"]),
    st.dictionaries(st.sampled_from(KEYS), json_values, max_size=4),
)
messages = st.one_of(usual, usual, nonsense).map(lambda pair: Message(pair[0], pair[1]))
acts = st.one_of(
    messages,
    messages,
    messages,
    st.just("accept"),
    st.sampled_from(list(NUMBERS)),
    st.just("cancel"),
    st.just("timeout"),
    st.just("lost"),
    st.just("settled"),
    st.just("fetched"),
)


class Watcher:
    """Plays a workflow and holds it to the rules."""

    def __init__(self, workflow: Workflow) -> None:
        self.workflow = workflow
        self.sent: list[Say] = []
        self.told: list[object] = []
        self.prompt: EidAsksSecret | None = None
        self.consent: EidAsksConsent | None = None
        self.wanted_card = False

    def act(self, act: Act) -> None:
        before = len(self.told)
        spent = bool(SETS & set(self.sent))
        workflow, outputs = self._do(act)
        self.workflow = workflow
        for output in outputs:
            if isinstance(output, Command):
                self._commanded(output, act)
            else:
                self.told.append(output)
                self._told(output, act)
        if isinstance(act, Message) and act.name == "INSERT_CARD" and spent:
            fresh = self.told[before:]
            assert not fresh or isinstance(fresh[0], EidFailed), "a card was waited for though a number was sent"
        if isinstance(act, Message) and act.name == "INSERT_CARD":
            self.prompt = None

    def _do(self, act: Act) -> tuple[Workflow, Outputs]:
        workflow = self.workflow
        match act:
            case Message():
                return workflow.received(act)
            case Secret():
                return workflow.entered(act, Private(NUMBERS[act]))
            case "cancel":
                return workflow.cancelled()
            case "timeout":
                return workflow.timed_out()
            case "lost":
                return workflow.connection_lost()
            case "settled":
                return workflow.settled()
        if isinstance(workflow, Authentication):
            return workflow.accepted() if act == "accept" else workflow.fetched(Private(Identity()))
        return workflow, ()

    def _commanded(self, command: Command, act: Act) -> None:
        assert not self._failed(), "a command after the end was told"
        if command.name in SETS:
            assert Say.CANCEL not in self.sent
            keypad = "value" not in command.fields
            assert self.prompt, "a number was sent without a prompt"
            assert keypad or act == self.prompt.secret, "a number was sent by itself, or another one was"
            assert command.name == f"SET_{self.prompt.secret.upper().replace('-', '_')}"
            self.prompt = None
        if command.name is Say.CONTINUE:
            assert not SETS & set(self.sent), "went on with a card that may be another one"
        if command.name is Say.ACCEPT:
            assert self.consent, "accepted before it was asked"
            assert act == "accept"
        self.sent.append(command.name)

    def _told(self, output: object, act: Act) -> None:
        match output:
            case EidAsksSecret():
                self.prompt = output
            case EidAsksConsent():
                self.consent = output
            case Fetch():
                assert Say.ACCEPT in self.sent
                assert [name for name in self.sent if name in SETS][-1] is Say.SET_PIN
                assert self.prompt is None, "a success while a number was asked for"
                assert isinstance(act, Message)
                assert not act.text("result", "minor") + act.text("result", "reason"), "a success with a reason"
            case EidPinChanged():
                assert [name for name in self.sent if name in SETS][-1] is Say.SET_NEW_PIN
                assert self.prompt is None
                assert isinstance(act, Message)
                assert "reason" not in act.body, "a success with a reason"
            case EidRead():
                assert any(isinstance(event, Fetch) for event in self.told)

    def _failed(self) -> bool:
        return any(isinstance(event, EidFailed) for event in self.told)


@settings(max_examples=400, deadline=None)
@given(st.lists(acts, max_size=30))
def test_no_order_of_messages_breaks_an_authentication(happenings: list[Act]) -> None:
    watcher = Watcher(Authentication(wanted=frozenset({Attribute.FAMILY_NAME, Attribute.GIVEN_NAMES})))
    for act in happenings:
        watcher.act(act)
    ends = [event for event in watcher.told if isinstance(event, EidFailed | EidRead)]
    assert len(ends) <= 1
    assert not (watcher.workflow.ended and not ends)


@settings(max_examples=400, deadline=None)
@given(st.lists(acts, max_size=30))
def test_no_order_of_messages_breaks_a_pin_change(happenings: list[Act]) -> None:
    watcher = Watcher(PinChange())
    watcher.act(Message("CHANGE_PIN"))
    for act in happenings:
        watcher.act(act)
    ends = [event for event in watcher.told if isinstance(event, EidFailed | EidPinChanged)]
    assert len(ends) <= 1
    assert not (watcher.workflow.ended and not ends)


UP_TO_CARD: tuple[Act, ...] = (
    Message("AUTH"),
    Message("ACCESS_RIGHTS", {"chat": {"required": ["FamilyName"], "optional": [], "effective": ["FamilyName"]}}),
    Message("CERTIFICATE", {"description": {"subjectName": "Stadt"}}),
    "accept",
)


@settings(max_examples=400, deadline=None)
@given(st.lists(acts, max_size=20))
def test_no_order_of_messages_after_consent_breaks_it(happenings: list[Act]) -> None:
    watcher = Watcher(Authentication(wanted=frozenset({Attribute.FAMILY_NAME})))
    for act in (*UP_TO_CARD, *happenings):
        watcher.act(act)
    assert Say.ACCEPT in watcher.sent


CARD = {"inoperative": False, "deactivated": False, "retryCounter": 3}
CLOSE: list[Act] = [
    Message("ENTER_PIN", {"reader": reader(CARD)}),
    Message("ENTER_CAN", {"reader": reader(CARD | {"retryCounter": 1})}),
    Message("ENTER_NEW_PIN", {"reader": reader(CARD)}),
    Secret.PIN,
    Secret.PIN,
    Secret.CAN,
    Secret.NEW_PIN,
    Message("INSERT_CARD"),
    Message("PAUSE", {"cause": "BadCardPosition"}),
    Message("READER", reader(None)),
    Message("READER", reader(CARD)),
    Message("AUTH", {"result": OK, "url": "https://eid.example/r"}),
    Message("AUTH", {"result": OK | {"reason": "Card_Removed"}, "url": "https://eid.example/r"}),
    Message("CHANGE_PIN", {"success": True}),
    Message("CHANGE_PIN", {"success": True, "reason": "Card_Removed"}),
]
"""Few things, so that many orders of them come up."""


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(CLOSE), max_size=9), st.booleans())
def test_no_order_at_the_card_breaks_either(happenings: list[Act], changes: bool) -> None:
    authentication = Authentication(wanted=frozenset({Attribute.FAMILY_NAME}))
    watcher = Watcher(PinChange() if changes else authentication)
    for act in (*((Message("CHANGE_PIN"),) if changes else UP_TO_CARD), *happenings):
        watcher.act(act)
    assert len([event for event in watcher.told if isinstance(event, EidFailed | EidPinChanged)]) <= 1


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*CLOSE, *UP_TO_CARD]), max_size=9))
def test_nothing_at_the_card_happens_before_consent(happenings: list[Act]) -> None:
    watcher = Watcher(Authentication(wanted=frozenset({Attribute.FAMILY_NAME})))
    for act in happenings:
        watcher.act(act)
    asked = [event for event in watcher.told if isinstance(event, EidAsksSecret)]
    assert not asked or Say.ACCEPT in watcher.sent


ENTER_PIN, ENTER_CAN, ENTER_NEW_PIN = CLOSE[:3]
SUCCESS, SUCCESS_WITH_REASON, CHANGED, CHANGED_WITH_REASON = CLOSE[-4:]


@pytest.mark.parametrize(
    "happenings",
    [
        [SUCCESS],
        [ENTER_PIN, SUCCESS],
        [ENTER_PIN, Secret.PIN, ENTER_PIN, SUCCESS],
        [ENTER_PIN, Secret.PIN, ENTER_CAN, Secret.CAN, SUCCESS],
        [ENTER_PIN, Secret.PIN, SUCCESS_WITH_REASON],
        [ENTER_PIN, Secret.PIN, Message("AUTH", {"result": OK})],
        [ENTER_PIN, Secret.PIN, "cancel", SUCCESS],
    ],
)
def test_an_authentication_is_not_believed(happenings: list[Act]) -> None:
    watcher = Watcher(Authentication(wanted=frozenset({Attribute.FAMILY_NAME})))
    for act in (*UP_TO_CARD, *happenings):
        watcher.act(act)
    assert watcher.workflow.ended
    assert not any(isinstance(event, Fetch) for event in watcher.told)


@pytest.mark.parametrize(
    "happenings",
    [
        [CHANGED],
        [ENTER_PIN, CHANGED],
        [ENTER_PIN, Secret.PIN, CHANGED],
        [ENTER_PIN, Secret.PIN, ENTER_NEW_PIN, CHANGED],
        [ENTER_PIN, Secret.PIN, ENTER_NEW_PIN, Secret.NEW_PIN, CHANGED_WITH_REASON],
        [ENTER_PIN, Secret.PIN, ENTER_NEW_PIN, Secret.NEW_PIN, ENTER_NEW_PIN, CHANGED],
        [ENTER_PIN, Secret.PIN, ENTER_NEW_PIN, Secret.NEW_PIN, "cancel", CHANGED],
    ],
)
def test_a_pin_change_is_not_believed(happenings: list[Act]) -> None:
    watcher = Watcher(PinChange())
    for act in (Message("CHANGE_PIN"), *happenings):
        watcher.act(act)
    assert watcher.workflow.ended
    assert not any(isinstance(event, EidPinChanged) for event in watcher.told)


def test_no_pin_is_tried_on_a_card_that_may_have_its_new_one() -> None:
    watcher = Watcher(PinChange())
    for act in (Message("CHANGE_PIN"), ENTER_PIN, Secret.PIN, ENTER_NEW_PIN, Secret.NEW_PIN, ENTER_PIN, Secret.PIN):
        watcher.act(act)
    assert watcher.sent.count(Say.SET_PIN) == 1
    assert watcher.sent[-1] is Say.CANCEL
    assert isinstance(watcher.told[-1], EidFailed)


def test_no_number_goes_to_an_empty_reader() -> None:
    watcher = Watcher(Authentication(wanted=frozenset({Attribute.FAMILY_NAME})))
    for act in (*UP_TO_CARD, ENTER_PIN, Message("READER", reader(None)), Secret.PIN):
        watcher.act(act)
    assert not SETS & set(watcher.sent)


def test_the_usual_order_does_succeed() -> None:
    """The rules above would hold for a client that never succeeds, too."""
    watcher = Watcher(Authentication(wanted=frozenset({Attribute.FAMILY_NAME})))
    card = {"inoperative": False, "deactivated": False, "retryCounter": 3}
    prompt = Message("ENTER_PIN", {"reader": reader(card)})
    success = Message("AUTH", {"result": OK, "url": "https://eid.example/r"})
    for act in (*UP_TO_CARD, prompt, Secret.PIN, success, "fetched"):
        watcher.act(act)
    assert isinstance(watcher.told[-1], EidRead)


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_no_text_breaks_the_parser(text: bytes | str) -> None:
    message = parse(text)
    assert message is None or isinstance(message.name, str)


@given(st.text(max_size=8), json_values)
def test_no_message_breaks_the_readers(name: str, body: object) -> None:
    for kind in ("READER", "READER_LIST", name):
        whole = {"readers": body, "reader": body, "name": "R", "card": body, "attached": body}
        after = Readers().after(Message(kind, whole))
        assert after.fault is None or not after.attached


def test_deep_nesting_is_no_message() -> None:
    assert parse("[" * 100_000) is None
    assert parse('{"msg": ' + "[" * 100_000) is None


def test_a_command_never_shows_its_secret() -> None:
    command = Command(Say.SET_PIN, {"value": Private("271828")})
    assert "271828" not in repr(command)
    assert json.loads(command.encode()) == {"cmd": "SET_PIN", "value": "271828"}


@pytest.mark.parametrize(
    ("minor", "reason", "code"),
    [
        ("sal#cancellationByUser", "", "eid.cancelled"),
        ("ifdl#cancellationByUser", "", "eid.card-lost"),
        ("al/common#internalError", "Card_Removed", "eid.card-lost"),
        ("sal#cancellationByUser", "Did_Authenticate_Eac2_Card_Command_Failed", "eid.card-lost"),
        ("al/common#noPermission", "Did_Authenticate_Eac2_Card_Command_Failed", "eid.refused"),
        ("al/common#unknownError", "Transmit_Card_Command_Failed", "eid.card-lost"),
        ("al/common#unknownError", "Connect_Card_Connection_Failed", "eid.card-lost"),
        ("al/common#unknownError", "Connect_Card_Eid_Inactive", "eid.card-deactivated"),
        ("al/common#unknownError", "Start_Paos_Response_Error", "eid.server"),
        ("al/common#communicationError", "", "eid.server"),
        ("dp#timeout", "", "eid.timeout"),
        ("dp#trustedChannelEstablishmentFailed", "", "eid.server"),
        ("sal/meac#DocumentValidityVerificationFailed", "", "eid.refused"),
        ("al/common#noPermission", "", "eid.refused"),
        ("", "", "eid.server"),
        ("nobody knows <b>what</b>", "", "eid.server"),
    ],
)
def test_results_are_told_apart(minor: str, reason: str, code: str) -> None:
    from devices.eid.results import fault_of

    prefix = "http://www.bsi.bund.de/ecard/api/1.1/resultminor/"
    fault = fault_of(Message("AUTH", {"result": {"major": "#error", "minor": prefix + minor, "reason": reason}}))
    assert fault.code == code
    assert "<" not in fault.detail
