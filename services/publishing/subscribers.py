"""Who is told of a publication: one list of names and functions, none of which can fail it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from predictor.published.season_types import SeasonDocument
from services.publishing.document import RunFacts
from services.settings.logs import LOG

__all__ = ["Published", "Subscriber", "tell"]

_SLOW_S = 1.0  # the next run, and in the daemon everything else, waits for it


@dataclass(frozen=True, slots=True)
class Published:
    """A document that is in place, and the run that put it there or found it unchanged."""

    document: SeasonDocument
    path: Path
    facts: RunFacts
    outcome: str  # published | unchanged


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody who acts upon a publication, and does so quickly: what takes long it only starts."""

    name: str  # for the log, the terminal and the status
    take: Callable[[Published], None]


def tell(
    subscribers: Sequence[Subscriber],
    published: Published,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[str, ...]:
    """Call subscribers one after another; return what to say of those that failed.

    The document is in place and the run recorded when this is called, so nothing that happens
    here can take it back. A run that is killed in between has told nobody: whoever must not miss
    a document compares what it was last told with the next one.

    Parameters
    ----------
    subscribers : sequence of Subscriber
        In the order in which they are called; one that raises does not keep the next from it.
    published : Published
    clock : callable
        Monotonic, s.
    """
    notes = []
    for one in subscribers:
        started = clock()
        try:
            one.take(published)
        except Exception as error:  # noqa: BLE001 - whatever it is, the publication stands
            LOG.error("subscriber %s failed", one.name, exc_info=True)
            words = str(error).partition("\n")[0]
            notes.append(f"{one.name} could not take up the forecast: {_named(error, words)}")
        took_s = clock() - started
        if took_s > _SLOW_S:
            LOG.warning("subscriber %s took %.1f s, while others waited", one.name, took_s)
    return tuple(notes)


def _named(error: Exception, words: str) -> str:
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
