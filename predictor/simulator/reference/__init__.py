"""The same races, slow and readable: the referee of both kernels, and the teller of one race.

It shares draws and whole numbers with the kernels, and writes out every rule again on
purpose. May import what says what goes into a race and comes out of it, and no kernel.
"""
