"""A model in the document and a training of seconds, for daemons that know nothing of either.

What a training does is a file of code that a test writes; it runs in the real training process
in place of the steps of one. What the document says of its model is another file.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import msgspec

from tests.daemon.daemon_process import DaemonProcess
from tests.forecasting.small_season import SmallSeason
from tests.learn.test_track_record import document
from tests.rules.sources import ROOT

_SITE = """
import sys
if "services.daemon.training" in sys.orig_argv:
    from pathlib import Path
    from services.training import compare, train
    class Done:
        def __init__(self, **given):
            given |= {{"folder": Path({folder!r})}}
            exec(Path({code!r}).read_text(), given)
            self.version = given["version"]
    train.train = lambda options, limits: Done(options=options, models=options.folder, version="")
    compare.promote_if_better = lambda options, limits, version: Done(
        options=None, models=options.folder, version=version)
"""
_PRELUDE = """
import msgspec, pathlib
from predictor.published.learned_types import LearnedModel
from services.publishing import conclude
def complete(*given, sound=conclude.complete_document, **named):
    found = sound(*given, **named)
    said = msgspec.json.decode(pathlib.Path({layer!r}).read_bytes(), type=LearnedModel)
    metadata = msgspec.structs.replace(found.metadata, ml_layer=said)
    return msgspec.structs.replace(found, metadata=metadata)
conclude.complete_document = complete
"""

# Called to train, with options; then perhaps to promote, with a version.
REGISTERS = """
from tests.registry.small_models import registered
from services.registry.changes import promote
from services.settings.limits import ModelLimits
if options:
    (version,) = registered(models, b"new")
else:
    promote(models, ModelLimits(), version)
"""
REFUSES_PROMOTION = REGISTERS.replace(
    "    promote(models, ModelLimits(), version)",
    "    from services.errors import NotPromoted\n"
    "    raise NotPromoted('it gains nothing', got='.001 ± .002')",
)
BREAKS_PROMOTION = REFUSES_PROMOTION.replace("NotPromoted", "ModelUnusable")
# Waits for leave, in a child of its own as well.
WAITS = (
    """
import json, os, subprocess, sys, time
from dataclasses import asdict
with (folder / "options").open("a") as file:
    file.write(json.dumps(asdict(options), default=str) + "\\n")
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
(folder / "child-new").write_text(str(child.pid))
(folder / "child-new").replace(folder / "child")  # who sees it sees all of it
while not (folder / "leave").exists():
    time.sleep(0.02)
child.kill()
child.wait()
"""
    + REGISTERS
)
FAILS = "from predictor.errors import F1Error\nraise F1Error('torch is not installed')"
CRASHES = "import ctypes\nctypes.string_at(0)"
GROWS = "import time\nheld = bytearray(2**28)\nheld[::4096] = b'x' * 2**16\ntime.sleep(600)"
TALKS_NONSENSE = """
import os, stat
for fd in range(3, 64):
    try:
        if stat.S_ISFIFO(os.fstat(fd).st_mode):
            os.write(fd, b"\\xff" * 64)
    except OSError:
        continue
"""
SOON = {"train_back_off_s": 0.2, "train_back_off_max_s": 0.5}


class StandIn:
    """What trains, and what the document says.

    Parameters
    ----------
    folder : Path
        Of the test.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._code, self._layer = folder / "training.py", folder / "layer.json"
        site = folder / "site"
        site.mkdir(parents=True)
        (site / "sitecustomize.py").write_text(
            _SITE.format(code=str(self._code), folder=str(folder))
        )
        self._environment = {"PYTHONPATH": os.pathsep.join((str(site), str(ROOT)))}
        self.say()
        self.train(REGISTERS)

    def say(self, **changed: Any) -> None:
        """Have the document say something else of its model; by default that it drifted."""
        layer = document(**changed).metadata.ml_layer
        self._layer.write_bytes(msgspec.json.encode(layer))

    def train(self, code: str) -> None:
        """Have trainings run other code."""
        self._code.write_text(code)

    def leave(self) -> None:
        """Let a training that waits go on."""
        (self.folder / "leave").touch()

    def child(self) -> int:
        """Give the process that a waiting training has started."""
        return int((self.folder / "child").read_text())

    def trainings(self) -> list[dict[str, Any]]:
        """Give the options of trainings that have waited."""
        path = self.folder / "options"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def daemon(self, season: SmallSeason, **models: Any) -> DaemonProcess:
        """Give a daemon whose document has a model."""
        return DaemonProcess(
            season,
            "--use-ml-layer",
            prelude=_PRELUDE.format(layer=str(self._layer)),
            environment=self._environment,
            models=models,
        )
