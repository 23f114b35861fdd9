"""Trained models made and compared, in pieces that a kill costs little of."""
