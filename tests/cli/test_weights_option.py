"""Every way to write weights means the same; nothing odd gets through."""

from __future__ import annotations

import pytest

from predictor.errors import UsageError
from services.cli.main import commands, main
from services.cli.weights_option import parse_weights

WEIGHTS = {"VER": 1.2, "NOR": 1.35}


@pytest.mark.parametrize(
    "text",
    [
        '{"VER":1.20,"NOR":1.35}',
        ' {"VER": 1.20, // slightly below\n "NOR": 1.35} ',
        "VER=1.2,NOR=1.35",
        " VER = 1.2 , NOR = 1.35 ,",
    ],
)
def test_parse_weights__json_and_pairs_are_the_same(text):
    assert parse_weights(text, "--driver-weights") == WEIGHTS


@pytest.mark.parametrize("prefix", ["", "@"])
def test_parse_weights__reads_a_file(tmp_path, prefix):
    path = tmp_path / "weights.json"
    path.write_text('\ufeff{"McLaren // Mercedes": 1.35}', encoding="utf-8")
    assert parse_weights(f"{prefix}{path}", "--team-weights") == {"McLaren // Mercedes": 1.35}


@pytest.mark.parametrize("text", ["", "{}", "  "])
def test_parse_weights__nothing_is_no_weights(text):
    assert parse_weights(text, "--driver-weights") == {}


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("VER", "'VER'"),
        ("VER=fast", "'VER=fast'"),
        ("=1.2", "'=1.2'"),
        ("VER=nan", "'VER=nan'"),
        ("VER=0", "0"),
        ("VER=-1", "-1"),
        ("VER=inf", "inf"),
        ('{"VER": "1.2"}', "'1.2'"),
        ('{"VER": true}', "True"),
        ('{"VER": null}', "None"),
        ('{"VER": 1.2', "line 1"),
        ('{"VER": ' + "1" * 5_000 + "}", "inf"),
        ('{"a":' * 100_000, "levels"),
        ("[1.2].json", "[1.2].json"),
        ("@missing.json", "missing.json"),
    ],
)
def test_parse_weights__says_what_is_wrong_and_where(text, got):
    with pytest.raises(UsageError) as caught:
        parse_weights(text, "--driver-weights")
    assert "--driver-weights" in caught.value.where
    assert got in caught.value.got
    assert caught.value.expected


@pytest.mark.parametrize("text", ['{"VER": 1.2, "VER": 1.3}', "VER=1.2,VER=1.3"])
def test_parse_weights__a_name_given_twice_is_refused(text):
    with pytest.raises(UsageError, match="twice"):
        parse_weights(text, "--driver-weights")


@pytest.mark.parametrize("text", ["VER=5", "VER=0.49", '{"VER": 2.01}', "VER=1e400", "VER=-1"])
def test_parse_weights__a_weight_out_of_range_is_refused_with_what_to_do(text):
    with pytest.raises(UsageError) as caught:
        parse_weights(text, "--driver-weights")
    assert "'VER'" in caught.value.where
    assert caught.value.do


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ('{"VER": ' + "1" * 400 + "}", "inf"),
        ('{"VER": ' + "1" * 5000 + "}", "inf"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "very many levels"),
        ("VER", "'VER'"),
    ],
)
def test_parse_weights__what_no_weight_can_be_is_a_mistake_with_what_to_do(text, got, tmp_path):
    file = tmp_path / "weights.json"
    file.write_text(text, encoding="utf-8")
    for given in (text, str(file)):
        with pytest.raises(UsageError) as caught:
            parse_weights(given, "--driver-weights")
        assert caught.value.do
        assert len(str(caught.value)) < 2000
    with pytest.raises(UsageError) as caught:
        parse_weights(text, "--driver-weights")
    assert got in caught.value.got


@pytest.mark.parametrize("name", ["backtest", "scores", "titles", "compare"])
def test_main__what_scores_races_that_are_run_takes_no_weights(name, capsys):
    assert main(commands, [name, "--driver-weights", "VER=2"]) == 2
    assert "--driver-weights" in capsys.readouterr().err
