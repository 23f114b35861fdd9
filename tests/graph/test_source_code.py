"""What a module reaches is never too little, and what cannot change a result does not count."""

from __future__ import annotations

import pytest

from predictor.graph.source_code import ProductCode, read_module

PACKAGES = frozenset({"product", "house"})


def read(text: str):
    return read_module(text.encode(), PACKAGES)


PLAIN = '''
def speed(a, b):
    """Give a speed."""
    return a / b
'''


@pytest.mark.parametrize(
    "text",
    [
        PLAIN + "# a comment\n",
        PLAIN.replace("Give a speed.", "Return a speed, in other words."),
        PLAIN.replace('    """Give a speed."""\n', ""),
        '"""A docstring of the module."""\n' + PLAIN,
        PLAIN.replace("a / b", "(\n        a\n        / b\n    )"),
        "\n\n\n" + PLAIN,
    ],
)
def test_read_module__comments_docstrings_and_layout_do_not_count(text):
    assert read(text) == read(PLAIN)


@pytest.mark.parametrize(
    "text",
    [
        PLAIN.replace("a / b", "b / a"),
        PLAIN.replace("(a, b)", "(a, b=1)"),
        PLAIN.replace("(a, b)", "(a, b=1.0)"),
        PLAIN.replace("(a, b)", "(a, b=True)"),
        PLAIN.replace("return", "yield"),
        PLAIN.replace("speed", "pace"),
        PLAIN + "LIMIT = 1\n",
        PLAIN + "LIMIT = '1'\n",
        "from __future__ import annotations\n" + PLAIN,
        PLAIN.replace("return a", "'no docstring, but a value'\n    return a"),
    ],
)
def test_read_module__whatever_runs_counts(text):
    others = {read(PLAIN).digest, read(PLAIN + "LIMIT = 2\n").digest}
    assert read(text).digest not in others


def test_read_module__a_text_that_is_a_value_is_no_docstring():
    assert read("A = 'one'").digest != read("A = 'two'").digest
    assert read("def f():\n    return 'one'").digest != read("def f():\n    return 'two'").digest


def test_read_module__what_is_no_python_counts_byte_for_byte():
    assert read("def f(:\n").digest != read("def f(:\n# comment\n").digest
    assert read_module(b"\x00", PACKAGES) != read_module(b"\x00\x00", PACKAGES)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import product.laps", {"product.laps"}),
        ("import product.laps as other", {"product.laps"}),
        ("from product import laps", {"product.laps"}),
        ("from product.laps import race, drive", {"product.laps.race", "product.laps.drive"}),
        ("def late():\n    from product.laps import race", {"product.laps.race"}),
        ("class A:\n    import product.laps", {"product.laps"}),
        ("if TYPE_CHECKING:\n    import product.laps", {"product.laps"}),
        ("try:\n    import product.laps\nexcept ImportError:\n    pass", {"product.laps"}),
        ("importlib.import_module('product.laps')", {"product.laps"}),
        ("importlib.import_module(f'product.formats.{name}')", {"product.formats."}),
        ("run([python, '-m', 'house.worker'])", {"house.worker"}),
        ("run('import product.laps, house.worker')", {"product.laps", "house.worker"}),
        ("from . import laps", {"product.", "house."}),
        ("from .laps import race", {"product.", "house."}),
        ("print('see the manual of product.')", {"product."}),
        ("import numpy, json\nfrom os import path", set()),
        ("print('the house and its product')", set()),
        ('"""Words on product.laps."""', set()),
        ("def f():\n    '''Words on product.laps.'''", set()),
    ],
)
def test_read_module__finds_all_that_may_be_imported(text, names):
    assert set(read(text).names) == names


def product(**texts: str) -> ProductCode:
    """A product of modules; ``__`` in a name stands for a dot, ``___`` for a resource's slash."""
    named = {name.replace("___", "/").replace("__", "."): text for name, text in texts.items()}
    return ProductCode({name: read(text) for name, text in named.items()})


LAPS = {
    "product": "",
    "product__sim": "from product.sim.rules import limit",
    "product__sim__laps": "def race():\n    from product.kernel import run",
    "product__sim__rules": "limit = 1",
    "product__kernel": "import numpy",
    "product__report": "from product.sim.laps import race",
    "product__sim___table_toml": "a table",
}


def test_reached__follows_imports_and_brings_packages_and_their_resources():
    reached = product(**LAPS).reached
    assert reached(["product.kernel"]) == ("product", "product.kernel")
    assert reached(["product.sim.laps"]) == (
        "product", "product.kernel", "product.sim", "product.sim.laps", "product.sim.rules",
        "product.sim/table_toml",
    )  # fmt: skip
    assert "product.report" not in reached(["product.sim."])
    assert reached(["product."]) == tuple(sorted(product(**LAPS).sources))


def test_reached__circles_end():
    circle = product(product="", product__a="import product.b", product__b="import product.a")
    assert circle.reached(["product.a"]) == ("product", "product.a", "product.b")


def test_reached__a_module_that_is_not_there_is_an_error():
    with pytest.raises(KeyError, match=r"product\.lapse"):
        product(**LAPS).reached(["product.lapse"])


@pytest.mark.parametrize(
    ("changed", "reaching"),
    [
        ("product__kernel", {"product.sim.laps", "product.report", "product.kernel"}),
        ("product__report", {"product.report"}),
        ("product__sim__rules", {"product.sim.laps", "product.sim.rules", "product.report"}),
        ("product__sim___table_toml", {"product.sim.laps", "product.sim.rules", "product.report"}),
        ("product", {"product.sim.laps", "product.sim.rules", "product.report", "product.kernel"}),
    ],
)
def test_digest__changes_exactly_where_the_changed_file_is_reached(changed, reaching):
    before, after = product(**LAPS), product(**LAPS | {changed: "limit = 2"})
    leaves = ("product.sim.laps", "product.sim.rules", "product.report", "product.kernel")
    assert {one for one in leaves if before.digest([one]) != after.digest([one])} == reaching
    assert before.whole != after.whole


def test_digest__a_module_that_nobody_reaches_changes_nothing_but_the_whole():
    before, after = product(**LAPS), product(**LAPS, product__new="import product.sim")
    assert before.digest(["product.report"]) == after.digest(["product.report"])
    assert before.whole != after.whole


def test_digest__a_module_under_another_name_is_another():
    before = product(product="", product__a="import product.b", product__b="")
    after = product(product="", product__a="import product.b", product__c="")
    assert before.digest(["product.a"]) != after.digest(["product.a"])


def test_of_package__holds_every_file_of_it_and_no_other():
    before = product(**LAPS, house="")
    for name in LAPS:
        assert product(**LAPS | {name: "changed = 1"}, house="").of_package("product") != (
            before.of_package("product")
        )
    assert product(**LAPS, house="changed = 1").of_package("product") == (
        before.of_package("product")
    )
