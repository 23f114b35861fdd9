"""Keys change with the code and with what it runs on, and with nothing else."""

from __future__ import annotations

import shutil

from services.settings import environment


def copy_of_the_product(tmp_path, monkeypatch):
    root = tmp_path / "product"
    for folder in ("predictor", "services"):
        shutil.copytree(
            environment.ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    monkeypatch.setattr(environment, "ROOT", root)
    return root


def test_code_digest__changes_with_any_library_source(tmp_path, monkeypatch):
    before = environment.code_digest()
    root = copy_of_the_product(tmp_path, monkeypatch)
    assert environment.code_digest() == before  # the place of the checkout does not count
    seen = {before}
    for change in ("predictor/vocabulary.py", "predictor/graph/seasons/folding.py"):
        with (root / change).open("a") as file:
            file.write("\n# changed\n")
        seen.add(environment.code_digest())
    (root / "predictor" / "vocabulary.py").rename(root / "predictor" / "words.py")
    seen.add(environment.code_digest())
    assert len(seen) == 4


def test_code_digest__ignores_what_cannot_change_a_result(tmp_path, monkeypatch):
    root = copy_of_the_product(tmp_path, monkeypatch)
    before = environment.code_digest()
    (root / "predictor" / "README.md").write_text("words")
    (root / "predictor" / "__pycache__").mkdir()
    (root / "services" / "table.py").write_text("")
    assert environment.code_digest() == before


def test_salt__names_the_versions_that_results_depend_on():
    words = environment.salt().environment
    assert "numpy 2" in words
    assert "numba " in words
    assert words.startswith("python 3.")


def test_keep_kernels_in__leaves_a_writable_package_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    environment.keep_kernels_in(tmp_path)
    assert "NUMBA_CACHE_DIR" not in environment.os.environ
