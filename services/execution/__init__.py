"""Where work runs: the same tasks on this machine's processes, or elsewhere.

One file a back end, all with one contract; what a task computes is not known here. May import
`registry`, `intake`, `settings` and `disk`, never `engine` beside it.
"""
