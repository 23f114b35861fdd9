"""Draw one event of a season document: how likely each driver is at each place, as SVG.

    python docs/pictures/draw.py predictions/season_2025_incremental.json 2025-abu-dhabi

writes what it takes of the document to ``places.json`` beside this file, and the picture made of
that alone to ``places.svg``. Colours follow the reader's setting of light or dark; what is likelier
than ten per cent is also written as a number.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

HERE = Path(__file__).parent
CELL_W, CELL_H, LEFT, TOP = 30, 19, 156, 66  # px
HORIZONS = {"a": "before the weekend", "b": "after practice", "c": "with the grid known"}
STYLE = """
  text { font: 12px system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; fill: #1a1b1f }
  .card { fill: #fcfbf8 } .muted { fill: #4b4e56 } .title { font-size: 16px; font-weight: 600 }
  .p { fill: #6a35b5 } .deep { fill: #ffffff } .empty { fill: #f4f2ec }
  .was { fill: none; stroke: #1a1b1f; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #eceae5 } .card { fill: #14161b } .muted { fill: #bcbdc2 }
    .p { fill: #bc9cff } .deep { fill: #14161b } .empty { fill: #1c1f26 } .was { stroke: #eceae5 }
  }
"""


def taken(document: dict[str, Any], event_id: str) -> dict[str, Any]:
    """Return of a season document what the picture shows of one event."""
    name, event = next(
        (name, one)
        for name, one in document["predictions"].items()
        if one["metadata"]["event_id"] == event_id
    )
    order = (event.get("result") or {}).get("order", [])
    places = {row["driver_id"]: row["position"] for row in order}
    return {
        "event": f"{document['metadata']['season']} {name}",
        "horizon": event["metadata"]["horizon"],
        "races": len(event["scenarios"]) * event["metadata"]["n_simulations"],
        "rows": [
            {
                "name": row["name"],
                "place": places.get(row["driver_id"]),
                "p": [round(p, 3) for p in row["p_position"]],
            }
            for row in event["predictions"]
        ],
    }


def picture(values: dict[str, Any]) -> str:
    """Return the picture as SVG."""
    rows = values["rows"]
    width, height = LEFT + len(rows) * CELL_W + 16, TOP + len(rows) * CELL_H + 46
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-labelledby="title desc">',
        f'<title id="title">{escape(values["event"])}: forecast of every place</title>',
        '<desc id="desc">A row per driver, a column per finishing place; the darker, the likelier, '
        "numbers in per cent. A frame marks where the driver really finished.</desc>",
        f"<style>{STYLE}</style>",
        f'<rect class="card" width="{width}" height="{height}" rx="6"/>',
        _text(16, 28, f"{values['event']}: chance of every place, %", "title"),
        _text(16, TOP - 8, "finishing place →", "muted"),
    ]
    parts += [_text(_middle(k), TOP - 8, f"{k + 1}", "muted", "middle") for k in range(len(rows))]
    for number, row in enumerate(rows):
        y = TOP + number * CELL_H
        parts.append(_text(16, y + 14, row["name"]))
        parts += [_cell(column, y, p) for column, p in enumerate(row["p"])]
        if row["place"]:
            parts.append(_box("was", row["place"] - 1, y))
    parts.append(
        _text(
            16,
            height - 16,
            f"Forecast {HORIZONS[values['horizon']]}, of {values['races']:,} simulated races. "
            "A frame marks where the driver finished.",
            "muted",
        )
    )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _cell(column: int, y: int, p: float) -> str:
    """Return one place of one driver: a shade, and a number where it is likely enough."""
    if p < 0.005:
        return _box("empty", column, y)
    shade = _box("empty", column, y) + _box("p", column, y, min(1.0, 1.8 * p))
    if p < 0.1:
        return shade
    kind = "deep" if p >= 0.4 else ""
    return shade + _text(_middle(column), y + 14, f"{100 * p:.0f}", kind, "middle")


def _box(kind: str, column: int, y: int, opacity: float = 1.0) -> str:
    return (
        f'<rect class="{kind}" x="{LEFT + column * CELL_W + 1}" y="{y + 1}" '
        f'width="{CELL_W - 2}" height="{CELL_H - 2}" rx="2" fill-opacity="{opacity:.2f}"/>'
    )


def _text(x: int, y: int, words: str, kind: str = "", anchor: str = "start") -> str:
    kind = f' class="{kind}"' if kind else ""
    return f'<text{kind} x="{x}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'


def _middle(column: int) -> int:
    return LEFT + column * CELL_W + CELL_W // 2


if __name__ == "__main__":
    path, event_id = sys.argv[1:]
    shown = taken(json.loads(Path(path).read_text(encoding="utf-8")), event_id)
    text = json.dumps(shown, ensure_ascii=False).replace('{"name"', '\n{"name"')
    (HERE / "places.json").write_text(text + "\n", encoding="utf-8")
    (HERE / "places.svg").write_text(picture(shown), encoding="utf-8")
