"""FastF1: results and laps as it exports them.

Its words and cells end here. May import what all formats share, never another provider.
"""
