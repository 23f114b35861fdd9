"""Read a weights option: JSON text, a JSON file, or ``VER=1.2,NOR=1.3``."""

from __future__ import annotations

import json
import math
import os
import re
from pathlib import Path
from typing import Any

from predictor.errors import UsageError
from predictor.forecast.weight_limits import check_weight
from services.disk.regular_file import read_regular

__all__ = ["parse_weights"]

_MAX_BYTES = 2**20  # of a file of weights
# A string, or a comment to the end of the line: people paste annotated examples.
_STRING_OR_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*")|//[^\n]*')
_SHOWN = 200  # characters of what was given
_EXAMPLE = "a number for every name: '{\"VER\": 1.2}', VER=1.2,NOR=1.3, or a JSON file"


def parse_weights(text: str, option: str) -> dict[str, float]:
    """Give name -> weight; whose names they are is settled by the forecast.

    Parameters
    ----------
    text : str
        JSON object, path of a JSON file (``@`` before it is allowed), or ``name=weight``
        pairs between commas. JSON may carry ``//`` comments.
    option : str
        For messages: "--driver-weights".

    Raises
    ------
    UsageError
        If it is none of these, a name comes twice, or a weight is no number or out of range.
    """
    text = text.strip()
    if not text:
        return {}
    if text.startswith("{"):
        return _checked(_read_json(text, option), option)
    if text.startswith("@") or text.lower().endswith(".json") or os.path.isfile(text):  # noqa: PTH113 - a long list is no error to it
        path = Path(text.removeprefix("@"))
        try:
            content = read_regular(path, _MAX_BYTES).decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise _unusable(option, f"file {path}: {error}") from error
        return _checked(_read_json(content, f"{option} {path}"), f"{option} {path}")
    return _checked([_pair(part, option) for part in text.split(",") if part.strip()], option)


def _read_json(text: str, where: str) -> list[tuple[str, Any]]:
    plain = _STRING_OR_COMMENT.sub(lambda match: match[1] or "", text)
    try:
        # Every number as a float: an int may have more digits than anything takes.
        pairs = json.loads(plain, object_pairs_hook=_Pairs, parse_int=float)
    except json.JSONDecodeError as error:
        raise _unusable(
            where, f"{error.msg} at line {error.lineno}, column {error.colno}"
        ) from error
    except RecursionError as error:
        raise _unusable(where, "JSON of very many levels") from error
    if not isinstance(pairs, _Pairs):
        raise _unusable(where, f"JSON {type(pairs).__name__}")
    return pairs


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with its names as often as they were written."""


def _pair(part: str, option: str) -> tuple[str, Any]:
    name, equals, number = part.partition("=")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not equals or not name.strip() or math.isnan(value):
        raise _unusable(option, repr(part.strip()))
    return name.strip(), value


def _checked(pairs: list[tuple[str, Any]], where: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for name, value in pairs:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not number or not math.isfinite(value):
            raise UsageError(
                "weight is no number",
                where=f"{where}, {name!r}",
                got=_cut(repr(value)),
                expected="a number; 1 changes nothing",
                do=f"give {_EXAMPLE}",
            )
        check_weight(name, value, f"{where}, {name!r}")
        if name in weights:
            raise UsageError(
                "name is given twice", where=f"{where}, {name!r}", do="leave one of them out"
            )
        weights[name] = float(value)
    return weights


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _unusable(where: str, got: str) -> UsageError:
    return UsageError(
        "weights cannot be read",
        where=where,
        got=_cut(got),
        expected=_EXAMPLE,
        do="write them in one of these ways",
    )
