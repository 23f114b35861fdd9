"""Which modules of the product a module reaches, and one digest of what they say.

Read off the sources, so nothing is executed. Every import counts wherever it stands, in a function
or for a type checker alone, and so does every text that names a module, as a child process or
`importlib` takes it. A module brings the packages that it lies in, for Python runs them first, and
their resources. So a reach may hold too much and never too little.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, cached_property

import msgspec

from predictor.fingerprint import digest_of_bytes

__all__ = ["ProductCode", "Source", "read_module"]

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


class Source(msgspec.Struct, frozen=True, array_like=True):
    """What counts of one file: a digest of what it says, and the modules that it names.

    A name that ends with a dot stands for all that is below it; the last part of another may be
    no module, but what is taken from one.
    """

    digest: str
    names: tuple[str, ...] = ()


def read_module(data: bytes, packages: frozenset[str]) -> Source:
    """Return what counts of a module's source; comments, docstrings and layout do not.

    Parameters
    ----------
    data : bytes
        A file that is no Python counts byte for byte.
    packages : frozenset of str
        Of the product; other names are left out.
    """
    try:
        tree = ast.parse(data)
        _drop_docstrings(tree)
        text = ast.dump(tree)
    except (SyntaxError, ValueError, RecursionError):
        return Source(digest_of_bytes(data))
    names = {name for node in ast.walk(tree) for name in _names(node, packages)}
    of_product = {name for name in names if name.partition(".")[0] in packages}
    return Source(digest_of_bytes(text.encode("utf-8", "surrogatepass")), tuple(sorted(of_product)))


class ProductCode:
    """The files of the product and what each of them reaches.

    Parameters
    ----------
    sources : Mapping[str, Source]
        By the name of a module, ``predictor.season.fold``; a resource by its package and file
        name, ``predictor.report/season.schema.json``.
    """

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self.sources = sources
        self._next: dict[str, frozenset[str]] = {}
        self._digests: dict[frozenset[str], str] = {}

    def reached(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the names of all files that some modules reach, themselves included, sorted.

        Raises
        ------
        KeyError
            If one is no module of the product: what it reaches cannot be told.
        """
        waiting = set()
        for name in names:
            if name.rstrip(".") not in self.sources:
                raise KeyError(f"no module of the product: {name}")
            waiting |= set(self._files(name))
        found: set[str] = set()
        while waiting:
            found |= waiting
            waiting = {one for name in waiting for one in self._named_by(name)} - found
        return tuple(sorted(found))

    def digest(self, names: Iterable[str]) -> str:
        """Return the digest of all that some modules reach; see `reached`."""
        wanted = frozenset(names)
        if wanted not in self._digests:
            self._digests[wanted] = self._digest(self.reached(wanted))
        return self._digests[wanted]

    def of_package(self, package: str) -> str:
        """Return the digest of all files of a package, without following what they import."""
        inside = (f"{package}.", f"{package}/")
        return self._digest(sorted(one for one in self.sources if f"{one}.".startswith(inside)))

    @cached_property
    def whole(self) -> str:
        """The digest of all files."""
        return self._digest(sorted(self.sources))

    def _digest(self, names: Iterable[str]) -> str:
        lines = [f"{name} {self.sources[name].digest}\n" for name in names]
        return digest_of_bytes("".join(lines).encode())

    def _named_by(self, name: str) -> frozenset[str]:
        if name not in self._next:
            named = self.sources[name].names
            self._next[name] = frozenset(one for other in named for one in self._files(other))
        return self._next[name]

    def _files(self, name: str) -> list[str]:
        """Return the files that a name stands for: modules on the way to it, and resources."""
        parts = name.rstrip(".").split(".")
        way = [".".join(parts[: n + 1]) for n in range(len(parts))]
        found = [one for one in way if one in self.sources]
        found += [file for package in way for file in self._resources.get(package, ())]
        if name.endswith("."):
            found += [one for one in self.sources if one.startswith((name, f"{name[:-1]}/"))]
        return found

    @cached_property
    def _resources(self) -> Mapping[str, list[str]]:
        found = defaultdict(list)
        for name in self.sources:
            package, slash, _ = name.partition("/")
            if slash:
                found[package].append(name)
        return found


@cache
def _in_text(packages: frozenset[str]) -> re.Pattern[str]:
    """Return what finds names of modules in a text, and one that it ends in: ``services.web.``."""
    package = rf"\b(?:{'|'.join(sorted(packages))})"
    return re.compile(rf"{package}(?:\.\w+)*\.\Z|{package}(?:\.\w+)+")


def _drop_docstrings(tree: ast.AST) -> None:
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]


def _names(node: ast.AST, packages: frozenset[str]) -> Iterable[str]:
    """Return names that a node may import, among others."""
    match node:
        case ast.Import(names=names):
            return [one.name for one in names]
        case ast.ImportFrom(level=0, module=str(module), names=names):
            return [f"{module}.{one.name}" for one in names]
        case ast.ImportFrom():  # relative, which the house does not use: it may be anything
            return [f"{package}." for package in packages]
        case ast.Constant(value=str(text)):
            return _in_text(packages).findall(text)
    return ()
