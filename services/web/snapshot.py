"""All answers of one world, made once and swapped in one assignment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType

from predictor.errors import F1Error
from services.settings.logs import LOG
from services.web.assets import assets
from services.web.maker import Maker, what_is_read
from services.web.makers import MAKERS
from services.web.pages.problem import failed_page
from services.web.resource import Resource
from services.web.world import World

__all__ = ["HIDDEN", "Failure", "Snapshot", "make_snapshot"]

HIDDEN = "hide=results"

Resources = Mapping[str, Resource]


@dataclass(frozen=True, slots=True)
class Failure:
    """A page that could not be made."""

    path: str
    error: Exception

    def __str__(self) -> str:
        words = self.error.one_line() if isinstance(self.error, F1Error) else str(self.error)
        return f"{self.path} could not be made: {type(self.error).__name__}: {words}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All answers of one world.

    Attributes
    ----------
    number : int
        Of the snapshot in this process, from 1.
    made_at : datetime
        UTC.
    resources : Mapping[str, Resource]
        Path, or path and query, -> its answer.
    world : World
        Whose pages they are.
    failures : tuple of Failure
    """

    number: int
    made_at: datetime
    resources: Resources
    world: World
    failures: tuple[Failure, ...] = ()
    _parts: Sequence[tuple[Resources, tuple[Failure, ...]]] = field(default=(), repr=False)


def make_snapshot(
    world: World, before: Snapshot | None = None, makers: Sequence[Maker] = MAKERS
) -> Snapshot:
    """Make every page of a world; one that fails is a page that says so, and fails no other.

    Parameters
    ----------
    world : World
    before : Snapshot, optional
        Of the world before, by the same makers: what hangs on nothing that has changed is taken
        over from it.
    makers : sequence of Maker
    """
    parts: list[tuple[Resources, tuple[Failure, ...]]] = []
    failures: tuple[Failure, ...] = ()
    for place, maker in enumerate(makers):
        told = replace(world, troubles=(*world.troubles, *map(str, failures)))
        if before is not None and place < len(before._parts) and _is_same(maker, before, world):
            part = before._parts[place]
        else:
            part = _made(maker, told)
        parts.append(part)
        failures += part[1]
    resources: dict[str, Resource] = {one.url: one.resource for one in assets().values()}
    for made, _ in parts:
        resources |= made
    return Snapshot(
        number=1 if before is None else before.number + 1,
        made_at=datetime.now(UTC),
        resources=MappingProxyType(resources),
        world=world,
        failures=failures,
        _parts=tuple(parts),
    )


def _is_same(maker: Maker, before: Snapshot, world: World) -> bool:
    """Whether nothing that a maker's pages hang on has changed."""
    parts = what_is_read(maker)
    if parts is None:
        return False
    return all(getattr(before.world, name) is getattr(world, name) for name in parts)


def _made(maker: Maker, world: World) -> tuple[Resources, tuple[Failure, ...]]:
    resources: dict[str, Resource] = {}
    failures: list[Failure] = []
    for hide in (False, True):
        for path, resource in _each(maker, world, failures, hide=hide):
            resources[f"{path}?{HIDDEN}" if hide else path] = resource
    return resources, tuple(failures)


def _each(
    maker: Maker, world: World, failures: list[Failure], *, hide: bool
) -> Iterator[tuple[str, Resource]]:
    """Give a maker's pages; whatever fails is told among the failures."""
    name = getattr(maker, "__module__", "").rpartition(".")[2] or "a page"
    path = f"pages of {name}"
    try:
        for path, page in maker(world, hide=hide):
            try:
                yield path, page() if callable(page) else page
            except Exception as error:  # noqa: BLE001 - of one page
                LOG.error("%s could not be made", path, exc_info=True)
                failures.append(Failure(path, error))
                yield path, failed_page(world, path, hide=hide)
    except Exception as error:  # noqa: BLE001 - of all further pages of this maker
        LOG.error("pages after %s could not be made", path, exc_info=True)
        failures.append(Failure(path, error))
