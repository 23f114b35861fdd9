"""ARCHITECTURE.md names every module, in the module's own words."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]


def modules():
    for package in ("predictor", "services", "benchmarks"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if path.name != "__init__.py":
                yield path


def line_of(path):
    first = (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
    return f"- `{path.relative_to(ROOT).as_posix()}`: {first}"


def test_architecture__names_every_module_in_its_own_words():
    listed = set((ROOT / "ARCHITECTURE.md").read_text().splitlines())
    missing = [line_of(path) for path in modules() if line_of(path) not in listed]
    assert not missing, "\n".join(["add to ARCHITECTURE.md:", *missing])


def test_architecture__names_no_module_that_is_gone():
    lines = (ROOT / "ARCHITECTURE.md").read_text().splitlines()
    listed = {
        line
        for line in lines
        if line.startswith(("- `predictor/", "- `services/", "- `benchmarks/"))
    }
    assert listed == {line_of(path) for path in modules()}
