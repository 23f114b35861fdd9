"""``python -m services <command>``."""

from __future__ import annotations

from services.cli.main import commands
from services.cli.process import run

if __name__ == "__main__":
    run(commands)
