"""How long cars stand in their pit boxes: one distribution per crew."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from predictor.errors import F1Error

__all__ = ["STANDSTILL_QUANTILES", "PitCrews", "standstill_quantiles"]

STANDSTILL_QUANTILES = 1024
LONGEST_STANDSTILL_S = 120.0  # beyond, a crew gives up
QUICKEST_STANDSTILL_S = 1.8  # the quickest stop there has been: 1.80 s, Qatar 2023
_LEAST_SPREAD = 0.1  # of the median, below it, however quick a crew is
_QUICKER_HALF = 0.3  # by judgement: of some forty stops of a race the quickest takes 2.0 to 2.1 s


@dataclass(frozen=True, slots=True)
class PitCrews:
    """The crews of a race, T of them: a standstill each, see `standstill_quantiles`."""

    median_s: tuple[float, ...]  # T
    shape: tuple[float, ...]  # T, the smaller the longer the tail

    def __post_init__(self) -> None:
        usable = all(0.0 <= s <= 100.0 for s in self.median_s)
        usable = usable and all(1.0 <= s <= 100.0 for s in self.shape)
        if not usable or len(self.median_s) != len(self.shape) or not self.median_s:
            raise F1Error(
                "pit crews do not hang together",
                where="PitCrews",
                got=f"median_s {self.median_s}, shape {self.shape}",
                expected="as many medians, 0 to 100 s, as shapes, 1 to 100; at least one",
                do="correct the crews' constants",
            )


def standstill_quantiles(crews: PitCrews) -> npt.NDArray[np.float64]:
    """Give each crew's standstill at evenly spread ranks, float64[T, Q], s.

    Log-logistic from the median up. That is what was fitted; carried on below, it would have
    one stop in four quicker than any has been. So the quicker half closes in on the quickest,
    and lies closer to the median: a crew is held up by more than it can gain.
    """
    ranks = (np.arange(STANDSTILL_QUANTILES) + 0.5) / STANDSTILL_QUANTILES
    odds = ranks / (1 - ranks)
    median, shape = np.array(crews.median_s)[:, None], np.array(crews.shape)[:, None]
    least = np.minimum(QUICKEST_STANDSTILL_S, (1 - _LEAST_SPREAD) * median)
    room = np.where(median > 0, 1 - least / np.maximum(median, 1e-9), 1.0)  # share of the median
    quick = least + (median - least) * odds ** (_QUICKER_HALF / (shape * room))
    slow = np.minimum(median * odds ** (1 / shape), LONGEST_STANDSTILL_S)
    return np.where(odds < 1, quick, slow)
