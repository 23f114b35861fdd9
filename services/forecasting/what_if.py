"""Answer a what-if from what a published forecast was made from; nothing is published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import UNSET

from predictor.as_of import AsOf
from predictor.errors import F1Error, NoUsableInput
from predictor.published.season_types import SeasonDocument
from services.engine.borrowed_store import BorrowedStore
from services.engine.manifest import Manifest, read_manifest
from services.engine.store import Store
from services.forecasting.build import BuildSteps
from services.intake.run_folders import Folders
from services.publishing.document import data_hash
from services.publishing.publisher import DocumentFile, read_document
from services.settings import environment
from services.settings.limits import Limits
from services.settings.run_request import RunRequest

if TYPE_CHECKING:
    from predictor.report.what_if import Opinion

__all__ = ["ForecastMovedOn", "SourceUnknown", "answer_what_if", "request_of"]


class SourceUnknown(NoUsableInput):
    """Nobody can say from which files a published forecast was made, or they are gone."""


class ForecastMovedOn(F1Error):  # noqa: N818 - read aloud, as NoUsableInput
    """The files have changed since the forecast was published: the next one is on its way."""

    exit_code = 75  # EX_TEMPFAIL


@dataclass(frozen=True, slots=True)
class _Source:
    """A published forecast and the folders that it was made from."""

    published: DocumentFile
    manifest: Manifest
    series: str


def answer_what_if(
    path: Path, opinion: Opinion, limits: Limits, *, n_simulations: int | None = None
) -> bytes:
    """Compare a published forecast with the same under an opinion.

    Belief, seed, scenarios, horizon and weights are the published ones. What the forecast has
    stored is used, so that its own side is mostly there.

    Parameters
    ----------
    path : Path
        Of the season document.
    opinion : Opinion
    limits : Limits
    n_simulations : int, optional
        Per event and scenario; as many as the forecast has unless given.

    Returns
    -------
    bytes
        A `predictor.published.what_if_types.WhatIf` as JSON.

    Raises
    ------
    SourceUnknown
        If the forecast cannot be read, or its files are not to be found.
    ForecastMovedOn
        If the files are no longer those of the forecast.
    UsageError
        If the opinion is about nothing that can be asked, see
        `predictor.graph.what_if.what_if_plan`.
    """
    source = _source(path)
    settings = request_of(source.published.document, path, source.manifest, source.series)
    if n_simulations is not None:
        settings = replace(settings, n_simulations=n_simulations)
    cache = path.parent / ".cache"
    environment.keep_kernels_in(cache / "numba")
    environment.keep_sampler_in(cache / "sampler")
    environment.use_one_blas_thread()
    from predictor.graph.what_if import what_if_plan  # noqa: PLC0415 - with NumPy

    store = Store(cache / "stages", limits.store.max_bytes)
    steps = BuildSteps(
        settings,
        Folders(settings, limits),
        source.manifest,
        BorrowedStore(store, limits.store.max_bytes),
        environment.salt(),
        lambda _node: "",
        partial(what_if_plan, opinion=opinion),
    )
    inputs, result = steps.read_inputs()
    if data_hash(inputs.used_digests(), inputs.history_digest()) != (
        source.published.document.metadata.data_hash
    ):
        raise ForecastMovedOn(
            "the files have changed since the forecast was published",
            where=str(settings.train_data),
            do="ask again once the new forecast is out",
        )
    payload, _ = steps.forecast(inputs, result)
    return payload


def request_of(
    document: SeasonDocument, path: Path, manifest: Manifest, series: str = ""
) -> RunRequest:
    """Return the request that a published forecast was made by.

    Parameters
    ----------
    document : SeasonDocument
    path : Path
        Of the document.
    manifest : Manifest
        Of the run that made it.
    series : str
        The run's; where the output had its usual name the request named none.
    """
    told = document.metadata
    until = told.known_until
    as_of = None
    if until is not UNSET:
        as_of = AsOf(
            round=None if until.round is UNSET else until.round,
            day=None if until.date is UNSET else until.date,
        )
    request = RunRequest(
        train_data=Path(manifest.train_data),
        output=path,
        history=Path(manifest.history) if manifest.history else None,
        n_simulations=told.num_simulations,
        scenarios=told.scenarios,
        seed=told.seed,
        as_of=as_of,
        horizon=told.horizon,
        driver_weights=told.driver_weights,
        team_weights=told.team_weights,
        use_bayesian=told.use_bayesian,
        use_ml_layer=told.use_ml_layer,
        backend=told.backend,
        incremental=True,
    )
    without = replace(request, output=None)
    same_folder = without.folder.resolve() == path.parent.resolve()
    return without if same_folder and without.series == series else request


def _source(path: Path) -> _Source:
    published = read_document(path)
    if published is None:
        raise SourceUnknown(
            "the forecast cannot be read",
            where=str(path),
            do="ask again once a forecast is published",
        )
    for found in _manifests(path.parent):
        if found[0].result == published.digest and found[0].train_data:
            if Path(found[0].train_data).is_dir():
                return _Source(published, *found)
            raise SourceUnknown(
                "the files that the forecast was made from are gone",
                where=found[0].train_data,
                do="put them back, or publish a forecast of other files",
            )
    raise SourceUnknown(
        "nobody knows here from which files the forecast was made",
        where=str(path),
        expected="the output folder of the run that made it, with its .cache",
        do="run the forecast once more into this folder",
    )


def _manifests(folder: Path) -> Iterator[tuple[Manifest, str]]:
    """Give the manifests of an output folder, each with its series."""
    for path in sorted((folder / ".cache" / "runs").glob("*.msgpack")):
        yield read_manifest(path), path.stem
