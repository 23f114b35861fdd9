from dataclasses import replace
from pathlib import Path

from predictor.learn.features.definitions import (
    FEATURE_NAMES,
    FEATURES,
    features_digest,
    features_table,
)

DOCUMENT = Path(__file__).parents[2] / "docs" / "ml-layer.md"


def test_features__are_64_with_names_of_their_own():
    assert len(FEATURES) == len(set(FEATURE_NAMES)) == 64
    assert all(one.text and one.unit and one.version >= 1 for one in FEATURES)


def test_document__has_the_table_of_the_definitions():
    section = DOCUMENT.read_text(encoding="utf-8").partition("## Features\n")[2]
    section = section.partition("\n## ")[0]
    table = "".join(f"{line}\n" for line in section.splitlines() if line.startswith("|"))
    assert table == features_table()


def test_features_digest__changes_with_a_version_a_unit_and_the_order():
    first, *rest = FEATURES
    changed = (
        FEATURES,
        (replace(first, version=2), *rest),
        (replace(first, unit="s"), *rest),
        (*rest, first),
    )
    assert len({features_digest(one) for one in changed}) == 4
    assert features_digest((replace(first, text="other words"), *rest)) == features_digest()
