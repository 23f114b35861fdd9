"""Orders and retirements as learned models give them, and their weight beside the filter.

A trained model is computed with NumPy alone here. May import `learn.features` and what is
below it, and safetensors in `tensors.py`; never torch.
"""
