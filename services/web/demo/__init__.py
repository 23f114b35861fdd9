"""A recorded weekend, replayed drop by drop: what a server shows where there is no forecast yet.

The recording is made by `record.py` from the seasons that come with the program; nothing in it is
anybody else's. May import everything below `web`.
"""
