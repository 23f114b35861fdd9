"""``python -m services <command>``, and ``f1-forecast <command>`` where it is installed."""

from __future__ import annotations

from typing import NoReturn

from services.cli.main import commands
from services.cli.process import run


def main() -> NoReturn:
    """Run the command line, and end the process."""
    run(commands)


if __name__ == "__main__":
    main()
