"""The Containerfile: what it names exists, and what it copies is enough."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.deploy.recipes import (
    DEPLOY,
    INSTALLED,
    ROOT,
    instruction,
    instructions,
    listed,
    services_call,
    setting,
    words_of,
)

COPIED = [source for text in instruction("COPY") for source in text.split()[:-1]]
IMPORT_ALL = """
import importlib, pkgutil, predictor, services
for package in (predictor, services):
    assert package.__file__.startswith({copy!r}), package.__file__
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not found.name.startswith("services.archive.migrations."):  # Alembic alone runs them
            importlib.import_module(found.name)
from services.web.pages.glossary import words
assert words()  # what a page reads beside the code
"""


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """Give a folder with what the Containerfile copies, and nothing else."""
    folder = tmp_path_factory.mktemp("image")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
        else:
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def environment():
    return dict(word.split("=", 1) for text in instruction("ENV") for word in words_of(text))


def last(word):
    return instruction(word)[-1]


def test_containerfile__everything_copied_is_in_the_repository():
    assert COPIED
    assert [name for name in COPIED if not (ROOT / name).exists()] == []


def test_ignore_file__lets_in_exactly_what_is_copied():
    lines = (DEPLOY / "Containerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == set(COPIED)


def test_containerfile__what_is_copied_is_enough_to_import_every_module(image):
    code = IMPORT_ALL.format(copy=str(image))
    wanted = {"PYTHONPATH": str(image), "PYTHONSAFEPATH": environment()["PYTHONSAFEPATH"]}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd="/",
        env=os.environ | wanted,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("awk") is None, reason="awk is not installed")
def test_containerfile__installs_the_groups_of_daemon_and_pages_and_no_other(image, tmp_path):
    (step,) = [text for text in instruction("RUN") if "needs.txt" in text]
    shutil.copy(image / "requirements_incremental.txt", tmp_path)
    script = step[: step.index("> needs.txt")] + "> needs.txt"
    subprocess.run(["sh", "-c", script], cwd=tmp_path, check=True)
    text = (tmp_path / "needs.txt").read_text(encoding="utf-8")
    names = set(re.findall(r"^(\w+)==", text, flags=re.MULTILINE))
    assert names >= {"numpy", "numba", "msgspec", "orjson", "click", "watchdog"}
    assert names >= {"starlette", "uvicorn", "sqlalchemy"}
    assert not names & {"pytest", "torch", "pymc", "pandas"}


def test_containerfile__takes_groups_as_the_makefile_does():
    pattern = r"/\^\\?# --- /\{ on = \(\$+3 == name(?: \":\")?\) \} on"
    assert re.search(pattern, (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert re.search(pattern, " ".join(instruction("RUN")))


def test_containerfile__starts_the_daemon_on_the_volume():
    start = listed(last("ENTRYPOINT"))
    assert services_call(start).name == "watch"
    assert start[start.index("--train-data") + 1] in listed(last("VOLUME"))
    assert start[0] == f"{INSTALLED}/.venv/bin/python"


def test_containerfile__output_and_kernels_go_to_volumes():
    volumes = listed(last("VOLUME"))
    assert last("WORKDIR").rstrip("/") + "/predictions" in volumes
    assert environment()["NUMBA_CACHE_DIR"] in volumes
    assert environment()["PYTHONPATH"] == INSTALLED


def test_containerfile__health_is_asked_of_a_command_that_exists():
    health = last("HEALTHCHECK")
    assert services_call(words_of(health)).name == "status"


@pytest.mark.parametrize(("code", "health"), [(0, 0), (1, 0), (2, 1), (3, 1)])
def test_containerfile__health_is_bad_only_where_the_daemon_does_not_run(code, health):
    question = last("HEALTHCHECK").partition("CMD ")[2]
    verdict = question[question.index("||") :]
    assert (
        subprocess.run(["sh", "-c", f"(exit {code}) {verdict}"], check=False).returncode == health
    )


def test_containerfile__compiles_kernels_as_the_user_who_runs():
    words = [
        (word, text) for word, text in instructions() if word == "USER" or "services warm" in text
    ]
    assert [word for word, _ in words] == ["USER", "RUN"]
    assert words[0][1] == setting("User")[0]
    assert services_call(words_of(words[1][1])).name == "warm"


def test_containerfile__sources_have_whole_seconds_before_kernels_are_compiled(image):
    steps = [text for word, text in instructions() if word == "RUN"]
    (touch,) = [number for number, text in enumerate(steps) if text.startswith("find predictor")]
    (warm,) = [number for number, text in enumerate(steps) if "services warm" in text]
    assert touch < warm
    subprocess.run(["sh", "-c", steps[touch]], cwd=image, check=True)
    times = {path.stat().st_mtime_ns % 10**9 for path in (image / "predictor").rglob("*.py")}
    assert times == {0}


def test_containerfile__base_is_named_by_its_release():
    (base,) = instruction("FROM")
    assert re.fullmatch(r"docker\.io/library/debian:\d+-slim", base)


def test_containerfile__stops_by_the_signal_that_the_daemon_knows():
    assert instruction("STOPSIGNAL") == ["SIGTERM"]
