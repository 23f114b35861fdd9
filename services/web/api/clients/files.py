"""The files of clients by name, as the server hands them out and `clients/` keeps them."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType

from services.web.api.clients.python import python
from services.web.api.clients.typescript import typescript
from services.web.api.openapi import openapi

__all__ = ["client_files"]


@functools.cache
def client_files() -> Mapping[str, str]:
    """Return name and text of each."""
    described = openapi()
    return MappingProxyType(
        {
            "f1_forecast_client.py": python(described),
            "f1_forecast_types.ts": typescript(described),
        }
    )
