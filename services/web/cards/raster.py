"""A card as PNG, drawn when it is asked for and kept for as long as it is asked for again."""

from __future__ import annotations

import functools

__all__ = ["as_png"]


@functools.lru_cache(maxsize=32)
def as_png(svg: bytes) -> bytes:
    """Return a drawing of this product as PNG.

    Raises
    ------
    ImportError
        If resvg-py is not installed.
    """
    import resvg_py  # noqa: PLC0415 - 5 MB, and for share cards alone

    return bytes(resvg_py.svg_to_bytes(svg_string=svg.decode(), sans_serif_family="DejaVu Sans"))
