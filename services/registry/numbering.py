"""The number of the next version: 1.0, 1.1, 1.2; or 2.0 where it is of another sort.

Numbers only rise, over the versions of a folder and of what comes with the product together. The
first one says that a version is not of the sort of the last: of another kind, made for other
features, or meant so by whoever trained it.
"""

from __future__ import annotations

from pathlib import Path

from services.errors import ModelUnusable
from services.registry import version_files
from services.registry.layout import in_order
from services.registry.registry_file import model_of, version_folders

__all__ = ["next_version"]


def next_version(
    folder: Path,
    shipped: Path,
    name: str,
    kind: str,
    features_digest: str,
    *,
    is_major: bool = False,
) -> str:
    """Give the number after all that are taken.

    Parameters
    ----------
    folder, shipped : Path
    name, kind, features_digest : str
        Of the version that is to bear it.
    is_major : bool
        Raise the first number, whatever the last version was.
    """
    known = {
        version: (place, entry)
        for place in (shipped, folder)
        for version, entry in model_of(place, name).versions.items()
    }
    taken = in_order({*known, *(version for _, version in version_folders(folder, name))})
    if not taken:
        return "1.0"
    major, minor = map(int, taken[-1].split("."))
    last = in_order(known)[-1:]
    if last and not is_major:
        place, entry = known[last[0]]
        is_major = entry.kind != kind
        try:
            said = version_files.read(place, name, last[0], entry.digest).manifest
            is_major |= said.features_digest != features_digest
        except ModelUnusable:  # nobody can say any more what it was made for
            pass
    return f"{major + 1}.0" if is_major else f"{major}.{minor + 1}"
