"""Past seasons forecast again as of their day, scored, and drawn."""
