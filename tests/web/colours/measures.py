"""Colours measured: contrast as WCAG has it, and how far apart two look, to the colour-blind too.

Distances are those of OKLab, times 100: under about 5 two colours look alike. Blindness is that of
Machado, Oliveira and Fernandes (2009), whole, in linear light.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["apart", "contrast", "from_oklch", "hex_of", "oklab", "schemes"]

Array = NDArray[np.float64]

# Full red-, green- and blue-blindness; the first is nobody's.
_SEEN = {
    "all": np.eye(3),
    "red-blind": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "green-blind": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "blue-blind": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear(colour: str) -> Array:
    """Return red, green and blue in linear light, 0 to 1, of "#rrggbb"."""
    part = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255.0
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    low, high = sorted(float(linear(one) @ weights) for one in (first, second))
    return (high + 0.05) / (low + 0.05)


@cache
def oklab(colour: str, seen: str = "all") -> tuple[float, float, float]:
    """Return lightness, green to red and blue to yellow, as somebody sees a colour."""
    light = np.clip(_SEEN[seen] @ linear(colour), 0.0, 1.0)
    first, second, third = _TO_LAB @ np.cbrt(_TO_LMS @ light)
    return float(first), float(second), float(third)


def apart(first: str, second: str) -> float:
    """Return how far apart two colours look to whom they look most alike."""
    return min(
        100.0 * float(np.linalg.norm(np.subtract(oklab(first, seen), oklab(second, seen))))
        for seen in _SEEN
    )


def from_oklch(lightness: float, chroma: float, hue: float) -> str | None:
    """Return the colour of a lightness, a chroma and a hue in degrees; None beyond sRGB."""
    angle = np.radians(hue)
    lab = np.array([lightness, chroma * np.cos(angle), chroma * np.sin(angle)])
    light = np.linalg.inv(_TO_LMS) @ (np.linalg.inv(_TO_LAB) @ lab) ** 3
    if light.min() < -1e-4 or light.max() > 1.0 + 1e-4:
        return None
    return hex_of(np.clip(light, 0.0, 1.0))


def hex_of(light: Array) -> str:
    """Return linear light as "#rrggbb"."""
    part = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(float(one) * 255):02x}" for one in part)


def schemes(css: str) -> dict[str, dict[str, str]]:
    """Return the colours that a style sheet names: "light" or "dark" -> name -> "#rrggbb"."""
    found = re.search(r"@media[^{]*prefers-color-scheme: dark[^{]*{(.*?)\n}\n", css, re.DOTALL)
    assert found is not None
    light, dark = css[: found.start()], found[1]
    return {
        scheme: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", text))
        for scheme, text in (("light", light), ("dark", dark))
    }
