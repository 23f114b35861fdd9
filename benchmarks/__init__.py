"""What the product costs on this machine, beside other ways to write the same simulator.

Nothing of the product imports it, and it is not part of the package. It may import both
packages, and measures them as a user meets them.
"""
