"""Only regular files are opened, and what is no such file is told without waiting."""

from __future__ import annotations

import errno
import os
import stat

import pytest

from services.disk.regular_file import open_own, read_regular, what_is

unix = pytest.mark.skipif(os.name == "nt", reason="needs links and pipes")


def test_read_regular__gives_a_files_bytes_by_a_link_too(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert read_regular(tmp_path / "a") == b"abc"
    if os.name != "nt":
        (tmp_path / "b").symlink_to("a")
        assert read_regular(tmp_path / "b") == b"abc"


@unix
@pytest.mark.parametrize("name", ["pipe", "folder", "/dev/zero", "/dev/stdin", "link to a pipe"])
def test_read_regular__what_is_no_regular_file_is_told_and_not_opened(tmp_path, name, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link to a pipe").symlink_to("pipe")
    opened = []
    monkeypatch.setattr(os, "open", lambda *given, **named: opened.append(given))
    with pytest.raises(OSError, match=r"not a regular file|Is a directory"):
        read_regular(tmp_path / name)
    assert opened == []


def test_read_regular__an_endless_file_ends(tmp_path):
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(10 * 2**40)
    with pytest.raises(OSError, match="is larger than") as caught:
        read_regular(tmp_path / "sparse")
    assert caught.value.errno == errno.EFBIG
    (tmp_path / "a").write_bytes(b"abc")
    assert read_regular(tmp_path / "a", 3) == b"abc"
    with pytest.raises(OSError, match="is larger than 2 bytes"):
        read_regular(tmp_path / "a", 2)


@unix
def test_open_own__follows_no_link_even_if_it_comes_at_the_last_moment(tmp_path, monkeypatch):
    (tmp_path / "precious").write_bytes(b"abc")
    real = os.open

    def slip_in(path, *given, **named):
        path.symlink_to("precious")
        return real(path, *given, **named)

    monkeypatch.setattr(os, "open", slip_in)
    with pytest.raises(OSError, match=r"symbolic links|link"):
        open_own(tmp_path / "a", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    assert (tmp_path / "precious").read_bytes() == b"abc"


def test_what_is__names_all_but_regular_files(tmp_path):
    (tmp_path / "a").touch()
    assert what_is((tmp_path / "a").stat()) == ""
    assert what_is(tmp_path.stat()) == "a folder"
    assert stat.S_ISDIR(tmp_path.stat().st_mode)
