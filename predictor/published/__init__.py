"""The documents that readers get, as types: fields, units and bounds. Computes nothing.

Whoever writes a document makes these values, and whoever reads one gets them. The schemas and
`docs/season-document.md` are made from them. May import `fingerprint` and what is
below it.
"""
