"""Pictures as SVG, from plain values: the parts that pages are put together of.

Marks lie at per cent of the width and at pixels of the height, so that one picture serves a phone
and a screen; colours come by class, because a strict content policy forbids style attributes. May
import markupsafe alone; knows no document, no template and no racing.
"""
