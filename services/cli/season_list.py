"""Read a list of seasons: ``2022``, ``2022:2025``, ``2019,2021:2023``."""

from __future__ import annotations

import re

from predictor.errors import UsageError

__all__ = ["parse_seasons"]

_PART = re.compile(r"(\d{4})(?::(\d{4}))?")


def parse_seasons(text: str, option: str = "--seasons") -> tuple[int, ...]:
    """Give the seasons a text names, each once and in order.

    Raises
    ------
    UsageError
        If a part is neither a year nor first:last, or the last year is before the first.
    """
    found: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part.strip())
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if first > last:
            raise UsageError(
                "seasons cannot be read",
                where=option,
                got=repr(part.strip() or text),
                expected="years such as 2022, 2014:2025 or 2019,2021:2023",
                do="name the years with a comma between them, or first:last",
            )
        found.update(range(first, last + 1))
    return tuple(sorted(found))
