"""From folders to settled bytes: what lies there, what changed, what was last readable.

No byte is understood here: a file is a path, a status, a digest. May import `settings` and
`disk`.
"""
