"""Where the program itself lies: its packages, constants and the seasons that come with it."""

from __future__ import annotations

from pathlib import Path

__all__ = ["ROOT"]

ROOT = Path(__file__).resolve().parents[2]
