"""The figures of a study as tables for a statistics program; shares are 0 to 1."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.evaluation.landmark_intervals import Rate
from analysis.evaluation.landmark_positions import Nrmse
from analysis.evaluation.landmark_regions import FaceRegion
from analysis.evaluation.landmark_study import LandmarkErrors
from analysis.evaluation.landmark_tables import write_table

ALL = "all"


def csv_tables(study: LandmarkErrors) -> dict[str, str]:
    """File name to content."""
    tables = {
        "rates.csv": _rates(study),
        "differences.csv": _differences(study),
        "anova.csv": _anova(study),
        "agreement.csv": _agreement(study),
    }
    if study.nrmse is not None:
        tables["nrmse.csv"] = _nrmse(study.nrmse)
        tables["nrmse_curves.csv"] = _curves(study.nrmse)
    return tables


def _rates(study: LandmarkErrors) -> str:
    columns = (
        "algorithm", "region", "group", "frames", "pictures", "recordings", "not_found",
        "weighted_error", "weighted_low", "weighted_high", "minor", "minor_low", "minor_high",
        "major", "major_low", "major_high", "weight_minor", "weight_major",
    )  # fmt: skip
    return write_table(
        columns,
        (
            (
                rate.algorithm,
                _named(rate.region),
                rate.group or ALL,
                "measured" if rate.measured_only else ALL,
                rate.pictures,
                rate.recordings,
                rate.not_found,
                *_cells(rate.weighted),
                *_cells(rate.minor),
                *_cells(rate.major),
                study.weights.minor,
                study.weights.major,
            )
            for rate in study.rates
        ),
    )


def _differences(study: LandmarkErrors) -> str:
    columns = (
        "first", "second", "region", "group", "pairs", "recordings",
        "weighted_difference", "weighted_low", "weighted_high", "major_difference", "major_low", "major_high",
        "weight_minor", "weight_major",
    )  # fmt: skip
    return write_table(
        columns,
        (
            (
                each.first,
                each.second,
                _named(each.region),
                each.group or ALL,
                each.pairs,
                each.recordings,
                *_cells(each.weighted),
                *_cells(each.major),
                study.weights.minor,
                study.weights.major,
            )
            for each in study.differences
        ),
    )


def _anova(study: LandmarkErrors) -> str:
    columns = (
        "effect", "df_effect", "df_error", "f", "epsilon", "p", "p_uncorrected", "partial_eta_squared",
        "weight_minor", "weight_major",
    )  # fmt: skip
    return write_table(
        columns,
        (
            (
                each.effect,
                each.df_effect,
                each.df_error,
                each.f,
                each.epsilon,
                each.p,
                each.p_uncorrected,
                each.partial_eta_squared,
                study.weights.minor,
                study.weights.major,
            )
            for each in study.anova.effects
        ),
    )


def _agreement(study: LandmarkErrors) -> str:
    columns = ("statistic", "raters", "of", "n", "value", "low", "high", "equal_share", "reason")
    return write_table(
        columns,
        (
            (f.statistic, " | ".join(f.raters), f.of, f.n, f.value, f.low, f.high, f.equal, f.reason)
            for f in study.agreement
        ),
    )


def _nrmse(nrmse: Nrmse) -> str:
    columns = (
        "algorithm", "frames", "not_found", "median_nrmse",
        "area", "area_low", "area_high", "failures", "failures_low", "failures_high", "points", "normalised_by",
    )  # fmt: skip
    return write_table(
        columns,
        (
            (
                each.algorithm,
                each.frames,
                each.lost,
                each.median,
                *_cells(each.area),
                *_cells(each.failures),
                len(nrmse.points),
                nrmse.normalised_by,
            )
            for each in nrmse.algorithms
        ),
    )


def _curves(nrmse: Nrmse) -> str:
    def steps() -> Iterator[tuple[str, float, float]]:
        for each in nrmse.algorithms:
            for number, error in enumerate(each.errors, start=1):
                yield each.algorithm, error, number / each.frames

    return write_table(("algorithm", "nrmse", "share_of_frames"), steps())


def _named(region: FaceRegion | None) -> str:
    return region.value if region else ALL


def _cells(rate: Rate) -> tuple[float | None, float | None, float | None]:
    return rate.value, rate.low, rate.high
