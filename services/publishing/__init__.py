"""From what was computed to what others read: document, record of runs, verification.

The one commit point of a run is here. Nothing is computed anew. May import `engine` and what
is below it.
"""
