"""What `lotse doctor` understands. Apart from the rest, since every command of `lotse` reads it."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options, and what they start."""
    parser.add_argument("--settings", type=Path, required=True, help="the terminal's settings file")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report there, for people")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there, for programs")
    parser.add_argument("--yes", action="store_true", help="ask nobody: cards, codes and keys are not tried")
    parser.add_argument("--only", default="", metavar="CHECK,…", help="only these: printer,eid,clock,…")
    parser.add_argument("--language", choices=("de", "en"), default="de", help="of the lines on the console")
    parser.set_defaults(command=_run)


def _run(options: argparse.Namespace) -> int:
    from doctor.command import run

    return run(options)
