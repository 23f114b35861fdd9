"""Trained models on disk: versions, which one serves, every change of that, backups."""
