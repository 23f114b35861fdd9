"""The race kernel compiled by Numba for processors."""
