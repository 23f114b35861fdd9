"""The product's own session files, calendar and entries.

They are read as strictly as anybody else's. May import what all formats share, never a provider.
"""
