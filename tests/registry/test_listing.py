"""What the commands say of a folder of models, to people and to programs."""

from __future__ import annotations

import json
import shutil

import pytest

from services.cli.main import commands, main
from services.registry.layout import SHIPPED
from services.registry.listing import listed, listed_text, verified
from services.registry.registry_file import REGISTRY, read_registry
from tests.registry.small_models import promoted, registered


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "models"
    promoted(place, b"first", b"second")
    registered(place, b"third")
    return place


@pytest.fixture
def run(folder, capsys):
    """Call a command; give its exit code, what it printed, and what it said beside."""

    def call(*words):
        code = main(commands, ["models", *words, "--folder", str(folder)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def test_list__says_what_serves_and_what_did(run):
    code, out, _ = run("list")
    assert code == 0
    lines = out.splitlines()
    assert lines[0].split() == ["version", "status", "kind", "trained", "until", "made", "digest"]
    assert [line.split()[:2] for line in lines[1:4]] == [
        ["1.0", "retired"], ["1.1", "active"], ["1.2", "candidate"],
    ]  # fmt: skip
    assert "1.1 serves" in lines
    assert "before it served 1.0" in lines


def test_list__json_holds_the_same(run):
    code, out, _ = run("list", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["serves"]["version"] == "1.1"
    assert found["watched"]["version"] == "1.2"
    assert found["line"] == ["1.1", "1.0"]
    assert {v: one["status"] for v, one in found["versions"].items()} == {
        "1.0": "retired", "1.1": "active", "1.2": "candidate",
    }  # fmt: skip


def test_list__tells_of_a_fault_and_who_stands_in(run, folder):
    shutil.rmtree(folder / "race_outcome" / "1.1")
    code, out, _ = run("list")
    assert code == 0
    assert "1.0 serves" in out.splitlines()
    assert "note: race_outcome 1.1: manifest.json is missing; 1.0 serves" in out.splitlines()


def test_listed__the_shipped_version_is_shown_as_such(tmp_path):
    shipped = tmp_path / "shipped"
    promoted(shipped, b"shipped")
    found = listed(tmp_path / "none", shipped=shipped)
    assert found["serves"]["is_shipped"]
    assert "1.0 (shipped) serves" in listed_text(found)


def test_show__gives_card_and_digests(run):
    code, out, _ = run("show")
    assert code == 0
    assert out.startswith("race_outcome 1.1, active\n")
    assert "# A model" in out
    assert "weights.safetensors" in out
    code, out, _ = run("show", "1.2", "--json")
    assert json.loads(out)["card"]["version"] == "1.2"


def test_show__a_version_that_is_not_there(run):
    code, _, err = run("show", "7.7")
    assert code == 2
    assert err.startswith("UsageError: there is no race_outcome 7.7\n  got 1.0, 1.1, 1.2")


def test_show__a_damaged_version_says_what_to_do(run, folder):
    (folder / "race_outcome" / "1.0" / "card.md").write_bytes(b"x")
    code, _, err = run("show", "1.0")
    assert code == 65
    assert "card.md has digest" in err
    assert "models restore" in err


def test_verify__all_well(run):
    run("backup")
    n_shipped = len(read_registry(SHIPPED).registry.models["race_outcome"].versions)
    assert run("verify") == (0, f"{3 + n_shipped} versions and 1 backups read: whole\n", "")


def test_verify__names_every_fault(run, folder):
    run("backup")
    (backup,) = (folder / "backups").iterdir()
    backup.write_bytes(backup.read_bytes()[:2000])
    (folder / "race_outcome" / "1.2" / "config.json").write_bytes(b"{}")
    shutil.copytree(folder / "race_outcome" / "1.0", folder / "race_outcome" / "1.9")
    (folder / REGISTRY).unlink()
    code, out, _ = run("verify", "--json")
    faults = json.loads(out)["faults"]
    assert code == 1
    assert [fault.partition(":")[0] for fault in faults] == [
        "model_registry.json is missing; its copy model_registry.json.bak, change 5, is used",
        "race_outcome 1.2",
        backup.name,
    ]
    run("rollback")  # writes the registry anew
    assert "race_outcome 1.9: not registered; the next change removes it" in verified(folder).faults


def test_backup_and_restore__give_everything_back(run, folder):
    code, out, _ = run("backup")
    assert code == 0
    assert out.startswith("written: ")
    assert run("backup")[1].startswith("nothing has changed since: ")
    shutil.rmtree(folder / "race_outcome")
    code, out, _ = run("restore")
    assert code == 0
    assert out.splitlines()[:3] == [f"race_outcome {v} is back" for v in ("1.0", "1.1", "1.2")]
    assert run("verify")[0] == 0
    assert run("restore", "1999-01-01")[0] == 2


def test_rollback__says_what_serves(run):
    assert run("rollback") == (0, "1.0 serves again instead of 1.1\n", "")
    came_with = read_registry(SHIPPED).registry.models["race_outcome"].active
    assert run("rollback") == (0, f"{came_with} (shipped) serves again instead of 1.0\n", "")
    assert run("rollback")[0] == 2


def test_promote__without_evidence_is_refused_unless_it_is_forced(run):
    code, _, err = run("promote", "1.2")
    assert code == 1
    assert err.startswith("NotPromoted: race_outcome 1.2 has evidence that does not count")
    assert "does not say which forecast" in err
    code, out, _ = run("promote", "1.2", "--force")
    assert code == 0
    assert out.splitlines() == [
        "1.2 serves instead of 1.1",
        "  because of --force",
        "note: it does not say which forecast its evidence was measured beside",
    ]


def test_promote__what_serves_already_or_is_not_there_is_told_before_any_work(run):
    assert "serves already" in run("promote", "1.1", "--data", "no-such-folder")[2]
    assert "there is no race_outcome 7.7" in run("promote", "7.7", "--data", "no-such-folder")[2]


def test_compare__versions_that_are_no_models_are_refused(run):
    code, _, err = run("compare", "1.0", "1.1")
    assert code == 65
    assert err.startswith("ModelUnusable: race_outcome 1.0 cannot be measured")
