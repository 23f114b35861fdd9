"""Jolpica, Ergast before it, and the tables of the Ergast dump."""
