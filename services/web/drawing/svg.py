"""Elements of SVG and HTML as text that is safe to put into a page."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

__all__ = ["Value", "across", "element", "number", "path", "picture", "together"]

Value = str | float | None


def element(name: str, *children: str, **attributes: Value) -> Markup:
    """Return one element; children and attributes are escaped unless they are markup.

    Parameters
    ----------
    name : str
    children : str
        Text or markup.
    attributes
        ``class_`` is class, ``stroke_width`` is stroke-width; None is left out.
    """
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_value(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = Markup("").join(children)
    # Of checked names and escaped values.
    return Markup(f"<{name}{said}>{inside}</{name}>")  # noqa: S704


def picture(
    *children: str, height: float, class_: str, viewbox: str | None = None, **attributes: Value
) -> Markup:
    """Return an SVG over the whole width; its numbers stand beside it, so readers aloud skip it."""
    return element(
        "svg",
        *children,
        class_=class_,
        width="100%",
        height=height,
        viewBox=viewbox,
        preserveAspectRatio="none" if viewbox else None,
        aria_hidden="true",
        focusable="false",
        **attributes,
    )


def together(parts: Iterable[str]) -> Markup:
    """Return elements one after the other."""
    return Markup("").join(parts)


def across(part: float) -> str:
    """Return a part of the width, 0 to 1, as SVG takes it."""
    return f"{number(100.0 * part)}%"


def number(value: float) -> str:
    """Return a number without digits that nobody sees."""
    said = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if said in ("", "-0") else said


def path(points: Iterable[tuple[float, float]], *, closed: bool = False) -> str:
    """Return the ``d`` of a line through points."""
    text = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return f"M{text}{'Z' if closed else ''}"


def _value(value: str | float) -> str:
    return value if isinstance(value, str) else number(value)
