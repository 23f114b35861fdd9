"""A season for a notebook: forecasts as frames and pictures, opinions tried, scores.

`open_season` is the way in; everything else hangs on what it returns. It reads what is
published, or has a run made as the command line has, and computes no odds. May import `web` and
what is below it; pandas and polars in `frames.py`, Altair in `charts.py`, when they are asked for.
"""

from services.notebook.season import open_season

__all__ = ["open_season"]
