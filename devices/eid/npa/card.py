"""The card: takes a command, gives a response, and remembers what was asked of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from devices.eid.npa import curve, files, refuse_outside_demo
from devices.eid.npa.apdu import Command, Response, Status, Step, parse
from devices.eid.npa.ber import MalformedError, fields
from devices.eid.npa.eac import TEMPLATE, Eac, readable
from devices.eid.npa.holder import data_groups
from devices.eid.npa.messaging import REFUSED, Channel, RejectedError
from devices.eid.npa.numbers import Numbers, Password
from devices.eid.npa.pace import PROTOCOL, Pace
from devices.eid.simulated_card import ERIKA, Holder

ATR = bytes.fromhex("3B8A80018031F873F741E082900075")
"""A contactless card's (PC/SC part 3, 3.1.3.2.3.1)."""

AUTHORITY = b"DELOTSECVCA00001"
"""The name of the card's trust point."""

_STEPS: Mapping[tuple[int, int | None], Step] = {
    (0xA4, None): Step.SELECT,
    (0xB0, None): Step.READ,
    (0x22, 0xC1A4): Step.PACE_SET,
    (0x22, 0x81B6): Step.TA_DST,
    (0x2A, 0x00BE): Step.TA_CERTIFICATE,
    (0x22, 0x81A4): Step.TA_SET,
    (0x84, None): Step.TA_CHALLENGE,
    (0x82, None): Step.TA_SIGNATURE,
    (0x22, 0x41A4): Step.CA_SET,
    (0x2C, 0x0203): Step.CHANGE_PIN,
    (0x2C, 0x0303): Step.UNBLOCK,
}


@dataclass(slots=True)
class _Session:
    """What the card knows until it loses power."""

    channel: Channel | None = None
    coming: Channel | None = None
    """The channel from the next command on."""
    pace: Pace | None = None
    proven: Password | None = None
    """The number that opened the channel."""
    eac: Eac | None = None
    granted: frozenset[int] = frozenset()
    """The data groups that may be read once the chip is proven."""
    rights: frozenset[int] = frozenset()
    file: bytes | None = None
    application: bool = False


