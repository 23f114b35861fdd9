"""Finds colours for teams that have none: `python -m tests.web.colours.search`.

Within a team's own hues, the colour that is farthest from every team that it raced against, to
whomever sees them most alike, and has a contrast of 3 to the paper.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.rules.sources import ROOT
from tests.web.colours.measures import apart, contrast, from_oklch, schemes

__all__ = ["ALL", "TOGETHER", "Wanted", "found"]

ALL = (
    *("mclaren", "red-bull", "mercedes", "ferrari", "williams", "aston-martin", "alpine"),
    *("racing-bulls", "kick-sauber"),
)
# Classes of those drawn together beside the nine that have raced all along.
TOGETHER = (("caterham", "marussia"), ("haas", "marussia"), ("haas", "cadillac"))
_CONTRAST = 3.0


@dataclass(frozen=True)
class Wanted:
    """A team, its hues in degrees of OKLCH, and how much colour it has at least."""

    name: str
    hues: tuple[float, float]
    least_chroma: float = 0.05


# Green; red and black; black and gold.
WANTED = (
    Wanted("caterham", (110.0, 150.0), 0.09),
    Wanted("marussia", (5.0, 60.0), 0.09),
    Wanted("cadillac", (70.0, 105.0)),
)


def found(wanted: Wanted, others: list[str], paper: str) -> tuple[str, float]:
    """Return the farthest colour, and its distance to the nearest other."""
    best, distance = "", 0.0
    for hue in np.arange(wanted.hues[0], wanted.hues[1] + 0.1, 2.5):
        for lightness in np.arange(0.2, 0.98, 0.02):
            for chroma in np.arange(wanted.least_chroma, 0.3, 0.02):
                colour = from_oklch(float(lightness), float(chroma), float(hue))
                if colour is None or contrast(colour, paper) < _CONTRAST:
                    continue
                nearest = min(apart(colour, other) for other in others)
                if nearest > distance:
                    best, distance = colour, nearest
    return best, distance


def main() -> None:
    """Print the colours of each team in both schemes."""
    css = (ROOT / "services/web/static/page.css").read_text()
    for scheme, colours in schemes(css).items():
        known = dict(colours)
        for wanted in WANTED:
            beside = {one for group in TOGETHER if wanted.name in group for one in group}
            names = [f"team-{name}" for name in (*ALL, *sorted(beside - {wanted.name}))]
            # Nor like a result, which is ink, or a team without a colour.
            others = [known[name] for name in (*names, "ink", "team-none") if name in known]
            colour, distance = found(wanted, others, colours["paper"])
            known[f"team-{wanted.name}"] = colour
            print(f"{scheme} {wanted.name} {colour}, {distance:.1f} from the nearest")  # noqa: T201


if __name__ == "__main__":
    main()
