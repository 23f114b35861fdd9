"""All answers of one world, swapped in one assignment, each made once: when asked for, or before.

A document is on its page within moments, however many pages there are: a snapshot stands as soon as
it is known which pages it has. What somebody waits for is made first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType

from predictor.errors import F1Error
from services.settings.logs import LOG
from services.web.assets import assets
from services.web.maker import Later, Made, Maker, what_is_read
from services.web.makers import MAKERS
from services.web.pages.problem import failed_page
from services.web.resource import Resource
from services.web.world import World

__all__ = ["HIDDEN", "Failure", "Snapshot", "begin_snapshot", "make_snapshot"]

HIDDEN = "hide=results"

Making = Callable[[], Resource]


@dataclass(frozen=True, slots=True)
class Failure:
    """A page that could not be made."""

    path: str
    error: Exception

    def __str__(self) -> str:
        words = self.error.one_line() if isinstance(self.error, F1Error) else str(self.error)
        return f"{self.path} could not be made: {type(self.error).__name__}: {words}"


@dataclass(slots=True, eq=False)
class _Part:
    """The pages of one maker: those made, those to be made, those that failed."""

    maker: Maker
    world: World  # with the failures that its pages tell
    made: dict[str, Resource] = field(default_factory=dict)
    waiting: dict[str, Making] = field(default_factory=dict)
    later: set[str] = field(default_factory=set)  # of those that wait, made when asked for alone
    failures: list[Failure] = field(default_factory=list)


class Snapshot:
    """All answers of one world. Made in one thread, read in any.

    Parameters
    ----------
    number : int
        Of the snapshot in this process, from 1.
    world : World
        Whose pages they are.
    parts : sequence of _Part
        One for each maker.

    Attributes
    ----------
    made_at : datetime
        UTC.
    paths : frozenset of str
        Path, or path and query, of every answer there is.
    resources : Mapping[str, Resource]
        Of these, those that are made: once made, they stay.
    n_waiting : int
        Pages that are still to be made without being asked for.
    """

    def __init__(self, number: int, world: World, parts: Sequence[_Part]) -> None:
        self.number = number
        self.world = world
        self.made_at = datetime.now(UTC)
        self.parts = tuple(parts)
        self._resources = {one.url: one.resource for one in assets().values()}
        self._part_of: dict[str, _Part] = {}
        for part in self.parts:
            self._resources |= part.made
            self._part_of |= dict.fromkeys((*part.made, *part.waiting), part)
        self.resources: Mapping[str, Resource] = MappingProxyType(self._resources)
        self.paths = frozenset((*self._resources, *self._part_of))
        self.n_waiting = sum(len(part.waiting.keys() - part.later) for part in self.parts)
        self._next = (path for part in self.parts for path in tuple(part.waiting))

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Pages that could not be made so far."""
        return tuple(failure for part in self.parts for failure in part.failures)

    def make(self, path: str) -> Resource | None:
        """Return an answer, made unless it is; one that fails is a page that says so.

        For the thread that makes the snapshot. None: there is no such answer.
        """
        part = self._part_of.get(path)
        if part is None:
            return self._resources.get(path)
        self._tell_failures(part)
        if path in part.waiting:
            made = _made(part, path)
            part.made[path] = self._resources[path] = made
            del part.waiting[path]
            self.n_waiting -= path not in part.later
        return part.made.get(path)

    def make_next(self) -> bool:
        """Make one that waits and is not left for later; return whether there was one."""
        for path in self._next:
            part = self._part_of[path]
            if path in part.waiting and path not in part.later:
                self.make(path)
                return True
        return any(self._tell_failures(part) for part in self.parts)

    def _tell_failures(self, part: _Part) -> bool:
        """Make the pages of a part again if more has failed before it than they tell of."""
        if not getattr(part.maker, "tells_failures", False):
            return False
        told = _telling(self.world, self.parts[: self.parts.index(part)])
        if told.troubles == part.world.troubles:
            return False
        again = _begun(part.maker, told)
        for path in tuple(again.waiting):
            again.made[path] = _made(again, path)
        self.n_waiting -= len(part.waiting.keys() - part.later)
        again.waiting.clear()
        part.world, part.made, part.waiting = told, again.made, again.waiting
        part.failures = again.failures
        self._resources |= part.made
        return True


def begin_snapshot(
    world: World, before: Snapshot | None = None, makers: Sequence[Maker] = MAKERS
) -> Snapshot:
    """Find out which pages a world has; most are still to be made.

    Parameters
    ----------
    world : World
    before : Snapshot, optional
        Of the world before, by the same makers: what hangs on nothing that has changed is taken
        over from it.
    makers : sequence of Maker
    """
    parts: list[_Part] = []
    for place, maker in enumerate(makers):
        if before is not None and place < len(before.parts) and _is_same(maker, before, world):
            parts.append(before.parts[place])
        else:
            parts.append(_begun(maker, _telling(world, parts)))
    return Snapshot(1 if before is None else before.number + 1, world, parts)


def make_snapshot(
    world: World, before: Snapshot | None = None, makers: Sequence[Maker] = MAKERS
) -> Snapshot:
    """Make every page of a world, those that are left for later too."""
    snapshot = begin_snapshot(world, before, makers)
    while snapshot.make_next():
        pass
    for path in snapshot.paths:
        snapshot.make(path)
    return snapshot


def _is_same(maker: Maker, before: Snapshot, world: World) -> bool:
    """Whether nothing that a maker's pages hang on has changed."""
    parts = what_is_read(maker)
    if parts is None:
        return False
    return all(getattr(before.world, name) is getattr(world, name) for name in parts)


def _telling(world: World, parts: Iterable[_Part]) -> World:
    """Return a world that tells of the pages that failed."""
    failures = [str(failure) for part in parts for failure in part.failures]
    return replace(world, troubles=(*world.troubles, *failures)) if failures else world


def _begun(maker: Maker, world: World) -> _Part:
    part = _Part(maker, world)
    for hide in (False, True):
        for path, page in _each(maker, part, hide=hide):
            address = f"{path}?{HIDDEN}" if hide else path
            if isinstance(page, Resource):
                part.made[address] = page
                continue
            if isinstance(page, Later):
                part.later.add(address)
            part.waiting[address] = page.make if isinstance(page, Later) else page
    return part


def _each(maker: Maker, part: _Part, *, hide: bool) -> Iterator[Made]:
    """Give a maker's pages; what fails is told among the failures."""
    name = getattr(maker, "__module__", "").rpartition(".")[2] or "a page"
    path = f"pages of {name}"
    try:
        for path, page in maker(part.world, hide=hide):
            yield path, page
    except Exception as error:  # noqa: BLE001 - of all further pages of this maker
        LOG.error("pages after %s could not be made", path, exc_info=True)
        part.failures.append(Failure(path, error))


def _made(part: _Part, address: str) -> Resource:
    path, _, query = address.partition("?")
    try:
        return part.waiting[address]()
    except Exception as error:  # noqa: BLE001 - of one page
        LOG.error("%s could not be made", path, exc_info=True)
        part.failures.append(Failure(path, error))
        return failed_page(part.world, path, hide=query == HIDDEN)
