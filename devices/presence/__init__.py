"""Sensors that tell whether somebody stands before the terminal.

signals     bytes → present or absent
sensor      `serial_presence`, `hid_presence`
simulator   a sensor on a pseudo-terminal
"""
