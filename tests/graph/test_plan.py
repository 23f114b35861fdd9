"""Keys hold everything a value depends on; reasons say what changed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from predictor.graph.plan import (
    Decision,
    Deferred,
    Fields,
    Group,
    Literal,
    Node,
    NodeRef,
    Plan,
    Reason,
    Salt,
    Stage,
    Tags,
    Verdict,
    changes,
    explain,
    key,
    key_parts,
)

SALT = Salt(code="c1", environment="e1")
DIGESTS = {"posterior": "sha256:aa", "qualifying": "sha256:bb"}


def add(a, b):
    return a + b


STAGE = Stage("add", 1, add, float)


def node(**changed):
    given = {
        "id": "forecast/2025-monaco/dry",
        "stage": STAGE,
        "inputs": {"a": NodeRef("posterior"), "b": Literal(2)},
        "config": {"n_simulations": 5000},
    }
    return Node(**(given | changed))


BASE = key_parts(node(), DIGESTS, SALT)

VARIATIONS = {
    "stage name": key_parts(node(stage=replace(STAGE, name="sum")), DIGESTS, SALT),
    "stage version": key_parts(node(stage=replace(STAGE, version=2)), DIGESTS, SALT),
    "upstream value": key_parts(node(), DIGESTS | {"posterior": "sha256:cc"}, SALT),
    "literal": key_parts(node(inputs=node().inputs | {"b": Literal(3)}), DIGESTS, SALT),
    "argument name": key_parts(
        node(inputs={"a": NodeRef("posterior"), "c": Literal(2)}), DIGESTS, SALT
    ),
    "swapped arguments": key_parts(
        node(inputs={"b": NodeRef("posterior"), "a": Literal(2)}), DIGESTS, SALT
    ),
    "configuration value": key_parts(node(config={"n_simulations": 1000}), DIGESTS, SALT),
    "configuration name": key_parts(node(config={"n_sims": 5000}), DIGESTS, SALT),
    "code": key_parts(node(), DIGESTS, replace(SALT, code="c2")),
    "environment": key_parts(node(), DIGESTS, replace(SALT, environment="e2")),
}


@pytest.mark.parametrize("what", VARIATIONS)
def test_key__depends_on_everything_the_value_depends_on(what):
    assert key(VARIATIONS[what]) != key(BASE)


def test_key__does_not_depend_on_order_or_on_the_nodes_name():
    turned = node(id="other", inputs={"b": Literal(2), "a": NodeRef("posterior")})
    assert key(key_parts(turned, DIGESTS, SALT)) == key(BASE)


def test_key__an_input_and_a_configuration_field_of_one_name_differ():
    as_input = key_parts(node(inputs={"x": Literal(1)}, config={}), {}, SALT)
    as_config = key_parts(node(inputs={}, config={"x": 1}), {}, SALT)
    assert key(as_input) != key(as_config)


def test_key_parts__a_deferred_value_is_never_loaded():
    lazy = Deferred("sha256:dd", lambda: pytest.fail("loaded"))
    parts = key_parts(node(inputs={"data": lazy}), {}, SALT)
    assert parts.inputs == {"data": "sha256:dd"}


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("upstream value", [Reason(Verdict.INPUT_CHANGED, ("a changed",))]),
        ("argument name", [Reason(Verdict.INPUT_CHANGED, ("b is gone", "c is new"))]),
        (
            "configuration value",
            [Reason(Verdict.CONFIGURATION_CHANGED, ("n_simulations changed",))],
        ),
        ("stage version", [Reason(Verdict.CODE_CHANGED)]),
        ("code", [Reason(Verdict.CODE_CHANGED)]),
        ("environment", [Reason(Verdict.ENVIRONMENT_CHANGED)]),
    ],
)
def test_changes__names_what_changed(what, expected):
    assert list(changes(VARIATIONS[what], BASE)) == expected


def test_changes__no_earlier_run_is_a_first_run():
    assert changes(BASE, None) == (Reason(Verdict.FIRST_RUN),)


def test_changes__equal_parts_mean_a_lost_result():
    assert changes(BASE, BASE) == (Reason(Verdict.MISSING),)


def test_explain__reads_as_a_sentence():
    reasons = (Reason(Verdict.INPUT_CHANGED, ("posterior changed", "qualifying is new")),)
    line = explain("forecast/2025-monaco/dry", Decision(runs=True, reasons=reasons))
    assert line == "forecast/2025-monaco/dry: runs, posterior changed, qualifying is new"
    reused = Decision(runs=False, reasons=(Reason(Verdict.REUSED),))
    assert explain("document", reused) == "document: reused"


def test_plan__rejects_a_reference_to_a_later_node():
    first = node(id="a", inputs={"x": NodeRef("b")})
    second = node(id="b", inputs={})
    with pytest.raises(ValueError, match="no earlier node"):
        Plan((first, second))
    assert Plan((second, first)).final is first
    assert Plan((first,), given=frozenset({"b"})).final is first


def test_plan__rejects_two_nodes_of_one_name():
    with pytest.raises(ValueError, match="two nodes are called a"):
        Plan((node(id="a", inputs={}), node(id="a", inputs={})))


def test_node__rejects_an_argument_that_is_input_and_configuration():
    with pytest.raises(ValueError, match="both an input and configuration"):
        node(inputs={"n_simulations": Literal(1)})


@dataclass(frozen=True)
class Setup:
    seed: int
    n_laps: int


def grouped(names=("a", "b"), prefix="forecast/", setup=None):
    group = Group({name: Literal(name) for name in names}, prefix)
    return Node("n", STAGE, {"forecasts": group}, {"setup": Fields(setup or Setup(1, 50))})


def test_key_parts__names_the_members_of_a_group_and_the_fields_of_a_setup():
    parts = key_parts(grouped(), {}, SALT)
    assert list(parts.inputs) == ["forecast/a", "forecast/b"]
    assert list(parts.config) == ["n_laps", "seed"]


def test_changes__names_the_member_and_the_field_that_changed():
    before = key_parts(grouped(), {}, SALT)
    now = key_parts(grouped(names=("a", "c"), setup=Setup(2, 50)), {}, SALT)
    assert [str(reason) for reason in changes(now, before)] == [
        "forecast/b is gone, forecast/c is new",
        "configuration changed: seed changed",
    ]


def test_node__a_group_takes_its_members_values():
    node = Node("n", STAGE, {"forecasts": Group({"dry": NodeRef("one"), "wet": Literal(1)})})
    assert node.upstream == ("one",)


@pytest.mark.parametrize(
    ("inputs", "config"),
    [
        ({"files": Group({"a": Literal(1)}), "a": Literal(2)}, {}),
        ({}, {"setup": Fields(Setup(1, 50)), "seed": 2}),
    ],
)
def test_node__two_of_one_name_in_a_key_are_refused(inputs, config):
    with pytest.raises(ValueError, match="have one name"):
        Node("n", STAGE, inputs, config)


def test_key__does_not_depend_on_tags():
    tagged = replace(node(), tags=Tags("forecast", "2025-monaco", "dry"))
    assert key(key_parts(tagged, DIGESTS, SALT)) == key(BASE)
