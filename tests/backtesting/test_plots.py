"""Reliability diagrams out of files of figures."""

from __future__ import annotations

import subprocess
import sys

import orjson
import pytest

from services.backtesting.plot_source import shown_seasons
from services.cli.main import commands, main
from services.disk.program import how_to_install
from tests.rules.sources import ROOT

PNG = b"\x89PNG\r\n\x1a\n"


def tenths(count=8):
    """Bins as a backtest has them; the upper half is empty."""
    return [
        {
            "lower": i / 10, "upper": (i + 1) / 10, "count": count if i < 5 else 0,
            "mean_forecast": i / 10 + 0.05 if i < 5 else None,
            "frequency": i / 10 if i < 5 else None, "contenders": 2,
        }
        for i in range(10)
    ]  # fmt: skip


def backtest(**bins):
    every = {name: tenths() for name in ("win", "podium", "points", "dnf")} | bins
    horizons = {horizon: {"races": 3, "bins": every} for horizon in "ac"}
    return {"settings": {"seasons": [2019, 2020]}, "horizons": horizons}


def titles():
    both = {name: {"bins": tenths()} for name in ("drivers", "constructors")}
    return {"settings": {"seasons": [2019, 2020]}, "titles": both}


def write(path, content):
    path.write_bytes(orjson.dumps(content))
    return str(path)


def test_plots__draws_all_there_is_and_says_where(tmp_path, monkeypatch, capsys):
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    argv = ["plots", write(tmp_path / "b.json", backtest()), write(tmp_path / "t.json", titles())]
    assert main(commands, argv) == 0
    names = ["reliability-a.png", "reliability-c.png", "reliability-titles.png"]
    assert sorted(path.name for path in (tmp_path / "plots").iterdir()) == names
    assert capsys.readouterr().out.split() == [f"plots/{name}" for name in names]
    first = {name: (tmp_path / "plots" / name).read_bytes() for name in names}
    for payload in first.values():
        assert payload.startswith(PNG)
        assert len(payload) < 60_000
    # the same figures give the same bytes, whatever the user's own style is
    monkeypatch.setenv("MATPLOTLIBRC", str(tmp_path / "matplotlibrc"))
    (tmp_path / "matplotlibrc").write_text("axes.facecolor: red\nfont.size: 30\n")
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); "
        "from services.cli.main import commands, main; sys.exit(main(commands))"
    )
    subprocess.run([sys.executable, "-c", code, *argv, "--output", "again"], check=True)
    assert {name: (tmp_path / "again" / name).read_bytes() for name in names} == first


def test_plots__other_figures_give_another_picture(tmp_path, monkeypatch):
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    pictures = []
    for content in (backtest(), backtest(dnf=tenths(count=800))):
        assert main(commands, ["plots", write(tmp_path / "b.json", content)]) == 0
        pictures.append((tmp_path / "plots" / "reliability-c.png").read_bytes())
    assert pictures[0] != pictures[1]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", ["not a file of figures", "b.json"]),
        (b"[1]", ["not a file of figures", "other content"]),
        (b'{"schema_version": "1.0.0"}', ["not a file of figures", "other content"]),
        (b'{"titles": {}}', ["not a file of figures", "settings"]),
        (
            b'{"settings": {"seasons": [2019]}, "titles": {}}',
            ["not a file of figures", "no 'constructors'"],
        ),
        (
            orjson.dumps(backtest() | {"horizons": {"a": {"races": 3, "bins": {"win": []}}}}),
            ["not a file of figures", "no 'dnf'", "do: write it anew"],
        ),
    ],
)
def test_plots__a_file_of_something_else_is_named(tmp_path, monkeypatch, capsys, content, words):
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.json").write_bytes(content)
    assert main(commands, ["plots", "b.json"]) == 2
    shown = capsys.readouterr().err
    assert all(word in shown for word in words), shown
    assert not (tmp_path / "plots").exists()


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], ["not given", "FIGURES"]),
        (["nowhere.json"], ["cannot be read", "nowhere.json", "do: "]),
        (["a.json", "--output", ""], ["path is empty", "--output"]),
    ],
)
def test_plots__a_mistake_is_told(tmp_path, monkeypatch, capsys, argv, words):
    monkeypatch.chdir(tmp_path)
    assert main(commands, ["plots", *argv]) == 2
    shown = capsys.readouterr().err
    assert all(word in shown for word in words), shown


def test_plots__without_matplotlib_it_says_what_to_install(tmp_path):
    path = write(tmp_path / "b.json", backtest())
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.modules['matplotlib'] = None; "
        "from services.cli.main import commands, main; sys.exit(main(commands))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "plots", path],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "diagrams need the package matplotlib" in done.stderr
    assert how_to_install("plots") in done.stderr


def test_shown_seasons__runs_of_years_are_spans():
    assert shown_seasons([2014, 2015, 2016, 2019]) == "2014-2016, 2019"
