"""Beliefs, season and scenario become race inputs and odds. Runs no clock, reads no file."""
