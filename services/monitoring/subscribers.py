"""The one list of those who are told of every publication, and the watch over the model in it."""

from __future__ import annotations

from services.publishing.subscribers import Published, Subscriber
from services.settings.limits import Limits, ModelLimits
from services.settings.logs import LOG

__all__ = ["default_subscribers", "watch_model"]


def default_subscribers(
    limits: Limits, *, model: Subscriber | None = None
) -> tuple[Subscriber, ...]:
    """Return all who are told of a publication, in the order in which they are called.

    Parameters
    ----------
    limits : Limits
    model : Subscriber, optional
        Who looks after the model: in the daemon its trainer, which writes the figures together
        with the daemon's own; `watch_model` unless given.
    """
    from services.archive.subscriber import archive_forecasts  # noqa: PLC0415 - after a forecast

    told = [archive_forecasts(limits.archive), model or watch_model(limits.models)]
    if limits.notices.receivers:
        from services.notices.subscriber import give_notice  # noqa: PLC0415 - for those who ask

        told.append(give_notice(limits.notices))
    return tuple(told)


def watch_model(limits: ModelLimits) -> Subscriber:
    """Return who does for a single run what the daemon does after each of its builds, but train.

    An unchanged document tells nothing new of its model, and pays for no import here.
    """

    def take(published: Published) -> None:
        if published.outcome != "published" or not published.document.metadata.ml_layer:
            return
        from services.monitoring.metrics import write_metrics  # noqa: PLC0415 - only with a model
        from services.monitoring.monitor import models_folder, take_up  # noqa: PLC0415

        folder = published.path.parent
        monitor = take_up(models_folder(folder), published.document, limits)
        note = "" if monitor is None else write_metrics(folder, monitor)
        if note:
            LOG.warning("%s", note)

    return Subscriber("monitoring", take)
