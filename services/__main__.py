"""``python -m services <command>``."""

from __future__ import annotations

import sys

from services.cli import commands, main

if __name__ == "__main__":
    sys.exit(main(commands))
