"""``cohort.csv``, every patient of the table with its group, and ``left-out.csv``, every row that is no part of it."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from analysis.cohort.fit import Fit
from analysis.cohort.table import CohortTable
from analysis.cohort.variables import COLUMNS, GROUP, PATIENT

TABLE: Final = "cohort.csv"
LEFT_OUT: Final = "left-out.csv"


def group_names(fit: Fit) -> tuple[str, ...]:
    """What each group is called, from the least severe: the proposed class, or its number."""
    return tuple(f"group {each.number}" if each.name is None else each.name.value for each in fit.model.groups)


def assigned(fit: Fit) -> pd.DataFrame:
    """One row a patient: pseudonym, variables, group, margin, silhouette, whether it stands alone.

    ``group`` is that of the clustering, empty for patients who stand alone and where the data support no such groups;
    ``placed`` is what the model would say of a new patient with these numbers.
    """
    placed = fit.placements()
    names = np.full(len(fit.table), "", dtype=object)
    width = np.full(len(fit.table), np.nan)
    if fit.usable:
        names[fit.kept] = np.array(group_names(fit), dtype=object)[fit.chosen.labels]
        width[fit.kept] = fit.silhouettes
    frame = pd.DataFrame(fit.table.values, columns=list(COLUMNS))
    frame.insert(0, PATIENT, list(fit.table.patients))
    frame.insert(1, "place", list(fit.table.places))
    frame[GROUP] = names
    frame["placed"] = [each.class_.value if fit.usable and fit.model.named else "" for each in placed]
    frame["margin_sd"] = [each.margin if fit.usable else None for each in placed]
    frame["silhouette"] = width
    frame["stands_alone"] = np.where(fit.kept, "no", "yes")
    return frame


def left_out(table: CohortTable) -> pd.DataFrame:
    """One row for each that was left out: where it stood, of which result, and why."""
    return pd.DataFrame(
        [(each.place, each.file, each.reason) for each in table.left_out], columns=["place", "file", "reason"]
    )
