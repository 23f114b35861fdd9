"""OpenF1: answers of its API, as JSON or CSV, joined by their keys.

Its keys and words end here. May import what all formats share, never another provider.
"""
