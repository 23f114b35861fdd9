"""The runner of a graph: what is stored, what must be computed, and why."""
