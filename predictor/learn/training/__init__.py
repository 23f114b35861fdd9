"""How a model is trained; the only place that borrows torch or LightGBM."""
