"""``notices``: who is told of new forecasts, what waits, and what became of the last ones."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from predictor.errors import NoUsableInput
from services.cli.options import settings_option
from services.cli.output_option import folder_and_document
from services.cli.usage import GivenPath
from services.notices.courier import Receiver, receivers_of
from services.notices.notice import notice_of
from services.notices.outbox import Entry, Outbox
from services.publishing.places import latest_document
from services.publishing.publisher import read_document
from services.settings.limits import Limits, NoticeLimits, place_of
from services.settings.terminal import plain

__all__ = ["notices"]

_LISTED = 10
_NOT_DELIVERED = 1


@click.command()
@click.option(
    "--output",
    type=GivenPath(path_type=Path),
    default=Path("predictions"),
    show_default=True,
    help="Season document whose readers are told, or its folder.",
)
@settings_option
@click.option(
    "--test",
    is_flag=True,
    help="Tell everybody of the forecast in place now, and say how it went.",
)
def notices(*, output: Path, limits: Limits, test: bool) -> int:
    """Say who is told of new forecasts, what waits, and what became of the last notices.

    Exit code of --test: 1 if somebody could not be told.
    """
    receivers = receivers_of(limits.notices, os.environ)
    folder, name = folder_and_document(output)
    if not receivers:
        click.echo(plain(f"nobody is told: no receiver is named in {place_of('notices')}"))
        return 0
    if test:
        return _test(folder / name if name else latest_document(folder), limits.notices, receivers)
    click.echo("\n".join(map(plain, _lines(Outbox.of(folder), receivers))))
    return 0


def _test(document: Path | None, limits: NoticeLimits, receivers: Mapping[str, Receiver]) -> int:
    found = read_document(document) if document is not None else None
    if found is None:
        raise NoUsableInput(
            "there is no forecast to tell of",
            where=str(document or "--output"),
            do="forecast a season first, or name its document with --output",
        )
    notice = notice_of(
        found.document, hide_results=limits.hide_results, public_url=limits.public_url
    )
    now = datetime.now(UTC)
    is_well = True
    for receiver_id, receiver in receivers.items():
        notice_id = f"test-{now:%Y%m%dT%H%M%S}"
        entry = Entry(receiver_id, notice_id, msgspec.json.encode(notice), now.timestamp())
        attempt = receiver.send(entry)
        is_well &= attempt.outcome == "delivered"
        word = "not delivered" if attempt.outcome == "again" else attempt.outcome
        click.echo(plain(f"{receiver.name}: {word}{_behind(attempt.words)}"))
    return 0 if is_well else _NOT_DELIVERED


def _lines(outbox: Outbox, receivers: Mapping[str, Receiver]) -> Iterator[str]:
    yield f"told of new forecasts: {', '.join(one.name for one in receivers.values())}"
    waiting = outbox.entries()
    yield f"waiting: {len(waiting)}"
    for entry in waiting[:_LISTED]:
        receiver = receivers.get(entry.receiver)
        name = receiver.name if receiver is not None else "somebody who is not told any more"
        tries = f"{entry.attempts} attempt{'s' * (entry.attempts != 1)}"
        yield f"  {name}, {tries}{_behind(entry.trouble)}; due {_time(entry.not_before)}"
    told = outbox.told()[-_LISTED:]
    if told:
        yield "the last ones:"
    for one in reversed(told):
        yield f"  {one.at} {one.receiver}: {one.outcome}{_behind(one.words)}"


def _behind(words: str) -> str:
    return f" ({words})" if words else ""


def _time(seconds: float) -> str:
    """Return a moment, s since 1970; 0 is as soon as somebody looks."""
    if not seconds:
        return "once"
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
