"""One module a matter: from what is asked and a `View` to a typed answer. No I/O of their own.

What is not there is a `Problem` of a kind that `problem_kinds.py` lists. May import `answers` and
what is beside this folder, and `derived`; never the server's packages.
"""
