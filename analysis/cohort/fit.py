"""From a table of patients to groups, what speaks for them, and a model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from analysis.cohort.evidence import NO_GROUPS, AgainstOneGroup, against_one_group, stability
from analysis.cohort.grouping import (
    Labels,
    Scale,
    agglomerative,
    agreement,
    calinski_harabasz,
    centres_of,
    divisive,
    refined,
    scale_of,
    silhouettes,
    sizes_of,
)
from analysis.cohort.model import CLASSES, Agreement, CohortModel, Four, ModelGroup, ModelVariable, Placement
from analysis.cohort.outliers import standing_alone
from analysis.cohort.pseudonyms import listed
from analysis.cohort.settings import FitSettings
from analysis.cohort.table import CohortTable
from analysis.cohort.variables import VARIABLES, Matrix
from analysis.counting import counted
from analysis.errors import CohortError

AMBIGUOUS_SEVERITY = 0.25
"""Groups whose severity is closer than this, SD, are in no clear order."""


@dataclass(frozen=True, kw_only=True)
class GroupsTried:
    """One number of groups: the groups by both methods, and what speaks for them. Labels count from 0."""

    groups: int
    labels: Labels
    bisected: Labels
    ward: Labels
    silhouette: float
    calinski_harabasz: float
    adjusted_rand_ward: float
    stability: float
    sizes: tuple[int, ...]
    gain: float
    excess: float
    p: float

    def supported(self, settings: FitSettings) -> bool:
        """Better than one group, the same groups in resamples, and none that is too small."""
        return (
            self.p <= settings.significance
            and self.stability >= settings.stable
            and min(self.sizes) >= settings.smallest_share * sum(self.sizes)
        )


@dataclass(frozen=True, kw_only=True)
class Fit:
    """All that came of a cohort.

    ``supported_groups`` is that supported number of groups whose silhouette gains most over one group; 1 if none is.
    ``z``, labels and silhouettes are of the rows that ``kept`` names.
    """

    table: CohortTable
    settings: FitSettings
    kept: NDArray[np.bool_]
    scale: Scale
    z: Matrix
    against: AgainstOneGroup
    tried: tuple[GroupsTried, ...]
    supported_groups: int
    chosen: GroupsTried
    silhouettes: NDArray[np.float64]
    model: CohortModel

    @property
    def usable(self) -> bool:
        """Whether the data support as many groups as the model holds."""
        return self.chosen.supported(self.settings)

    @property
    def clear_order(self) -> bool:
        """Whether the severities of neighbouring groups differ enough for an order."""
        return bool(np.diff([group.severity for group in self.model.groups]).min() >= AMBIGUOUS_SEVERITY)

    def placements(self) -> tuple[Placement, ...]:
        """Where the model puts each patient of the table, those who stand alone too."""
        return tuple(self.model.place(_four(row)) for row in self.table.values)


def fit(table: CohortTable, settings: FitSettings, *, name: str, version: str, created: datetime, software: str) -> Fit:
    """Look for groups in a cohort.

    The model is made whatever the data say; ``usable`` says whether it may be kept.

    Raises:
        CohortError: there are too few patients, too many of them stand alone or are alike, or a variable is the same in all.
    """
    _check(table, settings)
    # so few patients are grouped in no time by one thread; several would wait for each other, and for the machine
    with threadpool_limits(limits=1):
        return _fit(table, settings, name=name, version=version, created=created, software=software)


def _fit(
    table: CohortTable, settings: FitSettings, *, name: str, version: str, created: datetime, software: str
) -> Fit:
    kept = ~standing_alone(table.values, settings)
    _check_kept(table, kept, settings)
    values = table.values[kept]
    scale = scale_of(values)
    z = scale.standardised(values)
    against = against_one_group(values, settings)
    tried = tuple(_try(z, groups, against, settings) for groups in against.groups)
    good = [each for each in tried if each.supported(settings)]
    chosen = next(each for each in tried if each.groups == settings.groups)
    return Fit(
        table=table,
        settings=settings,
        kept=kept,
        scale=scale,
        z=z,
        against=against,
        tried=tried,
        supported_groups=max(good, key=lambda each: each.gain).groups if good else NO_GROUPS,
        chosen=chosen,
        silhouettes=silhouettes(z, chosen.labels),
        model=CohortModel(
            name=name,
            version=version,
            created=created,
            software=software,
            patients=len(z),
            standing_alone=int(np.count_nonzero(~kept)),
            variables=_variables(scale),
            groups=_groups(z, chosen.labels, scale),
            agreement=Agreement(
                p_one_group=chosen.p,
                silhouette=chosen.silhouette,
                calinski_harabasz=chosen.calinski_harabasz,
                adjusted_rand_ward=chosen.adjusted_rand_ward,
                adjusted_rand_bisecting=agreement(chosen.labels, chosen.bisected),
                stability=chosen.stability,
            ),
            settings=settings,
            input_sha256=table.sha256,
        ).sealed(),
    )


def _check(table: CohortTable, settings: FitSettings) -> None:
    if settings.groups > settings.most_groups:
        raise CohortError(f"{settings.groups} groups are asked for, but at most {settings.most_groups} are tried")
    if len(table) < settings.at_least:
        out = "".join(f"; {count} left out: {reason}" for reason, count in table.reasons())
        raise CohortError(
            f"{counted(len(table), 'patient')} with spasms and all four variables, at least {settings.at_least} are needed{out}. "
            "Groups of fewer patients are chance: collect more"
        )
    if len(table) > settings.most:
        raise CohortError(
            f"{len(table)} patients, at most {settings.most} can be grouped: time and memory grow with the square of their "
            "number. Give fewer, drawn at random"
        )
    _check_variation(table.values, settings)


def _check_kept(table: CohortTable, kept: NDArray[np.bool_], settings: FitSettings) -> None:
    """Whoever stands alone is no part of the groups: so the limits hold for the others."""
    alone, rest = int(np.count_nonzero(~kept)), int(np.count_nonzero(kept))
    where = listed([place for place, one in zip(table.places, kept, strict=True) if not one])
    if alone > settings.most_alone * len(table):
        raise CohortError(
            f"{alone} of {counted(len(table), 'patient')} stand alone, at most {100 * settings.most_alone:g} % may: groups of "
            f"the {rest} others would not describe this cohort, and no model is made. Check the numbers in {where}"
        )
    if rest < settings.at_least:
        raise CohortError(
            f"{counted(rest, 'patient')} remain of {len(table)}, standing alone: {alone} ({where}); at least "
            f"{settings.at_least} are needed. Groups of fewer patients are chance: collect more"
        )
    _check_variation(table.values[kept], settings)


def _check_variation(values: Matrix, settings: FitSettings) -> None:
    constant = [each.column for at, each in enumerate(VARIABLES) if np.ptp(values[:, at]) == 0]
    if constant:
        raise CohortError(f"the same value in all patients: {', '.join(constant)}. Nothing can be grouped by it")
    different = len(np.unique(values, axis=0))
    if different < settings.least_different * len(values):
        raise CohortError(
            f"{counted(len(values), 'patient')} have only {different} different rows of the four variables: measured numbers "
            "hardly ever agree in all four. Check whether rows were copied or numbers rounded"
        )


def _try(z: Matrix, groups: int, against: AgainstOneGroup, settings: FitSettings) -> GroupsTried:
    bisected = divisive(z, groups, settings)
    labels = by_severity(z, refined(z, bisected))
    ward = agglomerative(z, groups)
    at = against.groups.index(groups)
    return GroupsTried(
        groups=groups,
        labels=labels,
        bisected=bisected,
        ward=ward,
        silhouette=float(silhouettes(z, labels).mean()),
        calinski_harabasz=calinski_harabasz(z, labels),
        adjusted_rand_ward=agreement(labels, ward),
        stability=float(np.median(stability(z, labels, groups, settings))),
        sizes=sizes_of(labels),
        gain=float(against.gain[at]),
        excess=float(against.excess[at]),
        p=float(against.p_each[at]),
    )


def severity(centres: Matrix) -> NDArray[np.float64]:
    """Mean z of eye closure and mouth distance change: how far the face is drawn [ours].

    Rate and repetition do not count: a tonic spasm lasts, so there are fewer of them in a minute.
    """
    return np.asarray(centres[:, :2].mean(axis=1), dtype=np.float64)


def by_severity(z: Matrix, labels: Labels) -> Labels:
    """The same groups, numbered from the least to the most severe."""
    rank = np.argsort(np.argsort(severity(centres_of(z, labels)), kind="stable"), kind="stable")
    return np.asarray(rank[labels], dtype=np.int64)


def _variables(scale: Scale) -> tuple[ModelVariable, ModelVariable, ModelVariable, ModelVariable]:
    eye, mouth, rate, repetition = (
        ModelVariable(column=each.column, unit=each.unit, mean=float(scale.mean[at]), sd=float(scale.sd[at]))
        for at, each in enumerate(VARIABLES)
    )
    return eye, mouth, rate, repetition


def _groups(z: Matrix, labels: Labels, scale: Scale) -> tuple[ModelGroup, ...]:
    centres = centres_of(z, labels)
    names = CLASSES if len(centres) == len(CLASSES) else (None,) * len(centres)
    return tuple(
        ModelGroup(
            number=at + 1,
            name=names[at],
            patients=int(np.count_nonzero(labels == at)),
            centroid=_four(centre * scale.sd + scale.mean),
            centroid_z=_four(centre),
            within_sd_z=_four(z[labels == at].std(axis=0)),
            radius=float(np.linalg.norm(z[labels == at] - centre, axis=1).max()),
            severity=float(severity(centre[np.newaxis])[0]),
        )
        for at, centre in enumerate(centres)
    )


def _four(row: NDArray[np.float64]) -> Four:
    eye, mouth, rate, repetition = (float(value) for value in row)
    return eye, mouth, rate, repetition
