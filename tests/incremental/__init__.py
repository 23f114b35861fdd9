"""Proof that an incremental run equals a full rebuild, and that the proof can fail."""
