"""What a card says about a made-up person: data groups (TR-03110-4, 2.2)."""

from __future__ import annotations

from collections.abc import Mapping

from devices.eid.npa.ber import NUMERIC, OCTET_STRING, PRINTABLE, SEQUENCE, UTF8, tlv
from devices.eid.simulated_card import Holder

NO_PLACE = 0xA2
FREE_PLACE = 0xA1
IA5 = 0x16


def data_groups(holder: Holder) -> Mapping[int, bytes]:
    """Return the data groups by number; those that such cards leave out are missing."""
    contents = {
        1: _printable("ID"),
        2: _printable("D"),
        3: tlv(NUMERIC, b"20351031"),
        4: _text(holder.given_names),
        5: _text(holder.family_name),
        6: _text(""),
        7: _text(holder.doctoral_degree),
        8: tlv(NUMERIC, holder.born.encode("ascii")),
        9: tlv(FREE_PLACE, _text(holder.birth_place)),
        10: _printable(holder.nationality),
        13: _text(holder.birth_name),
        15: tlv(NUMERIC, b"20251101"),
        17: _residence(holder),
        18: tlv(OCTET_STRING, bytes.fromhex("02760503150000")),
        19: _text(""),
        20: _text(""),
        21: _printable(""),
        22: tlv(IA5, b""),
    }
    return {number: tlv(0x60 + number, content) for number, content in contents.items()}


def _text(value: str) -> bytes:
    return tlv(UTF8, value.encode())


def _printable(value: str) -> bytes:
    return tlv(PRINTABLE, value.encode("ascii"))


def _residence(holder: Holder) -> bytes:
    if not holder.city:
        return tlv(NO_PLACE, _text("keine Wohnung in Deutschland"))
    parts = ((0xAA, _text(holder.street)), (0xAB, _text(holder.city)), (0xAD, _printable(holder.country)))
    return tlv(SEQUENCE, *(tlv(tag, part) for tag, part in parts), tlv(0xAE, _printable(holder.postcode)))
