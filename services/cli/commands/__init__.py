"""Commands of the command line, one module each.

A command parses, calls one function of a room below, and prints what it gave. May import
every room, never another command but for the options that they share.
"""
