"""What a reader is told to install, in a checkout and where a wheel is installed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from services.disk.program import BASE_GROUP, DISTRIBUTION, REQUIREMENTS, ROOT, how_to_install
from tests.rules.sources import trees

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
IN_A_WHEEL = ROOT / "services" / "shipped" / REQUIREMENTS.name


def test_how_to_install__in_a_checkout_names_the_file_beside_the_packages():
    found = how_to_install("learn")
    assert found == f'pip install -r "{ROOT}/requirements_incremental.txt", or only its group learn'


@pytest.mark.parametrize(
    ("group", "wanted"),
    [("learn", '"f1-season-forecast[learn]"'), (BASE_GROUP, '"f1-season-forecast"')],
)
def test_how_to_install__of_a_wheel_names_its_extra(group, wanted):
    assert how_to_install(group, IN_A_WHEEL) == f"pip install {wanted}"


def test_how_to_install__is_asked_for_groups_that_there_are():
    assert PROJECT["name"] == DISTRIBUTION
    text = "".join(Path(ROOT, path).read_text(encoding="utf-8") for path in trees("services"))
    asked = set(re.findall(r"""how_to_install\(["'](\w+)["']\)""", text))
    assert asked
    assert asked <= set(PROJECT["optional-dependencies"])


def test_messages__name_no_file_that_only_a_checkout_has():
    breaches = [
        path
        for path in trees("predictor") | trees("services")
        if path.split("/")[-1] not in {"program.py", "limits.py", "options.py"}
        and re.search(
            r"requirements_incremental\.txt|(?<!`)config/settings\.toml",
            Path(ROOT, path).read_text(encoding="utf-8"),
        )
    ]
    assert breaches == []
