"""The HTTP API: one table of its addresses, from which router, description and clients are made.

`route.py` says what an address is, `table.py` lists all of them, `answers` are the types of what
they give, `handlers` take it from documents and archive. Values come in as a `World` and go out as
a `Resource`; only `endpoint.py` and `desk.py` are asynchronous. May import what `web` may.
"""
