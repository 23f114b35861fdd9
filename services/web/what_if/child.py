"""The process that answers one question, and ends: ``python -m services.web.what_if.child``."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from services.daemon.child_start import begin
from services.daemon.messages import Failed
from services.disk.regular_file import read_regular
from services.forecasting.what_if import ForecastMovedOn, answer_what_if
from services.settings.limits import Limits
from services.web.what_if.question import Question

__all__ = ["Answered", "Asked", "answer", "main"]


class Asked(msgspec.Struct, frozen=True):
    """What the server sends on standard input, as JSON."""

    folder: str  # the output folder
    question: Question
    limits: Limits


class Answered(msgspec.Struct, frozen=True, tag="answered"):
    """What comes back, as JSON; else a `Failed`."""

    answer: msgspec.Raw


def answer(asked: Asked) -> Answered:
    """Answer a question.

    Raises
    ------
    F1Error
        As `services.forecasting.what_if.answer_what_if`.
    """
    from predictor.report.what_if import Opinion  # noqa: PLC0415 - with NumPy

    one = asked.question
    opinion = Opinion(
        one.event_id, dict(one.driver_weights), dict(one.team_weights), titles=one.titles
    )
    payload = answer_what_if(
        _document(Path(asked.folder), one.forecast),
        opinion,
        asked.limits,
        n_simulations=one.n_simulations,
    )
    return Answered(msgspec.Raw(payload))


def main(argv: Sequence[str] | None = None) -> int:
    """Answer the question of standard input on standard output."""
    out = begin(argv)
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Asked)
    try:
        found: Answered | Failed = answer(asked)
    except Exception as error:  # noqa: BLE001 - told to the server, which tells the reader
        found = Failed.of(0, error)
    out.write(msgspec.json.encode(found))
    out.flush()
    return 0


def _document(folder: Path, forecast: str) -> Path:
    """Find the document that a question is about, by its content."""
    for path in sorted(folder.glob("*.json")):
        try:
            payload = read_regular(path)
        except OSError:  # it went away, or is no file
            continue
        if hashlib.sha256(payload).hexdigest() == forecast:
            return path
    raise ForecastMovedOn(
        "a newer forecast has been published meanwhile",
        do="ask again: the question is then about that one",
    )


if __name__ == "__main__":
    sys.exit(main())
