"""The last lines of the log, for who asks from afar."""

from __future__ import annotations

import logging
from collections import deque

MOST_LINES, LONGEST_LINE = 500, 300


class LogTail(logging.Handler):
    """Keeps the last lines that this process has logged. No visitor data is ever in them."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        self._lines: deque[str] = deque(maxlen=MOST_LINES)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line; of an exception its kind alone."""
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        line = " ".join(f"{self.format(_bare(record))} {kind}".split())[:LONGEST_LINE]
        self._lines.append("".join(sign if sign.isprintable() else "?" for sign in line))  # it comes to a console

    def last(self, lines: int) -> bytes:
        """Return the last lines."""
        return "".join(f"{line}\n" for line in list(self._lines)[-lines:]).encode()


def _bare(record: logging.LogRecord) -> logging.LogRecord:
    """Return the record without its traceback."""
    bare = logging.makeLogRecord(record.__dict__)
    bare.exc_info = bare.exc_text = bare.stack_info = None
    return bare
