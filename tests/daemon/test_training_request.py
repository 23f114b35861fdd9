"""What a training that the daemon starts is asked for."""

from __future__ import annotations

from pathlib import Path

from services.daemon.training_request import training_request
from services.disk.program import RACE_DATA
from services.settings.limits import Limits
from services.settings.run_request import RunRequest


def asked(folder, **given):
    output = Path("predictions") / "season.json"
    return training_request(RunRequest(folder, output, **given), Limits(), "ranker")


def test_training_request__a_folder_called_by_its_year_has_the_others_beside_it(tmp_path):
    assert asked(tmp_path / "2025").data == tmp_path


def test_training_request__of_any_other_folder_the_shipped_seasons_are_learned_from(tmp_path):
    assert asked(tmp_path / "drops").data == RACE_DATA
    assert asked(tmp_path / "20255").data == RACE_DATA


def test_training_request__paths_do_not_depend_on_the_current_folder():
    request = asked(Path("2025"), history=Path("earlier"))
    assert all(path.is_absolute() for path in (request.models, request.data, request.history))
    assert asked(Path("2025")).history is None


def test_training_request__the_kind_that_serves_or_else_the_usual_one(tmp_path):
    assert asked(tmp_path).kind == "ranker"
    assert training_request(RunRequest(tmp_path, tmp_path / "a.json"), Limits()).kind == "small"
