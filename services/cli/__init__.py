"""The command line: it reads what was typed, calls one function, and prints."""
