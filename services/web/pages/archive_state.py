"""Whether the archive keeps up with what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from services.web.derived import figures
from services.web.pages.archived import asked
from services.web.world import World

if TYPE_CHECKING:
    from services.archive.reader import Archive

__all__ = ["archive_state"]


def archive_state(world: World) -> dict[str, Any]:
    """Return the archive's state in a word and a sentence, and what is in it."""
    if world.archive is None:
        if world.archive_trouble:
            return {
                "word": "cannot be read",
                "said": "Its warning stands above.",
                "do": "",
                "counts": [],
            }
        said = (
            "No forecast is kept, so the track record and the course of the titles cannot be shown."
        )
        do = "`python -m services store sync` makes one from the documents kept"
        return {"word": "none", "said": said, "do": do, "counts": []}

    def looked(archive: Archive) -> dict[str, Any]:
        counts = archive.count()
        shown = [year for year in world.documents if not _is_look_back(world, year)]
        behind = [year for year in shown if _is_behind(world, archive, year)]
        found: dict[str, Any] = {
            "word": "behind" if behind else "up to date" if shown else "readable",
            "counts": [(name, figures.number(n)) for name, n in counts.items()],
            "said": "Every document that is shown is in it."
            if shown
            else "What is shown is a look back, and those are not archived.",
            "do": "",
        }
        if behind:
            years = figures.series([str(year) for year in behind])
            found["said"] = f"The document of {years} that is shown is not in it yet."
            found["do"] = "the next run takes it up, and so does `python -m services store sync`"
        return found

    nothing = {
        "word": "cannot be read",
        "said": "It has gone away or is damaged.",
        "do": "",
        "counts": [],
    }
    return asked(world, looked, nothing)


def _is_look_back(world: World, year: int) -> bool:
    return world.documents[year].metadata.known_until is not UNSET


def _is_behind(world: World, archive: Archive, year: int) -> bool:
    """Whether the document of a season is not archived."""
    # Asked for by its run: a backfill may have added hundreds since.
    return archive.run(world.documents[year].metadata.run.run_id) is None
