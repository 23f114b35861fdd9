"""One forecast of one season: its inputs, its build, its shards, and what is wrong with it.

From folders to what a document holds, and what can be said of a folder or an installation
without one. May import `publishing` and what is below it.
"""
