"""The page of the API: every address of its table, with what it takes and gives."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.web.api.clients.described import Operation, operations
from services.web.api.clients.files import client_files
from services.web.api.openapi import openapi
from services.web.api.problem_kinds import KINDS
from services.web.api.table import GROUPS, TABLE
from services.web.derived.schema_words import schema_words
from services.web.derived.weekend import n_run
from services.web.maker import Made, framed
from services.web.pages.archived import asked
from services.web.pages.site import page
from services.web.world import World

__all__ = ["PATH", "make"]

PATH = "/api"


@dataclass(frozen=True, slots=True)
class Named:
    """A parameter, or a field of an answer."""

    name: str
    words: str
    meaning: str
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """One address as the page shows it.

    Attributes
    ----------
    example : str
        An address of this server that can be followed; empty where none is known.
    fields_of : str
        Whose fields are listed: those of a row where there are rows.
    """

    operation: Operation
    says: str
    example: str
    parameters: tuple[Named, ...]
    fields_of: str
    fields: tuple[Named, ...]


@framed("public_url", "archive")
def make(world: World, *, hide: bool) -> Iterator[Made]:
    """Give the page."""
    described = openapi(world.public_url)
    shown = {one.operation.name: one for one in _shown(described, world)}
    groups = [
        (group, [shown[route.name] for route in TABLE if route.group == group]) for group in GROUPS
    ]
    yield (
        PATH,
        page(
            world,
            "api.html",
            path=PATH,
            title="API",
            hide=hide,
            n_addresses=len(TABLE),
            groups=groups,
            kinds=KINDS,
            clients=tuple(client_files()),
            server=world.public_url or "http://127.0.0.1:8000",
        ),
    )


def _shown(described: Mapping[str, Any], world: World) -> Iterator[Shown]:
    examples, unanswered = _examples(world), _unanswered(world)
    schemas = described["components"]["schemas"]
    says = {route.name: route.says for route in TABLE}
    for one in operations(described):
        row = one.row or _row(schemas.get(one.answer, {}))
        kind = row or one.answer
        yield Shown(
            operation=one,
            says=says[one.name],
            example=_example(one, examples, unanswered),
            parameters=tuple(
                Named(
                    name=each["name"],
                    words=schema_words(each["schema"], schemas),
                    meaning=each["description"],
                    is_needed=each["required"],
                )
                for each in one.parameters
            ),
            fields_of=kind,
            fields=tuple(
                Named(name, schema_words(each, schemas), each.get("description", ""))
                for name, each in schemas.get(kind, {}).get("properties", {}).items()
            ),
        )


def _row(answer: Mapping[str, Any]) -> str:
    """Return the name of the type of an answer's rows, whether or not they come in pages."""
    items = answer.get("properties", {}).get("data", {}).get("items", {})
    name: str = items.get("$ref", "").rpartition("/")[2]
    return name


def _examples(world: World) -> dict[str, str]:
    """Return ids of this world that stand in addresses."""
    if world.default_season is None:
        return {}
    document = world.documents[world.default_season]
    found = {"season": str(world.default_season)}
    for event in document.predictions.values():
        found["event_id"] = event.metadata.event_id
        for row in event.predictions[:1]:
            found["driver_id"] = row.driver_id
        if event.predictions:
            break
    for team in document.championship.constructors[:1]:
        found["team_id"] = team.team_id
    return found


def _unanswered(world: World) -> frozenset[str]:
    """Return addresses without parameters at which there is nothing yet."""
    if world.default_season is None:
        return frozenset()
    year, found = world.default_season, set()
    if n_run(world.documents[year]) == 0:
        found.add("/v1/events/latest")
    n_runs = asked(world, lambda archive: len(archive.runs(season=year, limit=2)), 0)
    if n_runs < 2:
        found.add("/v1/diff")  # of the last two, unless it is asked for others
    return frozenset(found)


def _example(one: Operation, examples: Mapping[str, str], unanswered: Container[str]) -> str:
    if one.path in unanswered:
        return ""
    needed = [each["name"] for each in one.parameters if each["required"]]
    if one.method != "GET" or not all(name in examples for name in needed):
        return ""
    address = one.path.format(**{each["name"]: examples[each["name"]] for each in one.in_path})
    query = [name for name in needed if name not in {each["name"] for each in one.in_path}]
    return (
        f"{address}?{'&'.join(f'{name}={examples[name]}' for name in query)}" if query else address
    )
