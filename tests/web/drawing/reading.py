"""Pictures read again as XML, to look at what they draw."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET


def read(markup: str) -> ET.Element:
    """Parse a picture; it must be one well-formed element, and carry no style of its own."""
    root = ET.fromstring(str(markup))  # noqa: S314 - our own
    assert not [one for one in root.iter() if "style" in one.attrib or one.tag == "style"]
    return root


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    """Return the elements that have a class."""
    return [one for one in root.iter() if name in one.get("class", "").split()]


def percent(one: ET.Element, attribute: str) -> float:
    """Return a length given in per cent of the width."""
    return float(one.attrib[attribute].rstrip("%"))


def texts(root: ET.Element) -> Iterator[str]:
    """Give every text."""
    return (one.text or "" for one in root.iter("text"))
