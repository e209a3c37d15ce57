"""Chaos: `python -m tests.chaos --visits 500 --seed 1`.

Visits to one terminal, each with a trouble at a random point. Prints a table; exit 1 if anything is not as it must be.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys


def main() -> int:
    """Run, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="Visits with troubles, by a seed.")
    parser.add_argument("--visits", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=1, metavar="N", help="begin with this visit of the seed")
    parser.add_argument("--only", default="", metavar="WORD", help="only troubles with this word in their name")
    parser.add_argument("--talkative", action="store_true", help="a line for each visit, on standard error")
    options = parser.parse_args()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["LOTSE_SIMULATORS"] = "1"
    logging.basicConfig(level=logging.INFO, handlers=[logging.NullHandler()])
    from composition.process import on_one_loop
    from tests.chaos.report import report
    from tests.chaos.run import Wanted, chaos

    async def work() -> int:
        visiting = asyncio.current_task()
        assert visiting
        for number in (signal.SIGTERM, signal.SIGINT):  # what was started here is ended too
            asyncio.get_running_loop().add_signal_handler(number, visiting.cancel)
        try:
            result = await chaos(Wanted(**vars(options)))
        except asyncio.CancelledError:
            return 2
        lines, well = report(result)
        sys.stdout.write("\n".join(lines) + "\n")
        return 0 if well else 1

    return on_one_loop(work)


if __name__ == "__main__":
    sys.exit(main())
