"""Outcome models that learn from races what the filter misses. Reads and writes no file."""
