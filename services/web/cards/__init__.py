"""Share cards: one event in 1200 x 630, as SVG and as PNG.

A card is drawn of what pages derive, with colours of its own, for it stands on other people's
pages. May import `derived` and `drawing`; resvg-py is imported when a PNG is asked for, and here
alone.
"""
