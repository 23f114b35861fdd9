"""The command line: it reads what was typed, calls one function, and prints.

Options, exit codes, tables and stories for a terminal; nothing is computed here. May import
every room; click stays here.
"""
