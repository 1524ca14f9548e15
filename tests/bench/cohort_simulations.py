"""How often groups are found where there are none, and where there are three.

Run by ``python -m tests.bench.cohort_simulations [cohorts]``; prints a table, a line as soon as it is known.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from analysis.cohort.evidence import NO_GROUPS, against_one_group
from analysis.cohort.fit import fit
from analysis.cohort.grouping import agreement
from analysis.cohort.outliers import standing_alone
from analysis.cohort.settings import FitSettings
from analysis.cohort.table import CohortTable
from analysis.cohort.variables import Matrix
from analysis.errors import CohortError

SETTINGS: Final = FitSettings(references=99, resamples=30)
SIZES: Final = (60, 80, 200)
_RELATED: Final = np.array([[1.0, 0.7, 0.4, 0.3], [0.7, 1.0, 0.5, 0.3], [0.4, 0.5, 1.0, 0.5], [0.3, 0.3, 0.5, 1.0]])
_CORNERS: Final = np.array([[0, 0, 0, 0], [1, 1, 1, 1], [1, 1, -1, -1]]) / 2
_ROW: Final = np.array([[0, 0, 0, 0], [1, 1, 1, 1], [2, 2, 2, 2]]) / 2


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """Simulated variables, (rows, 4), and to which group each row belongs."""

    values: Matrix
    truth: NDArray[np.int64]


Maker = Callable[[int, np.random.Generator], Cohort]


def _alone(values: Matrix) -> Cohort:
    return Cohort(values=values, truth=np.zeros(len(values), dtype=np.int64))


def _related(rows: int, generator: np.random.Generator) -> Matrix:
    return generator.multivariate_normal(np.zeros(4), _RELATED, rows)


def clinical(rows: int, generator: np.random.Generator) -> Cohort:
    """One group as a clinic might see it: closure with a ceiling, skewed mouth and rate, counted repetition."""
    g = _related(rows, generator)
    return _alone(
        np.column_stack(
            [
                np.minimum(70 + 20 * g[:, 0], 100.0),
                5 * np.exp(0.5 * g[:, 1]),
                12 * np.exp(0.6 * g[:, 2]),
                1 + generator.poisson(2 * np.exp(0.4 * g[:, 3])),
            ]
        )
    )


def groups(
    centres: Matrix, separation: float, shares: tuple[float, ...], rows: int, rng: np.random.Generator
) -> Cohort:
    """Normal groups of standard deviation 1 about centres whose neighbours are ``separation`` apart."""
    truth = rng.choice(len(centres), rows, p=shares)
    return Cohort(values=separation * centres[truth] + rng.standard_normal((rows, 4)), truth=truth)


EVEN: Final = (1 / 3, 1 / 3, 1 / 3)
THREE: Final[dict[str, Maker]] = {
    "three groups, 4 SD apart": partial(groups, _CORNERS, 4.0, EVEN),
    "three groups, 5 SD apart": partial(groups, _CORNERS, 5.0, EVEN),
    "three groups of 55, 30, 15 %, 5 SD apart": partial(groups, _CORNERS, 5.0, (0.55, 0.30, 0.15)),
    "three groups in a row, 5 SD apart": partial(groups, _ROW, 5.0, EVEN),
}
NONE: Final[dict[str, Maker]] = {
    "uniform": lambda rows, rng: _alone(rng.random((rows, 4))),
    "normal": lambda rows, rng: _alone(rng.standard_normal((rows, 4))),
    "correlated normal": lambda rows, rng: _alone(_related(rows, rng)),
    "correlated uniform": lambda rows, rng: _alone(norm.cdf(_related(rows, rng))),
    "log-normal": lambda rows, rng: _alone(np.exp(rng.standard_normal((rows, 4)))),
    "correlated log-normal": lambda rows, rng: _alone(np.exp(0.7 * _related(rows, rng))),
    "as in a clinic": clinical,
}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the tool says: the number of groups, whether three are supported, how like the truth those three are."""

    groups: int
    three: bool
    rand: float


def answer(cohort: Cohort, settings: FitSettings = SETTINGS) -> Answer:
    """What the tool says of a cohort.

    Where the test already keeps one group the rest of the fit cannot change the answer, and is not made.
    """
    kept = ~standing_alone(cohort.values, settings)
    if against_one_group(cohort.values[kept], settings).p > settings.significance:
        return Answer(groups=NO_GROUPS, three=False, rand=0.0)
    rows = len(cohort.values)
    names = tuple(f"P{at:04}" for at in range(rows))
    table = CohortTable(places=names, patients=names, values=cohort.values, groups=(None,) * rows)
    try:
        made = fit(table, settings, name="simulated", version="1", created=datetime.now(UTC), software="simulation")
    except CohortError:  # too few are left, or too many stand alone: no model
        return Answer(groups=NO_GROUPS, three=False, rand=0.0)
    return Answer(
        groups=made.supported_groups,
        three=made.usable,
        rand=agreement(cohort.truth[made.kept], made.chosen.labels),
    )


def main(kinds: dict[str, Maker], cohorts: int, sizes: tuple[int, ...] = SIZES) -> None:
    """Print a table: how often there are none, three best, others best, three supported; agreement with the truth."""
    print(f"{'cohort':<42}{'n':>5}{'none':>7}{'3 best':>8}{'other':>7}{'3 supp.':>9}{'ARI':>6}", flush=True)
    for rows in sizes:
        for name, maker in kinds.items():
            rng = np.random.default_rng(rows)
            answers = [answer(maker(rows, rng)) for _ in range(cohorts)]
            none = sum(each.groups == NO_GROUPS for each in answers) / cohorts
            best = sum(each.groups == 3 for each in answers) / cohorts
            supported = sum(each.three for each in answers) / cohorts
            like = [each.rand for each in answers if each.three]
            shown = f"{np.median(like):6.2f}" if like and name in THREE else "     -"
            print(
                f"{name:<42}{rows:>5}{none:>7.1%}{best:>8.1%}{1 - none - best:>7.1%}{supported:>9.1%}{shown}"
                f"  of {cohorts}",
                flush=True,
            )


if __name__ == "__main__":
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    main(NONE, times)
    main(THREE, times)
