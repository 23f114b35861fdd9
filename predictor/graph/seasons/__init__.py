"""From session files to season states: what is parsed and joined, and the nodes for it.

Knows files by name and digest alone. May import the plan of nodes, and the rooms that parse and
join.
"""