@dataclass(slots=True, eq=False)
class IdCard:
    """One card. `answer` is its whole behaviour; everything else is for looking at it afterwards.

    Raises `RuntimeError` outside demo and tests.
    """

    numbers: Numbers = field(default_factory=Numbers)
    holder: Holder = ERIKA
    eid: bool = True
    """A card without is some other chip card."""
    steps: list[Step] = field(default_factory=list)
    """What was asked, in order: kinds of messages, never their content."""
    read: set[int] = field(default_factory=set)
    """The data groups that were read."""
    _chip: int = field(default_factory=curve.random_scalar, repr=False)
    _session: _Session = field(default_factory=_Session, repr=False)
    _elementary: Mapping[int, bytes] = field(init=False, repr=False)
    _groups: Mapping[int, bytes] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        refuse_outside_demo()
        self._elementary = {
            files.DIRECTORY: files.directory(),
            files.CARD_ACCESS: files.card_access(),
            files.CARD_SECURITY: files.card_security(self._chip * curve.GENERATOR),
        }
        self._groups = data_groups(self.holder)

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        return ATR

    def power(self) -> None:
        """Lose power, or be reset: all that was proven is forgotten."""
        self._session = _Session()
        self.numbers.resumed = False

    def step_of(self, data: bytes) -> Step:
        """Return what a command is about. General Authenticate belongs to what runs."""
        command = parse(data)
        if command is None or command.cla == 0xFF:
            return Step.FOREIGN
        if command.ins == 0x86:
            stages = (Step.PACE_NONCE, Step.PACE_MAP, Step.PACE_AGREE, Step.PACE_TOKEN)
            return stages[self._session.pace.done] if self._session.pace else Step.CA_AGREE
        return _STEPS.get((command.ins, command.parameters)) or _STEPS.get((command.ins, None)) or Step.OTHER

    def answer(self, data: bytes) -> bytes:
        """Return the response to a command. Never raises on what comes in."""
        command = parse(data)
        step = self.step_of(data)
        self.steps.append(step)
        if command is None:
            return Response(Status.WRONG_LENGTH).encode()
        if command.cla == 0xFF or not self.eid:
            return Response(Status.UNKNOWN_CLA).encode()
        channel = self._session.channel
        if not command.protected or channel is None:
            self._forget_channel()
            return (REFUSED if command.protected else self._performed(step, command)).encode()
        try:
            command = channel.unwrap(command)
        except RejectedError:
            self._forget_channel()
            return REFUSED.encode()
        response = channel.wrap(self._performed(step, command))
        self._session.channel = self._session.coming or channel
        self._session.coming = None
        return response.encode()

    def _forget_channel(self) -> None:
        """An unprotected command ends the channel (TR-03110-3, F.3), but not a PACE that has begun without one."""
        if self._session.channel:
            self._session = _Session(file=self._session.file)

    def _performed(self, step: Step, command: Command) -> Response:
        try:
            response = self._handlers().get(step, _unknown)(command)
        except (MalformedError, curve.NotOnCurveError):
            response = Response(Status.WRONG_DATA)
        if self._session.channel is None and self._session.coming:
            self._session.channel, self._session.coming = self._session.coming, None
        return response

    def _handlers(self) -> Mapping[Step, Callable[[Command], Response]]:
        eac = self._session.eac or Eac(self._chip)
        return {
            Step.SELECT: self._select,
            Step.READ: self._read,
            Step.PACE_SET: self._pace_begins,
            Step.PACE_NONCE: lambda _: self._pace_nonce(),
            Step.PACE_MAP: lambda command: Response(data=self._pace.mapped(command.data)),
            Step.PACE_AGREE: lambda command: Response(data=self._pace.agreed(command.data)),
            Step.PACE_TOKEN: self._pace_ends,
            Step.CHANGE_PIN: self._change_pin,
            Step.UNBLOCK: lambda _: self._unblock(),
            Step.TA_DST: lambda _: self._with_rights(Response()),
            Step.TA_CERTIFICATE: eac.certificate,
            Step.TA_SET: eac.announce,
            Step.TA_CHALLENGE: lambda _: eac.asked(),
            Step.TA_SIGNATURE: eac.signed,
            Step.CA_SET: eac.chosen,
            Step.CA_AGREE: self._chip_proven,
        }

    # Files

    def _select(self, command: Command) -> Response:
        if command.p1 == 0x04:
            self._session.application = command.data == files.EID_APPLICATION
            return Response() if self._session.application else Response(Status.NOT_FOUND)
        name = int.from_bytes(command.data, "big")
        if not command.data or name == 0x3F00:
            self._session.file, self._session.application = None, False
            return Response()
        self._session.file = self._file(name)
        return Response() if self._session.file is not None else Response(Status.NOT_FOUND)

    def _file(self, name: int) -> bytes | None:
        """Return a file by its name; data groups are in the application, the rest above it."""
        if self._session.application and 0x0101 <= name <= 0x0116:
            return self._group(name & 0xFF)
        if name == files.CARD_SECURITY and self._session.proven is None:
            return None
        return self._elementary.get(name)

    def _group(self, number: int) -> bytes | None:
        if number not in self._session.rights:
            return None
        self.read.add(number)
        return self._groups.get(number)

    def _read(self, command: Command) -> Response:
        offset = command.parameters & 0x7FFF
        if command.p1 & 0x80:
            name = command.p1 & 0x1F
            self._session.file = self._file(files.SHORT_NAMES.get(name, 0x0100 | name))
            if self._session.file is None:
                denied = self._session.application and name not in self._session.rights
                return Response(Status.NOT_ALLOWED if denied else Status.NOT_FOUND)
            offset = command.p2
        content = self._session.file
        if content is None:
            return Response(Status.NOT_ALLOWED)
        if offset > len(content):
            return Response(Status.BEYOND_END)
        piece = content[offset : offset + command.expected]
        return Response(Status.OK if len(piece) == command.expected else Status.END_OF_FILE, piece)

    # PACE

    @property
    def _pace(self) -> Pace:
        if self._session.pace is None:
            raise MalformedError("no PACE runs")
        return self._session.pace

    def _pace_begins(self, command: Command) -> Response:
        objects = fields(command.data)
        reference = objects.get(0x83, b"")
        if objects.get(0x80) != PROTOCOL or reference not in (b"\x02", b"\x03", b"\x04"):
            return Response(Status.UNKNOWN_KEY)
        password = Password(reference[0])
        self._session.pace = Pace(password, self.numbers.value(password), objects.get(TEMPLATE))
        return Response(self.numbers.state(password))

    def _pace_nonce(self) -> Response:
        if not self.numbers.usable(self._pace.password):
            self._session.pace = None
            return Response(Status.NOT_SATISFIED)
        return Response(data=self._pace.nonce())

    def _pace_ends(self, command: Command) -> Response:
        pace, self._session.pace = self._pace, None
        if not pace.proves(command.data):
            return Response(self.numbers.wrong(pace.password))
        self.numbers.right(pace.password)
        self._session.coming = pace.channel
        self._session.proven = pace.password
        self._session.eac = Eac(self._chip) if pace.rights else None
        self._session.granted = readable(pace.rights)
        return Response(data=pace.token((AUTHORITY,) if pace.rights else ()))

    # PIN

    def _change_pin(self, command: Command) -> Response:
        if self._session.proven is not Password.PIN:
            return Response(Status.NOT_ALLOWED)
        return Response(self.numbers.change(command.data.decode("latin-1")))

    def _unblock(self) -> Response:
        if self._session.proven is not Password.PUK:
            return Response(Status.NOT_ALLOWED)
        return Response(self.numbers.unblock())

    # Rights

    def _with_rights(self, response: Response) -> Response:
        return response if self._session.eac else Response(Status.NOT_ALLOWED)

    def _chip_proven(self, command: Command) -> Response:
        if self._session.eac is None:
            return Response(Status.NOT_ALLOWED)
        response, channel = self._session.eac.agreed(command)
        if channel:
            self._session.coming = channel
            self._session.rights = self._session.granted
        return response


def _unknown(_: Command) -> Response:
    return Response(Status.UNKNOWN_INS)
