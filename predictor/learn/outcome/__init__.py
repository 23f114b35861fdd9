"""Orders and retirements as learned models give them, and their weight beside the filter."""
