"""The daemon: it watches folders of session files and keeps the season document up to date.

The loop, what it sees, when it builds, and its end of the processes that work for it. It
computes nothing itself. May import everything below `cli`; watchdog in `watcher.py` alone.
"""
