"""Keys change with the code and with what it runs on, and with nothing else."""

from __future__ import annotations

from services.settings import environment


def test_salt__a_stages_code_is_what_it_reaches_and_all_of_it_where_nobody_can_tell():
    salt = environment.salt()
    reached = salt.code_of(frozenset({"predictor.vocabulary"}))
    assert reached == environment.product_code().digest(["predictor.vocabulary"])
    assert salt.code_of(frozenset({"predictor.vocabulary", "tests"})) == salt.code
    assert reached != salt.code == environment.code_digest()


def test_salt__names_the_versions_that_results_depend_on():
    words = environment.salt().environment
    assert "numpy 2" in words
    assert "numba " in words
    assert words.startswith("python 3.")


def test_keep_kernels_in__leaves_a_writable_package_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    environment.keep_kernels_in(tmp_path)
    assert "NUMBA_CACHE_DIR" not in environment.os.environ
