"""Session records as arrays. Holds no belief and no model."""
