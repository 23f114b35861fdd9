"""What an address of the API is: one value that router, description, page and clients read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import FieldInfo, fields

from predictor.published.field_types import says
from services.web.api.problem_kinds import Kind
from services.web.resource import JSON

if TYPE_CHECKING:
    from services.web.api.view import View

__all__ = ["ApiRoute", "Asked", "Format", "Nothing", "Table"]

Format = Literal["json", "csv"]


class Asked(Struct, frozen=True, kw_only=True):
    """What an address is asked for: those fields that its path names, and its parameters."""


class Table(Asked, frozen=True, kw_only=True):
    """An address whose ``data`` can be had as a table."""

    format: Annotated[Format, says("csv: a table with a header row (RFC 4180)")] = "json"
    csv: Annotated[bool | UnsetType, says("true: the same as format=csv")] = UNSET


class Nothing(Asked, frozen=True, kw_only=True):
    """An address without parameters."""


# Not slots: what is derived from the fields is kept.
@dataclass(frozen=True)
class ApiRoute:
    """One address.

    Attributes
    ----------
    path : str
        As ``/v1/events/{event_id}``.
    name : str
        Of the operation, in the description and in clients.
    group : str
        Under which it stands on the page.
    summary : str
        What it gives, in a line.
    says : str
        What else a reader should know.
    asked : type of Asked
        Fields that stand in the path, and parameters.
    answer : type of Struct, optional
        In JSON; None: no type of ours.
    compute : callable, optional
        From what is asked to an answer, or to bytes; None where another part of the server
        answers.
    ready : callable, optional
        From a world to all that can be asked of it: those answers are made beforehand. None:
        made when they are asked for.
    of_documents : bool
        Whether those hang on documents alone, so that nothing else need have them made again.
    kinds : tuple of Kind
        Problems that it may answer with, beside those of its parameters.
    is_immutable : bool
        Whether its address names its content.
    media_type : str
    method : str
    body : type of Struct, optional
        What is sent to it.
    """

    path: str
    name: str
    group: str
    summary: str
    says: str = ""
    asked: type[Asked] = Nothing
    answer: type[Struct] | None = None
    compute: Callable[[Any, View], Struct | bytes] | None = None
    ready: Callable[[View], Iterable[Asked]] | None = None
    of_documents: bool = False
    kinds: tuple[Kind, ...] = ()
    is_immutable: bool = False
    media_type: str = JSON
    method: Literal["GET", "POST"] = "GET"
    body: type[Struct] | None = None

    @cached_property
    def in_path(self) -> tuple[str, ...]:
        """Names of the fields that stand in the path."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    @cached_property
    def fields(self) -> tuple[FieldInfo, ...]:
        """Fields of what is asked: those in the path, its own, those that others have, too."""
        shared = ("after", "limit", *Table.__struct_fields__)

        def rank(field: FieldInfo) -> int:
            if field.name in self.in_path:
                return self.in_path.index(field.name) - len(self.in_path)
            return shared.index(field.name) + 1 if field.name in shared else 0

        return tuple(sorted(fields(self.asked), key=rank))

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Names of the fields that stand in the query."""
        return tuple(one.name for one in self.fields if one.name not in self.in_path)

    @property
    def has_tag(self) -> bool:
        """Whether its answers can be asked for again at the price of their tag."""
        return self.method == "GET" and self.media_type not in ("text/event-stream", "text/plain")

    @property
    def is_table(self) -> bool:
        """Whether it can be had as CSV."""
        return issubclass(self.asked, Table)

    def address(self, asked: Asked) -> str:
        """Return the path at which something is asked."""
        return self.path.format(**{name: getattr(asked, name) for name in self.in_path})
