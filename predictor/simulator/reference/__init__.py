"""The same races, slow and readable: the referee of both kernels, and the teller of one race."""
