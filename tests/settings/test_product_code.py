"""The product's own files, as they are on disk, read once for each content."""

from __future__ import annotations

import hashlib

import pytest

from predictor.graph.source_code import Source
from services.settings import product_code
from services.settings.product_code import read_product_code


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A small product in place of the one that runs."""
    for path, text in {
        "predictor/__init__.py": "",
        "predictor/graph/source_code.py": "READER = 1",
        "predictor/laps.py": "from predictor.rules import limit",
        "predictor/rules.py": "limit = 1",
        "predictor/table.toml": "a = 1",
        "predictor/README.md": "words",
        "predictor/__pycache__/laps.cpython.pyc": "compiled",
        "services/__init__.py": "",
        "services/run.py": "import predictor.laps",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.setattr(product_code, "ROOT", tmp_path)
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    return tmp_path


def kept(root):
    return root / "predictor" / "__pycache__" / "source-code.bin"


def test_read_product_code__names_modules_packages_and_resources(root):
    assert set(read_product_code().sources) == {
        "predictor", "predictor.graph.source_code", "predictor.laps", "predictor.rules",
        "predictor/table.toml", "services", "services.run",
    }  # fmt: skip
    assert "predictor.rules" in read_product_code().reached(["services.run"])
    assert "predictor/table.toml" in read_product_code().reached(["predictor.rules"])


def test_read_product_code__what_a_wheel_carries_along_is_no_code(root):
    code = read_product_code().whole
    for name in ("config/settings.toml", "race-data/2025/race.json"):
        (root / "services" / "shipped" / name).parent.mkdir(parents=True)
        (root / "services" / "shipped" / name).write_text("1")
    assert read_product_code().whole == code


def test_read_product_code__a_resource_is_no_module_though_its_bytes_are_the_same(root):
    (root / "predictor" / "empty.json").write_text("")
    sources = read_product_code().sources
    assert sources["predictor/empty.json"].digest == f"sha256:{hashlib.sha256(b'').hexdigest()}"
    assert sources["predictor"] == sources["services"] != sources["predictor/empty.json"]


def test_read_product_code__what_is_kept_is_what_a_first_reading_gives(root):
    first = read_product_code().sources
    assert kept(root).is_file()
    assert read_product_code().sources == first
    kept(root).unlink()
    assert read_product_code().sources == first


def test_read_product_code__parses_what_has_changed_and_nothing_else(root, monkeypatch):
    read_product_code()
    parsed = []
    real = product_code.read_module
    monkeypatch.setattr(
        product_code, "read_module", lambda data, names: parsed.append(data) or real(data, names)
    )
    read_product_code()
    assert parsed == []
    (root / "predictor" / "rules.py").write_text("limit = 2")
    assert read_product_code().sources["predictor.rules"] == real(b"limit = 2", frozenset())
    assert parsed == [b"limit = 2"]


@pytest.mark.parametrize("damage", [b"", b"nonsense", hashlib.sha256(b"\xc0").digest() + b"\xc0"])
def test_read_product_code__what_is_kept_and_damaged_is_read_again(root, damage):
    first = read_product_code().sources
    kept(root).write_bytes(damage)
    assert read_product_code().sources == first


def test_read_product_code__another_reader_reads_all_again(root, monkeypatch):
    n_modules = sum("/" not in name for name in read_product_code().sources)
    parsed = []
    monkeypatch.setattr(
        product_code, "read_module", lambda data, _: parsed.append(data) or Source("sha256:0")
    )
    (root / "predictor" / "graph" / "source_code.py").write_text("READER = 2")
    read_product_code()
    assert len(parsed) == n_modules


def test_read_product_code__is_kept_with_the_kernels_where_these_are_elsewhere(
    root, tmp_path, monkeypatch
):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "kernels"))
    read_product_code()
    assert (tmp_path / "kernels" / "source-code.bin").is_file()
    assert not kept(root).exists()


def test_read_product_code__a_folder_that_takes_nothing_costs_only_time(root, monkeypatch):
    blocked = root / "no-folder"
    blocked.write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(blocked))
    assert "predictor.laps" in read_product_code().sources
