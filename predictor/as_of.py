"""How much of a season is known: all that had happened by a day, or by the end of a round."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from predictor.errors import UsageError

__all__ = ["AsOf", "parse_as_of"]

_LONGEST_ROUND = 2  # digits


@dataclass(frozen=True, slots=True)
class AsOf:
    """The point up to which sessions are known; one of the two is given.

    Attributes
    ----------
    round : int or None
        The last round of which sessions are known; 0: the season has not begun.
    day : str or None
        The last day of which sessions are known, YYYY-MM-DD.
    """

    round: int | None = None
    day: str | None = None

    @property
    def text(self) -> str:
        """The point as a user gives it: ``12``, ``2025-07-05``."""
        return self.day if self.day is not None else str(self.round)

    @property
    def words(self) -> str:
        """The point in a sentence and in the name of a file: ``round 12``, ``2025-07-05``."""
        return self.day if self.day is not None else f"round {self.round}"

    @property
    def plain(self) -> dict[str, int | str]:
        """The point as a document has it."""
        return {"date": self.day} if self.day is not None else {"round": self.round or 0}

    def may_know(self, season: int) -> bool:
        """Whether anything of a season can have happened by then."""
        return self.day is None or season <= int(self.day[:4])


def parse_as_of(text: str, where: str) -> AsOf:
    """Return the point that a user names: an ISO date, or the number of a round.

    Raises
    ------
    UsageError
        If it is neither.
    """
    word = text.strip()
    if word.isascii() and word.isdigit() and len(word) <= _LONGEST_ROUND:
        return AsOf(round=int(word))
    with suppress(ValueError):
        if date.fromisoformat(word).isoformat() == word:  # not 20250705, nor 2025-W27-6
            return AsOf(day=word)
    raise UsageError(
        "no such day and no such round",
        where=where,
        got=repr(text),
        expected="a date as 2025-07-05, or the number of a round as 12",
        do="name the last day, or the last round, that is to be known",
    )
