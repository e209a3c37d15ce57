"""Scanners of QR codes and bar codes: at a serial port, or as a keyboard that is grabbed so that it cannot type.

    frames      bytes → codes, bounded
    serial      `SerialScanner`
    evdev       `GrabbedScanner`: a keyboard wedge, taken away from everybody else
    simulator   a scanner on a pseudo-terminal, or as a keyboard of the kernel (uinput)

A wedge that cannot be grabbed is the window's business: `ui.wedge`.
"""
