"""The runner of a graph: what is stored, what must be computed, and why.

Results by their key, threads, the record of the last run, explanations. It knows nodes and
bytes, not what they are about. May import `registry`, `intake`, `settings` and `disk`, never
`execution` beside it.
"""
