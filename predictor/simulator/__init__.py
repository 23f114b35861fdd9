"""Lap-by-lap Monte Carlo simulation of races."""
