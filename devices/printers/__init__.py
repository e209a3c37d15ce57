"""Receipt printers: ESC/POS over TCP, at USB and at a serial port.

`escpos` is the driver, `job` builds the bytes, `raster` draws what the printer's font cannot,
`transport` holds a conversation with deadlines, `answers` and `status` read what the printer says.
`tcp`, `usb` and `serial_port` open the line. `simulator` (with `virtual_paper`, and `virtual_node` for
device files) is a printer for demo and tests that shares nothing with them.
"""

from devices.printers.tcp import TcpReceiptPrinter

__all__ = ["TcpReceiptPrinter"]
