from dataclasses import replace

from predictor.learn.features.definitions import (
    FEATURE_NAMES,
    FEATURES,
    features_digest,
)


def test_features__are_64_with_names_of_their_own():
    assert len(FEATURES) == len(set(FEATURE_NAMES)) == 64
    assert all(one.text and one.unit and one.version >= 1 for one in FEATURES)


def test_features_digest__changes_with_a_version_a_unit_and_the_order():
    first, *rest = FEATURES
    changed = (
        FEATURES,
        (replace(first, version=first.version + 1), *rest),
        (replace(first, unit="s"), *rest),
        (*rest, first),
    )
    assert len({features_digest(one) for one in changed}) == 4
    assert features_digest((replace(first, text="other words"), *rest)) == features_digest()
