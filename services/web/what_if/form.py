"""The page's form as the question that it asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from services.web.api.problem_kinds import BAD_QUESTION, problem
from services.web.problems import Problem

__all__ = ["ROWS", "read_fields", "read_form"]

ROWS = 3  # drivers and teams that the form has room for
_MOST_FIELDS = 40
_KINDS = {"driver": "driver_weights", "team": "team_weights"}


def read_fields(body: bytes) -> dict[str, str]:
    """Return the fields that a form sends.

    Raises
    ------
    Problem
        422 for more of them than any form here has.
    """
    try:
        return dict(parse_qsl(body.decode(errors="replace"), max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise _wrong("that is not the form of this server", do="fill in the form") from error


def read_form(sent: Mapping[str, str]) -> dict[str, Any]:
    """Return what a form asks, in the names of `services.web.what_if.question.FIELDS`.

    Raises
    ------
    Problem
        422 for what is no number, or names nobody.
    """
    found: dict[str, Any] = {}
    for row in range(1, ROWS + 1):
        who, by = sent.get(f"who{row}", ""), sent.get(f"by{row}", "").strip()
        if not who:
            continue
        kind, _, name = who.partition(":")
        if kind not in _KINDS or not name:
            raise _wrong("a row names neither a driver nor a team", do="choose one of the list")
        weights = found.setdefault(_KINDS[kind], {})
        if name in weights:
            raise _wrong(f"{name} stands in two rows", do="leave one of them out")
        weights[name] = 1.0 + _number(by, f"how much stronger {name} is") / 100.0
    if sent.get("season"):
        found["season"] = _whole(sent["season"], "the season")
    if sent.get("event"):
        found["event_id"] = sent["event"]
    if sent.get("sims", "").strip():
        found["n_simulations"] = _whole(sent["sims"].strip(), "the number of simulations")
    found["titles"] = sent.get("titles") == "yes"
    return found


def _number(text: str, what: str) -> float:
    plain = text.replace(",", ".").replace("\N{MINUS SIGN}", "-").removesuffix("%").strip()
    try:
        value = float(plain)
    except ValueError:
        value = float("nan")
    if value != value or abs(value) == float("inf"):  # noqa: PLR0124 - no number
        raise _wrong(f"{what} is no number", do="give per cent, as 10 or -5")
    return round(value, 6)


def _whole(text: str, what: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise _wrong(f"{what} is no whole number", do="leave it as the form has it")
    return int(text)


def _wrong(detail: str, *, do: str) -> Problem:
    return problem(BAD_QUESTION, detail, do=do)
