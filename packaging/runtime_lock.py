"""Prints the part of the lock that a terminal needs: what pyproject's dependencies need, and nothing for tests.

    python3 packaging/runtime_lock.py pyproject.toml requirements.lock

The lock says of each package who needs it ("# via"), so no package has to be asked.
"""

import re
import sys
import tomllib
from pathlib import Path


def plain(name: str) -> str:
    """Return a package's normalized name (PEP 503), without extras and versions."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=!~;]", name.strip(), maxsplit=1)[0]).lower()


def needed(wanted: set[str], blocks: dict[str, str]) -> set[str]:
    """Return `wanted` and what it needs, directly or not."""
    while True:
        more = {name for name, block in blocks.items() if wanted & needers(block)} | wanted
        if more == wanted:
            return wanted
        wanted = more


def needers(block: str) -> set[str]:
    """Return who needs the package of a block."""
    comments = re.findall(r"^ +# +(?:via +)?([A-Za-z0-9._\[\]-]+)$", block, re.M)
    return {plain(comment) for comment in comments if comment != "via"}


def main(project: Path, lock: Path) -> None:
    """Print the blocks that are needed."""
    blocks = {plain(block): block for block in re.split(r"\n(?=[A-Za-z0-9])", lock.read_text()) if block[0] != "#"}
    direct = {plain(name) for name in tomllib.loads(project.read_text())["project"]["dependencies"]}
    if missing := direct - set(blocks):
        sys.exit(f"not in the lock: {', '.join(sorted(missing))}")
    sys.stdout.write("\n".join(blocks[name] for name in sorted(needed(direct, blocks))) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
