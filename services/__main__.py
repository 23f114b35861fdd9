"""``python -m services <command>``."""

from __future__ import annotations

from services.cli import commands
from services.process import run

if __name__ == "__main__":
    run(commands)
