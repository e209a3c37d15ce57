"""Plugs a pointing device in, touches the screen once and pulls it: on the machine, `python3 touchscreen.py X Y`.

By cage's own protocol for that (wlr-virtual-pointer-unstable-v1.xml 2; numbers are the files' opcodes).
"""

import os
import socket
import struct
import sys
import time
from collections.abc import Iterator

REGISTRY, DONE, MANAGER, POINTER = 2, 3, 4, 5
LEFT = 0x110  # BTN_LEFT, linux/input-event-codes.h
WIDTH, HEIGHT = 1080, 1920

connection = socket.socket(socket.AF_UNIX)
connection.connect(os.environ["WAYLAND_DISPLAY"])


def ask(thing: int, request: int, form: str = "", *values: object) -> None:
    arguments = struct.pack(f"={form}", *values)
    connection.sendall(struct.pack("=IHH", thing, request, 8 + len(arguments)) + arguments)


def globals_() -> Iterator[tuple[int, str]]:
    """Yield the number and the name of each thing that the display has."""
    ask(1, 1, "I", REGISTRY)
    ask(1, 0, "I", DONE)
    data = b""
    while True:
        data += connection.recv(65536)
        while len(data) >= 8 and len(data) >= (size := struct.unpack_from("=IHH", data)[2]):
            thing, event, _ = struct.unpack_from("=IHH", data)
            if thing == DONE:
                return
            if (thing, event) == (REGISTRY, 0):
                number, length = struct.unpack_from("=II", data, 8)
                yield number, data[16 : 16 + length - 1].decode()
            data = data[size:]


numbers = {name: number for number, name in globals_()}
name = b"zwlr_virtual_pointer_manager_v1\0"
if name[:-1].decode() not in numbers:
    sys.exit("unknown to this display")
ask(REGISTRY, 0, f"II{len(name)}sII", numbers[name[:-1].decode()], len(name), name, 1, MANAGER)
ask(MANAGER, 0, "II", 0, POINTER)  # a pointer, of any seat
x, y = map(int, sys.argv[1:])
steps: tuple[tuple[int, str, tuple[int, ...]], ...] = (
    (1, "IIIII", (0, x, y, WIDTH, HEIGHT)),  # motion_absolute
    (4, "", ()),  # frame
    (2, "III", (50, LEFT, 1)),  # button
    (4, "", ()),
    (2, "III", (150, LEFT, 0)),
    (4, "", ()),
)
for request, form, values in steps:
    ask(POINTER, request, form, *values)
    time.sleep(0.05)
ask(POINTER, 8)  # destroy
connection.close()
sys.stdout.write("touched\n")
