"""Put on PYTHONPATH: every folder is listed in another order each time, as some disks do."""

import os
import random

_scandir, _listdir = os.scandir, os.listdir


class _Shuffled:
    """The entries of a folder in random order."""

    def __init__(self, path="."):
        with _scandir(path) as entries:
            found = list(entries)
        random.SystemRandom().shuffle(found)
        self._found = iter(found)

    def __iter__(self):
        return self._found

    def __next__(self):
        return next(self._found)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._found = iter(())


def _shuffled_list(path="."):
    return random.SystemRandom().sample(found := _listdir(path), len(found))


os.scandir, os.listdir = _Shuffled, _shuffled_list
