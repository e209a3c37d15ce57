"""Receipt printers: ESC/POS over TCP.

`tcp` is the driver, `job` builds the bytes, `raster` draws what the printer's font cannot,
`transport` carries them with deadlines, `status` reads the answers. `simulator` (with
`virtual_paper`) is a printer for demo and tests that shares nothing with them.
"""

from devices.printers.tcp import TcpReceiptPrinter

__all__ = ["TcpReceiptPrinter"]
