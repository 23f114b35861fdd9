"""Where work runs: the same tasks on this machine's processes, or elsewhere."""
