"""The door: `lotse`, as a console command and as `python -m main`. What it opens on is in composition/."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def run() -> None:
    """The console command `lotse`."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    from composition.command_line import parsed

    options = parsed(arguments)
    return int(options.command(options))


if __name__ == "__main__":
    run()
