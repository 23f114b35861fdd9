"""Every name that programs rely on; ``python -m tests.web.api.names`` writes down new ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.web.api.openapi import openapi
from services.web.api.problem_kinds import KINDS

__all__ = ["NAMES", "names"]

NAMES = Path(__file__).with_name("names.txt")


def names(described: dict[str, Any]) -> list[str]:
    """Give addresses, parameters, fields of answers and kinds of problems, sorted."""
    found = [f"problem {kind.name}" for kind in KINDS]
    for path, methods in described["paths"].items():
        for method, told in methods.items():
            found.append(f"{method.upper()} {path}")
            found += [f"{method.upper()} {path} ?{one['name']}" for one in told["parameters"]]
    for name, schema in described["components"]["schemas"].items():
        found += [f"{name}.{field}" for field in schema.get("properties", ())]
        found += [f"{name} = {value}" for value in schema.get("enum", ())]
    return sorted(found)


if __name__ == "__main__":
    NAMES.write_text("".join(f"{one}\n" for one in names(openapi())), encoding="utf-8")
