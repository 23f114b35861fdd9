"""Colours of teams: measured, searched for, and held to what was found."""
