"""The page and its API: published documents as bytes that are made once and handed out.

Nothing of racing is computed here: values come from documents, archive and `derived`. Async code
and the packages of the server live here alone. May import every room of `services` but `cli`.
"""
