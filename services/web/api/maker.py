"""Answers that are made with every snapshot: those that are asked for most, and without a query."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

from services.web.api.answered import answered
from services.web.api.clients.files import client_files
from services.web.api.openapi import openapi_json
from services.web.api.route import ApiRoute, Asked
from services.web.api.table import TABLE
from services.web.api.view import View
from services.web.maker import Made, reads, tells_failures
from services.web.problems import Problem, as_json
from services.web.resource import JSON, Resource, make_resource
from services.web.world import World

__all__ = ["make_of_documents", "make_of_world"]

_TEXT = "text/plain; charset=utf-8"


@reads("documents", "raw", "default_season", "public_url")
def make_of_documents(world: World, *, hide: bool) -> Iterator[Made]:
    """Give answers that hang on documents alone; nothing of them is hidden from a program."""
    if not hide:
        yield "/openapi.json", make_resource(openapi_json(world.public_url), JSON, is_api=True)
        for name, text in client_files().items():
            yield f"/api/{name}", make_resource(text, _TEXT)
        yield from _ready(world, of_documents=True)


@tells_failures
def make_of_world(world: World, *, hide: bool) -> Iterator[Made]:
    """Give answers that tell of daemon, archive, models and troubles, too."""
    if not hide:
        yield from _ready(world, of_documents=False)


def _ready(world: World, *, of_documents: bool) -> Iterator[Made]:
    view = View(world)
    for route in TABLE:
        if route.ready is not None and route.of_documents is of_documents:
            for asked in route.ready(view):
                yield route.address(asked), _made(route, asked, view)


def _made(route: ApiRoute, asked: Asked, view: View) -> Callable[[], Resource]:
    return functools.partial(_answer_or_problem, route, asked, view)


def _answer_or_problem(route: ApiRoute, asked: Asked, view: View) -> Resource:
    try:
        return answered(route, asked, view)
    except Problem as problem:
        return as_json(problem)
