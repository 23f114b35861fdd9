"""What the kernel says of watches and mounts is read right."""

from __future__ import annotations

import ctypes
import os
import sys

import pytest

from services.daemon.kernel_facts import (
    count_watches,
    file_system,
    inotify_descriptors,
    remote_file_system,
)

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says")
MOUNTS = """\
22 1 0:21 / / rw,relatime shared:1 - ext4 /dev/vda rw
23 22 0:22 / /srv rw,relatime - xfs /dev/vdb rw
24 23 0:23 / /srv/season rw,relatime shared:7 master:1 - nfs4 host:/export rw,vers=4.2
25 23 0:24 / /srv/my\\040data rw,relatime - fuse.sshfs user@host:/ rw
26 22 0:25 / /mnt/c rw - 9p drvfs rw,aname=drvfs
27 22 0:26 / /mnt/share rw - cifs //host/share rw
28 22 0:27 / /twice rw - nfs host:/a rw
29 28 0:28 / /twice rw - tmpfs tmpfs rw
30 22 0:29 / /ünï rw - virtiofs share rw
a torn line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "ext4"),
        ("/hom/x", "ext4"),
        ("/srv", "xfs"),
        ("/srv/season", "nfs4"),
        ("/srv/season/2025", "nfs4"),
        ("/srv/seasons", "xfs"),
        ("/srv/my data/x", "fuse.sshfs"),
        ("/mnt/c/races", "9p"),
        ("/mnt/share", "cifs"),
        ("/twice/x", "tmpfs"),
        ("/ünï/x", "virtiofs"),
    ],
)
def test_file_system__is_that_of_the_nearest_mount(path, kind):
    assert file_system(path, MOUNTS) == kind


def test_file_system__is_unknown_without_mounts():
    assert file_system("/srv", "") == ""


@LINUX
def test_remote_file_system__memory_is_not_remote():
    assert remote_file_system("/proc") == ""


@LINUX
def test_count_watches__counts_what_the_kernel_really_watches(tmp_path):
    libc = ctypes.CDLL(None, use_errno=True)
    before = inotify_descriptors()
    descriptor, *other = libc.inotify_init(), *os.pipe()
    try:
        assert inotify_descriptors() - before == {descriptor}
        watches = []
        for number in range(30):
            (tmp_path / f"{number}").mkdir()
            path = os.fsencode(tmp_path / f"{number}")
            watches.append(libc.inotify_add_watch(descriptor, path, 0x100))
        assert count_watches([descriptor]) == 30
        for watch in watches[11:]:
            assert libc.inotify_rm_watch(descriptor, watch) == 0
        assert count_watches([descriptor]) == 11
    finally:
        for one in (descriptor, *other):
            os.close(one)
    assert count_watches([descriptor]) is None
