"""A card as SVG: a headline, and under it a bar for each of a few drivers."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from services.web.drawing.svg import element

__all__ = ["HEIGHT", "WIDTH", "Bar", "Card", "draw_card", "wrapped"]

WIDTH, HEIGHT = 1200, 630
_MARGIN = 72
_SITE = "F1 season forecast"
_FONT = "Inter, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"
# A card has no reader's colour scheme: the light one.
_PAPER, _INK, _INK_2, _INK_3 = "#fcfbf8", "#1a1b1f", "#4b4e56", "#666a72"
_FORECAST, _TRACK = "#6a35b5", "#e6e3db"
_SIZES = ((56, 2), (44, 3), (36, 3))  # px of the headline, and lines that it may take
_LETTER = 0.62  # of the size: how wide a bold letter of a wide font is, on average
_BARS_BEGIN, _BARS_WIDE, _ROW = 356, 560, 42


@dataclass(frozen=True, slots=True)
class Bar:
    """One driver: name, chance, how that is said, and what became of him."""

    name: str
    chance: float
    said: str
    came: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says.

    Attributes
    ----------
    over : str
        Which race, above the headline.
    headline : str
    sub : str
        What the bars are.
    bars : tuple of Bar
        At most five.
    foot : str
        As of when.
    """

    over: str
    headline: str
    sub: str
    bars: tuple[Bar, ...]
    foot: str


def draw_card(card: Card) -> Markup:
    """Draw a card; nothing in it reaches beyond its edge."""
    size, lines = _headline(card.headline)
    head = 136
    return element(
        "svg",
        element("title", card.headline),
        element("rect", width=WIDTH, height=HEIGHT, fill=_PAPER),
        element("rect", width=12, height=HEIGHT, fill=_FORECAST),
        _text(_cut(card.over, 62), _MARGIN, 88, 26, _INK_3),
        *(
            _text(line, _MARGIN, head + size * 0.75 + number * size * 1.15, size, _INK, bold=True)
            for number, line in enumerate(lines)
        ),
        _text(_cut(card.sub, 80), _MARGIN, _BARS_BEGIN - 26, 22, _INK_2),
        *(_bar(one, _BARS_BEGIN + place * _ROW) for place, one in enumerate(card.bars[:5])),
        _text(_SITE, _MARGIN, HEIGHT - 28, 20, _INK, bold=True),
        _text(_cut(card.foot, 64), WIDTH - _MARGIN, HEIGHT - 28, 20, _INK_3, anchor="end"),
        xmlns="http://www.w3.org/2000/svg",
        width=WIDTH,
        height=HEIGHT,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        font_family=_FONT,
    )


def _headline(words: str) -> tuple[int, list[str]]:
    """Return the largest size at which a headline fits, and its lines."""
    for size, most in _SIZES:
        lines = wrapped(words, int((WIDTH - 2 * _MARGIN) / (size * _LETTER)))
        if len(lines) <= most:
            return size, lines
    size, most = _SIZES[-1]
    kept = lines[:most]
    return size, [*kept[:-1], f"{kept[-1]} …"]


def wrapped(sentence: str, width: int) -> list[str]:
    """Return text in lines of at most so many letters; a longer word is cut."""
    lines: list[str] = []
    for word in sentence.split(" "):
        part = _cut(word, width)
        if lines and len(lines[-1]) + 1 + len(part) <= width:
            lines[-1] = f"{lines[-1]} {part}"
        else:
            lines.append(part)
    return lines


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _bar(one: Bar, y: float) -> Markup:
    begin = _MARGIN + 270
    return element(
        "g",
        _text(_cut(one.name, 20), _MARGIN, y + 22, 24, _INK),
        element("rect", x=begin, y=y + 4, width=_BARS_WIDE, height=22, fill=_TRACK),
        element("rect", x=begin, y=y + 4, width=_BARS_WIDE * one.chance, height=22, fill=_FORECAST),
        _text(one.said, begin + _BARS_WIDE + 96, y + 22, 24, _FORECAST, bold=True, anchor="end"),
        _text(one.came, WIDTH - _MARGIN, y + 22, 22, _INK, anchor="end"),
    )


def _text(
    words: str,
    x: float,
    y: float,
    size: float,
    colour: str,
    *,
    bold: bool = False,
    anchor: str = "",
) -> Markup:
    return element(
        "text",
        words,
        x=x,
        y=y,
        font_size=size,
        fill=colour,
        font_weight="700" if bold else None,
        text_anchor=anchor or None,
    )
