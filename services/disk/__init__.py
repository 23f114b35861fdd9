"""Bytes on a disk: files written whole or not at all, sealed, locked, nobody's overwritten.

Knows no season and no model, only what a file may do to a process. May import `errors` alone.
"""
