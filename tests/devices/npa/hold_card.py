"""Another program that holds the card: connects, begins a transaction, says so, and waits to be ended."""

from __future__ import annotations

import ctypes
import sys

SCOPE_SYSTEM = 2
SHARED = 2
ANY_PROTOCOL = 3


def main(reader: str) -> None:
    pcsc = ctypes.CDLL("libpcsclite.so.1")
    context, card, protocol = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.c_ulong()
    assert pcsc.SCardEstablishContext(SCOPE_SYSTEM, None, None, ctypes.byref(context)) == 0
    arguments = (SHARED, ANY_PROTOCOL, ctypes.byref(card), ctypes.byref(protocol))
    assert pcsc.SCardConnect(context, reader.encode(), *arguments) == 0
    assert pcsc.SCardBeginTransaction(card) == 0
    sys.stdout.write("held\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
