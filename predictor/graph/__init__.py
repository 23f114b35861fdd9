"""The one home of the graph: stages, the nodes of a season, and the plan that keys them.

What depends on what, and nothing of how it is computed: a stage calls one function of a room
below. May import every room of the library; nothing in the library imports it.
"""
