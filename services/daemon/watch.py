"""Start the daemon: lock, log, loop; and start it anew when its code has changed."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from services.daemon.loop import Daemon, Reload
from services.daemon.upgrade import start_anew
from services.disk.lock import hold_folder
from services.forecasting.one_run import prepare, sweep_own
from services.intake.last_good import open_last_good
from services.intake.scan import readable_folder
from services.settings.limits import Limits
from services.settings.logs import LOG, log_to
from services.settings.run_request import RunRequest

__all__ = ["watch_folder"]


def watch_folder(
    settings: RunRequest, limits: Limits, reload: Reload, pages: Sequence[str] | None = None
) -> int:
    """Follow a folder until SIGTERM or SIGINT; give the exit code.

    Parameters
    ----------
    settings : RunRequest
    limits : Limits
    reload : callable
        Gives both again as they are asked for now; SIGHUP calls it.
    pages : sequence of str, optional
        Arguments of ``serve``, which runs beside it then and ends with it.

    Raises
    ------
    UsageError, OutputNotWritable, AlreadyRunning
        Before anything is done; later trouble shows in the status instead.
    """
    if not open_last_good(settings.folder / ".last-good", settings.series).table:
        readable_folder(settings.train_data)  # never seen: more likely a slip than a lost mount
    prepare(settings)
    with (
        hold_folder(settings.folder) as hold,
        log_to(settings.folder, limits.log, verbose=settings.verbose),
    ):
        # watchdog prints its tables where folders come and go fast; surveys see those too.
        warnings.filterwarnings("ignore", category=UserWarning, module=r"watchdog\.")
        sweep_own(settings.folder)
        LOG.info("the daemon follows %s", settings.train_data)
        daemon = Daemon(settings, limits, reload, hold, pages)
        daemon.run()
    if daemon.must_start_anew:
        return start_anew()
    return 0
