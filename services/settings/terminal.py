"""Text for a terminal: what files call themselves must not move the cursor or forge a line."""

from __future__ import annotations

__all__ = ["plain", "plain_lines"]


def plain(line: str) -> str:
    r"""Give one line in which everything that is not printable is escaped: ESC as ``\x1b``.

    Names of files come from outside and may hold colours, line breaks or half characters.
    """
    if line.isprintable():
        return line
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in line)


def plain_lines(text: str) -> str:
    """Give lines of text so; its line breaks stay."""
    return "\n".join(map(plain, text.split("\n")))
