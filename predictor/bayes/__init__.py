"""Beliefs about drivers and teams, updated race by race. Simulates nothing."""
