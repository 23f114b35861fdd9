"""The table of forecasts as CSV and Parquet."""

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from predictor.errors import UsageError
from predictor.evaluate.race_forecast import RaceForecast
from predictor.vocabulary import Horizon
from services.backtesting.predictions_file import check_ending, table_of
from services.disk.program import how_to_install
from tests.rules.sources import ROOT

A = Horizon.BEFORE_WEEKEND


def race(n, number):
    p = np.full((n, n), 1.0 / n)
    ids, no = tuple("abcdef"[:n]), np.zeros(n, bool)
    return RaceForecast(2026, number, f"2026-{number}", A, A, ids, p, p[0], p[1], no, no, {})


FORECASTS = (race(2, 1), race(4, 2))


def test_table_of__csv_by_hand():
    lines = table_of(FORECASTS, Path("x.csv")).decode().splitlines()
    assert lines[0] == (
        "season,round,event_id,horizon,driver_id,position,p_win,p_podium,p_points,p_dnf,"
        "p_position_1,p_position_2,p_position_3,p_position_4"
    )
    assert lines[1] == "2026,1,2026-1,a,a,1,0.5,1.0,0.5,0.5,0.5,0.5,,"
    assert lines[6] == "2026,2,2026-2,a,d,4,0.25,0.75,0.25,0.25,0.25,0.25,0.25,0.25"


def test_table_of__parquet_has_the_same_rows():
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(io.BytesIO(table_of(FORECASTS, Path("x.PARQUET"))))
    rows = table.to_pylist()
    assert len(rows) == 6
    assert (rows[0]["p_position_2"], rows[0]["p_position_3"]) == (0.5, None)
    assert rows[5] == {**rows[5], "driver_id": "d", "position": 4, "season": 2026}


def test_check_ending__any_other_is_a_mistake():
    with pytest.raises(UsageError, match="ending"):
        check_ending(Path("x.json"))


def test_check_ending__without_pyarrow_it_is_named():
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from services.cli.main import commands, main\n"
        "sys.exit(main(commands, ['backtest', '--predictions', 'x.parquet']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "needs the package pyarrow" in done.stderr
    assert how_to_install("study") in done.stderr
