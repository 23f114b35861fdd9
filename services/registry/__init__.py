"""Trained models on disk: versions, which one serves, every change of that, backups.

Every file is checked before it is used, and folders never change. Trains nothing. May import
`intake`, `settings` and `disk`.
"""
