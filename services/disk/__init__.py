"""Bytes on a disk: files written whole or not at all, sealed, locked, nobody's overwritten."""
