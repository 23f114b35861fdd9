"""The race kernel compiled by Numba for NVIDIA GPUs.

Loops and memory of one race to a thread; every rule comes from `physics.py` and `drawn.py`.
`device.py` alone brings numba's CUDA in. May import what lies at the top of `simulator`, never
`cpu`.
"""
