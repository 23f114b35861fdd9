"""The race kernel compiled by Numba for NVIDIA GPUs."""
