"""Mistakes on the command line, said as the house says them: what, where, got, do."""

from __future__ import annotations

import os
from typing import Any

import click

from predictor.errors import UsageError

__all__ = ["GivenPath", "in_four_lines"]


class GivenPath(click.Path):
    """A path that says something: an empty one, as of an unset variable, is a mistake."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:  # noqa: ANN401 - as click has it
        """Give the path."""
        if not str(value).strip():
            raise UsageError(
                "the path is empty",
                where=(param.opts[0] if param else ""),
                got=repr(value),
                expected="a path",
                do="check that the variable it comes from is set",
            )
        if not _is_utf8(os.path.abspath(value)):  # noqa: PTH100 - as it is given
            raise UsageError(
                "the path is not UTF-8",
                where=(param.opts[0] if param else ""),
                got=ascii(os.fspath(value)),
                do="rename the folder in it that is not",
            )
        return super().convert(value, param, ctx)


def _is_utf8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def in_four_lines(error: click.ClickException) -> UsageError | None:
    """Say what click found as the house says it; None where click's own words are better."""
    if isinstance(error, click.NoSuchOption):
        near = " or ".join(error.possibilities or ())
        do = f"did you mean {near}?" if near else "--help lists the options"
        return UsageError("no such option", where=error.option_name, do=do)
    if not isinstance(error, click.BadParameter) or error.param is None:
        return None
    where = (error.param.opts or [error.param.name or ""])[0]
    if isinstance(error, click.MissingParameter):
        is_option = isinstance(error.param, click.Option)
        what, name = ("option", where) if is_option else ("argument", where.upper())
        return UsageError(f"a needed {what} is not given", where=name, do="--help says what it is")
    return UsageError(
        error.message.rstrip("."), where=where, do="--help says what the option takes"
    )
