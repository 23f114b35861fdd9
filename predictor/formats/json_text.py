"""Strict JSON: what no library refuses by itself is refused here.

Duplicate keys, NaN and Infinity, numbers that do not fit a double, deep nesting and
text that cannot be written again are errors, because each of them would otherwise
reach a forecast as a silently different value.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from predictor.errors import CutFileError, FormatError
from predictor.formats.size import JSON_MARKS, refuse_heavy

__all__ = ["MAX_DEPTH", "parse_json"]

MAX_DEPTH = 40  # levels; Jolpica, the deepest provider, needs 12
_SPACE = re.compile(r"[ \t\n\r]*")
_MAX_FLOAT = 40  # characters; 17 digits say all that a double holds
_MAX_DIGITS = 18  # fits a signed 64-bit integer; the largest value met is a time in milliseconds


class _RefusedError(ValueError):
    """Raised inside the decoder's hooks; its text becomes the error's ``got``."""


def parse_json(text: str, file: str) -> Any:  # noqa: ANN401 - JSON is what it is
    """Parse JSON text strictly.

    Parameters
    ----------
    text : str
        One value, or several one after the other, as ``.jsonl`` files have a row a line.
    file : str
        Named in errors.

    Returns
    -------
    Any
        Dicts, lists, strings, ints, finite floats, bools and None. Several values come as
        one list; those that are lists themselves give what is in them.

    Raises
    ------
    FormatError
        If the text is cut, is not JSON, holds what is refused here, or far too much.
    """
    refuse_heavy(text, file, JSON_MARKS)
    try:
        value = _all_values(text)
    except json.JSONDecodeError as error:
        raise CutFileError(
            "not valid JSON; the file may be cut or still being written",
            where=f"{file} line {error.lineno} column {error.colno}",
            got=error.msg,
            do="drop the file again once it is complete",
        ) from error
    except _RefusedError as error:
        raise FormatError(
            "JSON with a value that cannot be trusted",
            where=file,
            got=str(error),
            expected="unique keys and finite numbers of at most 18 digits",
            do="correct the file and drop it again",
        ) from error
    except RecursionError as error:
        raise _too_deep(file) from error
    _check_tree(value, file)
    return value


def _all_values(text: str) -> Any:  # noqa: ANN401 - JSON is what it is
    """Decode a text; several values one after the other become one list."""
    values: list[Any] = []
    at = _first(text, 0)
    while not values or at < len(text):
        value, end = _DECODER.raw_decode(text, at)
        values.append(value)
        at = _first(text, end)
        if len(values) > 1 and not (_is_whole(values[0]) and _is_whole(value)):
            raise json.JSONDecodeError("Extra data", text, end)
    if len(values) == 1:
        return values[0]
    return [row for value in values for row in (value if isinstance(value, list) else [value])]


def _first(text: str, at: int) -> int:
    """Give where the next value begins."""
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _is_whole(value: object) -> bool:
    """Whether a value has an end of its own: a number beside another may be the half of one."""
    return isinstance(value, dict | list)


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _RefusedError(f"the key {key[:60]!r} twice in one object")
            seen.add(key)
    return values


def _finite_float(text: str) -> float:
    if len(text) > _MAX_FLOAT:
        raise _RefusedError(f"a number of {len(text)} characters, {text[:12]}...")
    value = float(text)
    if not math.isfinite(value):
        raise _RefusedError(f"the number {text[:30]}")
    return value


def _bounded_int(text: str) -> int:
    if len(text) > _MAX_DIGITS and (n_digits := len(text.lstrip("-"))) > _MAX_DIGITS:
        raise _RefusedError(f"a number of {n_digits} digits, {text[:12]}...")
    return int(text)


def _refuse_constant(name: str) -> float:
    raise _RefusedError(name)


def _check_tree(value: Any, file: str) -> None:  # noqa: ANN401 - JSON is what it is
    """Refuse deep nesting and lone surrogates, level by level, without recursion."""
    level = [value]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for node in level:
            if isinstance(node, dict):
                _check_text(node.keys(), file)
                below += node.values()
            elif isinstance(node, list):
                below += node
        _check_text((node for node in below if isinstance(node, str)), file)
        level = [node for node in below if isinstance(node, dict | list)]
        if not level:
            return
    raise _too_deep(file)


def _check_text(texts: Any, file: str) -> None:  # noqa: ANN401 - any iterable of str
    for text in texts:
        if text.isascii():
            continue
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise FormatError(
                "text with half a character (a lone surrogate)",
                where=file,
                got=ascii(text[:60]),
                expected="whole Unicode characters",
                do="correct the file and drop it again",
            ) from error


def _too_deep(file: str) -> FormatError:
    return FormatError(
        "JSON nested too deeply",
        where=file,
        got=f"more than {MAX_DEPTH} levels",
        expected=f"at most {MAX_DEPTH} levels",
        do="drop the provider's answer as it came",
    )


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique_keys,
    parse_float=_finite_float,
    parse_int=_bounded_int,
    parse_constant=_refuse_constant,
)
