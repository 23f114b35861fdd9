"""The sources that a kernel may be compiled from: of its module, and of all that this one reaches.

numba's cache watches the file of the cached function alone, and would go on running old physics
after a change to a module next to it. Free variables are part of its key, so a number made of the
sources is to be one.
"""

from __future__ import annotations

import hashlib
import inspect
import re
import sys

__all__ = ["number_of_sources", "sources"]

# Read off with a pattern: to parse the sources would take every process a tenth of a second.
_IMPORT = re.compile(
    r"^\s*(?:from\s+([\w.]+)\s+import\s+(?:\(([^)]*)\)|(.*))|import\s+(.*))", re.MULTILINE
)
_NAME = re.compile(r"[\w.]+")
_PACKAGE = __name__.partition(".")[0]


def number_of_sources(module: str, n_bytes: int) -> int:
    """Return a number below ``256**n_bytes`` that changes with every source of `sources`."""
    text = "".join(f"{name}\0{source}\0" for name, source in sorted(sources(module).items()))
    digest = hashlib.blake2b(text.encode(), digest_size=n_bytes).digest()
    return int.from_bytes(digest, "big")


def sources(module: str) -> dict[str, str]:
    """Return the source of a loaded module and of all in its package that it reaches, by name.

    What is imported late, and is not loaded, is no part of what is compiled now.
    """
    found: dict[str, str] = {}
    waiting = {module}
    while waiting:
        name = waiting.pop()
        found[name] = inspect.getsource(sys.modules[name])
        waiting |= {one for one in _imported(found[name]) if one in sys.modules} - found.keys()
    return found


def _imported(source: str) -> set[str]:
    """Return what a source imports from the package, and names that may be modules in it."""
    found = set()
    for place, in_brackets, in_line, modules in _IMPORT.findall(source):
        names = _NAME.findall(in_brackets or in_line)
        found |= {place, *(f"{place}.{name}" for name in names), *_NAME.findall(modules)}
    return {name for name in found if name.startswith(f"{_PACKAGE}.")}
