"""Where the parts of a driver's or a team's page stand: two above the races, the others below."""

from __future__ import annotations

from typing import Any

__all__ = ["person_parts"]

Part = dict[str, Any] | None


def person_parts(*, title: Part, places: Part, points: Part, mates: Part) -> dict[str, Any]:
    """Return the parts with their columns.

    Parameters
    ----------
    title, places, points, mates : dict, optional
        What each shows; None where there is nothing to show.

    Returns
    -------
    dict
        The parts, and ``above`` and ``below``: columns of names of parts.
    """
    parts = {"title": title, "places": places, "points": points, "mates": mates}
    pictures = [name for name in ("title", "places", "points") if parts[name] is not None]
    above = [[name] for name in pictures[:2]]
    below = [[name] for name in pictures[2:]]
    if mates is not None and points is not None and not points["picture"] and ["points"] in above:
        # Points without a past are one row, and leave room below themselves.
        above[-1].append("mates")
    elif mates is not None:
        below.append(["mates"])
    return {**parts, "above": above, "below": below}
