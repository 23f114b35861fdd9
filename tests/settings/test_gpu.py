import subprocess
import sys
from importlib import metadata

import pytest
from click.testing import CliRunner

from predictor.errors import UsageError
from predictor.vocabulary import Backend
from services.cli.main import commands, main
from services.settings.gpu import AUTO, choose_backend, find_gpu
from tests.rules.sources import ROOT

needs_none = pytest.mark.skipif(not find_gpu().trouble, reason="this machine has a GPU")
needs_one = pytest.mark.skipif(bool(find_gpu().trouble), reason=find_gpu().trouble)


def test_choose_backend__the_cpu_is_always_there():
    assert choose_backend("cpu") is Backend.CPU


@needs_none
def test_choose_backend__auto_is_the_cpu_without_a_gpu():
    assert choose_backend(AUTO) is Backend.CPU


@needs_none
def test_choose_backend__a_gpu_that_is_not_there_is_an_error_that_says_why():
    with pytest.raises(UsageError, match="no GPU can be used") as raised:
        choose_backend("cuda")
    assert raised.value.got == find_gpu().trouble
    assert "--backend cpu" in raised.value.do


@needs_none
@pytest.mark.parametrize("command", ["forecast", "watch", "backtest", "titles"])
def test_backend__every_command_refuses_a_gpu_that_is_not_there(command, tmp_path, capsys):
    given = ["--train-data", str(tmp_path)] if command in {"forecast", "watch"} else []
    assert main(commands, [command, *given, "--backend", "cuda"]) == 2
    assert "no GPU can be used" in capsys.readouterr().err


def test_backend__another_word_is_refused(tmp_path):
    given = ["forecast", "--train-data", str(tmp_path), "--backend", "tpu"]
    done = CliRunner().invoke(commands, given)
    assert done.exit_code == 2
    assert "auto" in done.output


def test_find_gpu__loads_neither_numba_nor_numpy():
    code = (
        "import sys; from services.settings.gpu import find_gpu; find_gpu(); "
        "print(*({'numba', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


@pytest.mark.gpu
@needs_one
def test_backend__auto_is_the_gpu_where_there_is_one():
    assert choose_backend(AUTO) is Backend.CUDA
    assert metadata.version("numba-cuda")
