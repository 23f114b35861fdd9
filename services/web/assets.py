"""Styles and scripts, at addresses that name their content."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType

from services.web.resource import Resource, make_resource

__all__ = ["Asset", "assets", "static_url"]

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "ico": "image/x-icon",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of `static`."""

    url: str
    resource: Resource


@functools.cache
def assets() -> Mapping[str, Asset]:
    """Return the files of `static` by name, read once."""
    found = {}
    for file in sorted(resources.files("services.web").joinpath("static").iterdir(), key=str):
        stem, _, ending = file.name.rpartition(".")
        if ending in _TYPES:
            data = file.read_bytes()
            url = f"/static/{stem}.{hashlib.sha256(data).hexdigest()[:12]}.{ending}"
            found[file.name] = Asset(url, make_resource(data, _TYPES[ending], immutable=True))
    return MappingProxyType(found)


def static_url(name: str) -> str:
    """Return the address of a file of `static`, as ``/static/page.<digest>.css``."""
    return assets()[name].url
