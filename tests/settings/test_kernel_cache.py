"""Damaged kernels are compiled again, and never run: real files of numba's."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import numba
import pytest

from services.settings import kernel_cache

SOURCE = """
import numba

@numba.njit(cache=True)
def twice(number):
    return number * 2
"""


@pytest.fixture
def compiled(tmp_path, monkeypatch):
    """Give a function that loads or compiles ``twice``, and says whether it has compiled."""
    kernels = tmp_path / "kernels"
    numba.config.reload_config()  # else numba may do so while compiling, if the environment changed
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(kernels))
    monkeypatch.setattr(
        numba.config, "CACHE_LOCATOR_CLASSES", "services.settings.kernel_cache.KernelFolder"
    )
    (tmp_path / "tiny.py").write_text(SOURCE)

    def use():
        spec = importlib.util.spec_from_file_location("tiny", tmp_path / "tiny.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        assert module.twice(21) == 42
        return sum(module.twice.stats.cache_misses.values()) == 1

    use.kernels = kernels
    return use


def file_of(kernels, ending):
    (found,) = kernels.rglob(f"*{ending}")
    return found


def empty(path):
    path.write_bytes(b"")


def cut(path):
    path.write_bytes(path.read_bytes()[:-1])


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def unseal(path):
    path.write_bytes(path.read_bytes()[: -kernel_cache._SEAL_BYTES])


def make_unreadable(path):
    path.chmod(0)


def make_folder(path):
    path.unlink()
    path.mkdir()
    (path / "something").write_text("in it")


def make_link(path):
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def make_pipe(path):
    path.unlink()
    os.mkfifo(path)


DAMAGES = [empty, cut, flip, unseal, make_unreadable, make_folder, make_link, make_pipe]


def test_sealed_files__are_loaded_again(compiled):
    assert compiled()
    assert not compiled()


@pytest.mark.parametrize("ending", [".nbi", ".nbc"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_sealed_files__what_is_damaged_is_compiled_and_kept_again(compiled, damage, ending):
    if damage is make_unreadable and os.geteuid() == 0:
        pytest.skip("everything can be read by root")
    assert compiled()
    damage(file_of(compiled.kernels, ending))
    assert compiled()
    assert not compiled()


def test_sealed_files__another_functions_code_is_not_taken(compiled):
    assert compiled()
    data = file_of(compiled.kernels, ".nbc")
    other = data.with_name("other.1.nbc")
    data.rename(other)
    other.rename(data)
    assert not compiled()
    content = data.read_bytes()[: -kernel_cache._SEAL_BYTES]
    data.write_bytes(content + kernel_cache._seal(Path("other.1.nbc"), content))
    assert compiled()


def test_sealed_files__numba_alone_reads_them(compiled, monkeypatch):
    assert compiled()
    monkeypatch.setattr(numba.config, "CACHE_LOCATOR_CLASSES", "")
    plain = kernel_cache.SealedFiles.__bases__[0]
    monkeypatch.setattr(kernel_cache.caching, "IndexDataCacheFile", plain)
    assert not compiled()


def test_kernel_folder__one_that_cannot_be_made_costs_only_time(compiled, tmp_path, monkeypatch):
    compiled.kernels.write_text("a file in its place")
    (tmp_path / "__pycache__").write_text("and here")
    monkeypatch.setenv("XDG_CACHE_HOME", str(compiled.kernels))  # and there
    assert compiled()
