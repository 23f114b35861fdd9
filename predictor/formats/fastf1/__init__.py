"""FastF1: results and laps as it exports them."""
