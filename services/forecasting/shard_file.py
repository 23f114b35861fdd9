"""Files with the counts of a shard: written, read again, and put together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import orjson

from predictor.errors import UsageError
from services.disk.regular_file import read_regular
from services.disk.sealed_file import UNDECODABLE
from services.settings.environment import use_one_blas_thread

if TYPE_CHECKING:
    from predictor.report.shards import Shard

__all__ = ["Merged", "as_file", "merge_files", "parse_shard"]

_DO = "name files that `simulate EVENT --shard I/N --json FILE` wrote with this version"


class Merged(msgspec.Struct, frozen=True):
    """All shards of an event together."""

    payload: bytes  # as the file of a single shard 1/1
    event: str
    n_sims: int
    scenarios: dict[str, float]  # and their probabilities
    rows: list[dict[str, Any]]  # as in the season document


def as_file(payload: bytes) -> bytes:
    """Lay JSON out for reading; the same values give the same bytes."""
    layout = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(orjson.loads(payload), option=layout)


def parse_shard(arguments: str) -> tuple[int, int]:
    """Read ``I/N``.

    Raises
    ------
    UsageError
        If it is not that, or I is not one of 1 to N.
    """
    part, slash, of = (word.strip() for word in arguments.partition("/"))
    numbers = part.isascii() and of.isascii() and part.isdecimal() and of.isdecimal()
    if not (slash and numbers and len(arguments) < 16 and 1 <= int(part) <= int(of)):
        raise UsageError(
            "not a shard",
            where="--shard",
            got=repr(arguments),
            expected="I/N: the I-th of N parts, as 1/3, 2/3 and 3/3",
            do="name one of the parts",
        )
    return int(part), int(of)


def merge_files(paths: Sequence[Path]) -> Merged:
    """Put shards together.

    Raises
    ------
    UsageError
        If a file is not one of a shard, or they are not all parts of one simulation.
    """
    use_one_blas_thread()
    from predictor.report.shards import merge_shards, shard_rows  # noqa: PLC0415 - with NumPy

    names = [str(path) for path in paths]
    whole = merge_shards([_read(path) for path in paths], names)
    identity = whole.identity
    return Merged(
        payload=as_file(msgspec.json.encode(whole)),
        event=identity.event_id,
        n_sims=whole.sims.number,
        scenarios={scenario.value: p for scenario, p in identity.scenarios.items()},
        rows=shard_rows(whole),
    )


def _read(path: Path) -> Shard:
    from predictor.report.shards import Shard  # noqa: PLC0415

    try:
        return msgspec.json.decode(read_regular(path), type=Shard)
    except OSError as error:
        raise UsageError(
            "a shard cannot be read",
            where=str(path),
            got=error.strerror or str(error),
            do=_DO,
        ) from error
    except UNDECODABLE as error:
        raise UsageError(
            "not the counts of a shard", where=str(path), got=str(error), do=_DO
        ) from error
