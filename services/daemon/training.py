"""The training process: it trains one candidate, promotes it if that is allowed, and ends.

It runs the commands a person would, ``models train`` and ``models promote``, so there is one way
to train. It ends as soon as its standard input does, with every process it has started, however
the daemon has died; checkpoints let the next one go on from there.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from services.daemon.messages import Failed, Trained, write_frame
from services.daemon.worker import own_stdout, prepare_process
from services.errors import NotPromoted, WorkerLost
from services.registry.layout import RACE_OUTCOME
from services.registry.registry_file import CANDIDATE, Model, read_registry
from services.settings import environment

__all__ = ["main", "run_command", "train"]


def main(argv: Sequence[str] | None = None) -> int:
    """Train once, and answer on standard output."""
    parser = argparse.ArgumentParser(prog="python -m services.daemon.training")
    parser.add_argument("--nice", type=int, default=0)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--kernels", type=Path, required=True)
    parser.add_argument("--promote", action="store_true")
    parser.add_argument("options", nargs="*", help="of `models train`, after --")
    given = parser.parse_args(argv)
    threading.Thread(target=_end_with_the_daemon, daemon=True).start()
    prepare_process(given.nice, ends_alone=False)
    environment.keep_kernels_in(given.kernels)
    environment.use_one_blas_thread()
    answers = own_stdout()
    write_frame(answers, train(given.models, given.options, promotes=given.promote))
    return 0


def train(models: Path, options: Sequence[str], *, promotes: bool) -> Trained | Failed:
    """Train a candidate; promote it if asked and if it passes the paired test.

    Parameters
    ----------
    models : Path
        Folder of the models.
    options : sequence of str
        Of ``models train``.
    promotes : bool
    """
    try:
        before = set(_candidates(models))
        run_command(["models", "train", "--folder", str(models), *options])
        new = [version for version in _candidates(models) if version not in before]
        if not new:
            return Failed.of(0, WorkerLost("the training registered no candidate"))
        version = new[-1]
        if not promotes:
            return Trained(version, words="it waits to be promoted")
        try:
            run_command(["models", "promote", version, "--folder", str(models)])
        except NotPromoted as error:
            return Trained(version, words=error.one_line())
        return Trained(version, promoted=True)
    except Exception as error:  # noqa: BLE001 - the loop edge of a process
        return Failed.of(0, error)


def run_command(arguments: Sequence[str]) -> None:
    """Run one command of the product in this process.

    Raises
    ------
    F1Error
        What the command raises.
    """
    from services.cli.main import commands  # noqa: PLC0415 - after the process has been prepared

    commands.main(list(arguments), prog_name="services", standalone_mode=False)


def _candidates(models: Path) -> list[str]:
    model = read_registry(models).registry.models.get(RACE_OUTCOME, Model([], {}))
    return model.with_status(CANDIDATE)


def _end_with_the_daemon() -> None:
    # Not `sys.stdin`, whose lock the interpreter would miss at its end.
    while os.read(0, 4096):
        pass
    if os.name == "posix":
        os.killpg(os.getpgid(0), signal.SIGKILL)  # this process leads its own group
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
