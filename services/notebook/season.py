"""A season, opened: its forecasts, its championships, opinions tried on it, and its scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from predictor.errors import UsageError
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import EventStatus, Horizon
from services.notebook.difference import Difference
from services.notebook.forecast import Forecast, forecast_of
from services.notebook.frames import Column, Tabular, stacked
from services.notebook.html import season_html
from services.notebook.opening import Opened, forecast_again, open_place
from services.notebook.scores import Backtested, Scores, backtested, scores_of
from services.notebook.titles import Championship, Titles, titles_of
from services.settings.run_request import RunRequest

__all__ = ["Season", "open_season"]


class _Named(NamedTuple):
    """An event of the document, with all that it is called by."""

    event_id: str
    season: int
    round: int
    slug: str
    name: str
    circuit_id: str | None


def open_season(
    where: str | int | Path,
    *,
    as_of: str | int | None = None,
    simulations: int | None = None,
    seed: int | None = None,
    history: str | Path | None = None,
    use_bayesian: bool | None = None,
    use_ml_layer: bool | None = None,
    output: str | Path | None = None,
) -> Season:
    """Open a season's forecast.

    A season document, or a folder that holds one, is read as it is. Session files are forecast
    as the command line does it, with results of earlier runs reused; what that stores lies in
    ``predictions/notebook``, apart from what others publish, and nobody is told of it.

    Parameters
    ----------
    where : str, int or Path
        A document, an output folder, a folder of session files, or a season that comes with the
        program: ``race-data/2025`` or ``2025``.
    as_of : str or int, optional
        Hide what came later: a date as ``"2025-07-05"``, or the number of a round.
    simulations : int, optional
        Races per event and scenario; 5,000 unless given.
    seed : int, optional
        Of all random numbers; 1 unless given.
    history : str or Path, optional
        Folder of earlier seasons; those beside ``where``, or those that come with the program,
        unless given.
    use_bayesian, use_ml_layer : bool, optional
        As the options of the command line.
    output : str or Path, optional
        Folder for what is stored.

    Returns
    -------
    Season

    Raises
    ------
    UsageError
        If nothing is there, or an option is given for a document that is only read.
    NoUsableInput
        If none of the session files can be used.
    AlreadyRunning
        If another process holds the output folder.
    """
    given = {
        "n_simulations": simulations,
        "seed": seed,
        "history": Path(history) if history is not None else None,
        "use_bayesian": use_bayesian,
        "use_ml_layer": use_ml_layer,
    }
    return Season(
        open_place(
            where,
            as_of=as_of,
            output=Path(output) if output is not None else None,
            options={name: value for name, value in given.items() if value is not None},
        )
    )


@dataclass(frozen=True, slots=True)
class Season(Tabular):
    """A season's forecast, and what can be asked of it."""

    opened: Opened

    @property
    def document(self) -> SeasonDocument:
        """All that is published of it, as typed values."""
        return self.opened.document

    @property
    def year(self) -> int:
        """The season."""
        return self.document.metadata.season

    @property
    def events(self) -> tuple[str, ...]:
        """The names of its events, in calendar order."""
        return tuple(self.document.predictions)

    def forecast(self, event: str | int = "next") -> Forecast:
        """Return the forecast of one event.

        Parameters
        ----------
        event : str or int
            ``next``, ``last``, a round, or any name that one event alone has: ``monaco``,
            ``2025-monaco``, ``Spa``.

        Raises
        ------
        UsageError
            If there is no such event, or none to come.
        """
        name = self._to_come() if event == "next" else None
        name = name or (self._run_last() if event == "last" else None)
        if name is None:
            name = self._called(str(event))
        return forecast_of(self.year, name, self.document.predictions[name])

    def forecasts(self) -> tuple[Forecast, ...]:
        """Return the forecasts of all events that have one, in calendar order."""
        events = self.document.predictions.items()
        found = (forecast_of(self.year, name, event) for name, event in events)
        return tuple(one for one in found if one.rows)

    def columns(self) -> tuple[Column, ...]:
        """Return the forecasts of all races and sprints below each other, a row a driver."""
        races = [one for race in self.forecasts() for one in (race, race.sprint) if one]
        if not races:
            name, event = next(iter(self.document.predictions.items()))
            races = [forecast_of(self.year, name, event)]
        return stacked([one.described_columns() for one in races])

    def titles(self, championship: Championship = "drivers") -> Titles:
        """Return the odds of a championship, of ``drivers`` or ``constructors``."""
        return titles_of(self.document, championship)

    def what_if(
        self,
        drivers: Mapping[str, float] | None = None,
        teams: Mapping[str, float] | None = None,
        *,
        simulations: int | None = None,
    ) -> Season:
        """Return the season as it would be forecast with an opinion of yours.

        All random numbers are the same, so that `diff` shows the opinion's effect and little of
        chance.

        Parameters
        ----------
        drivers, teams : mapping of str to float, optional
            What strengths are multiplied by, 0.5 to 2: ``{"VER": 1.1}``. Names as people say
            them. They come upon those that the season was opened with.
        simulations : int, optional
            As many as before unless given.

        Raises
        ------
        UsageError
            If a name or weight cannot be, or the season was read from a document alone.
        """
        request = self._request("an opinion")
        target = request.output or self.opened.path
        changed = replace(
            request,
            driver_weights={**(request.driver_weights or {}), **(drivers or {})},
            team_weights={**(request.team_weights or {}), **(teams or {})},
            n_simulations=simulations or request.n_simulations,
            output=target.with_name(f"what_if_{target.name.removeprefix('what_if_')}"),
        )
        return Season(forecast_again(changed))

    def diff(self, before: Season | Forecast | Titles) -> Difference:
        """Return what is different here: of a race, or of a championship.

        Parameters
        ----------
        before : Season, Forecast or Titles
            A season stands for the odds of its drivers' championship.
        """
        if isinstance(before, Forecast):
            mine = self.forecast(before.metadata.event_id)
            race = mine.sprint if before.session == "sprint" and mine.sprint else mine
            return race.diff(before)
        other = before.titles() if isinstance(before, Season) else before
        return self.titles(other.kind).diff(other)

    def scores(self) -> Scores:
        """Return how the forecasts of races already run fared, each as published before it."""
        return scores_of(self.document)

    def backtest(
        self, horizons: Sequence[str] = ("a", "b", "c"), *, simulations: int | None = None
    ) -> Backtested:
        """Forecast every finished race again from earlier ones, beside reference models.

        Parameters
        ----------
        horizons : sequence of str
            ``a`` before the weekend, ``b`` after practice, ``c`` with the grid known.
        simulations : int, optional
            As many as the season was opened with unless given.

        Raises
        ------
        NoUsableInput
            If no race has been run.
        UsageError
            If the season was read from a document alone.
        """
        request = self._request("a backtest")
        return backtested(
            replace(request, n_simulations=simulations or request.n_simulations),
            tuple(Horizon(one) for one in horizons),
        )

    def _request(self, what: str) -> RunRequest:
        if self.opened.request is None:
            raise UsageError(
                f"{what} needs the session files of the season",
                where=str(self.opened.path),
                got="a document alone",
                do=f"open the folder of session files, as open_season({self.year})",
            )
        return self.opened.request

    def _to_come(self) -> str:
        """Return the first event to come; a race that is missing from the data is past."""
        events = list(self.document.predictions.items())
        places = [place for place, (_, event) in enumerate(events, 1) if _is_run(event)]
        for name, event in events[max(places, default=0) :]:
            if event.metadata.status is not EventStatus.CANCELLED:
                return name
        raise UsageError(
            "no event is to come",
            where=f"season {self.year}",
            do='name one, or "last"; or open the season as of an earlier round, with as_of=12',
        )

    def _run_last(self) -> str:
        for name, event in reversed(self.document.predictions.items()):
            if _is_run(event):
                return name
        raise UsageError(
            "no race has been run", where=f"season {self.year}", do='name an event, or "next"'
        )

    def _called(self, text: str) -> str:
        from predictor.season.lookup import find_event  # noqa: PLC0415 - with all names of places

        return find_event(self.year, list(self._named()), text).name

    def _named(self) -> Iterator[_Named]:
        for name, event in self.document.predictions.items():
            one = event.metadata
            slug = one.event_id.removeprefix(f"{self.year}-")
            yield _Named(one.event_id, self.year, one.round, slug, name, one.circuit)

    def _repr_html_(self) -> str:
        return season_html(self)


def _is_run(event: Any) -> bool:  # noqa: ANN401
    return event.metadata.status is EventStatus.COMPLETED
