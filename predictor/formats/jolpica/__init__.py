"""Jolpica, Ergast before it, and the tables of the Ergast dump.

Their words, ids and pages end here. May import what all formats share, never another provider.
"""
