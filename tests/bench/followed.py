"""What a system makes of a phantom, and what is true of it, as the same signals.

The plain modes are read as a careful user would: canthi and nose laid upon their mean in the picture's plane, mouth corners
along the true direction of the movement, nothing refused. Vultus is read from its own signals and its own result.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.phantom import Truth
from analysis.pipeline import Analysis
from analysis.settings import AnalysisSettings
from analysis.smoothing import smooth, window_length
from tests.bench.fidelity import Sides, pearson
from tests.bench.head_signals import SMILE, Signals, in_plain_frame, main_axis, signals
from tests.bench.reading import Points, Reading

_AMPLITUDE: Final = 0.95


@dataclass(frozen=True, kw_only=True)
class Related:
    """What a system says of the two mouth corners: correlation, left over right amplitude; None and a reason where it refuses."""

    pearson_r: float | None
    left_over_right: float | None
    refusal: str | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Followed:
    """Signals of the subject's sides, shares of the inter-iris distance as the system sees it, raw and as it smooths them."""

    raw: Signals
    smooth: Signals
    related: Related


def truth_signals(truth: Truth) -> Signals:
    """The same signals as they truly are, except that apertures are shares of the open eye's.

    How far apart the margins of the photograph are is itself read by landmarks; what share is left is exact.
    """
    return Signals(
        time_s=np.array(truth.times_s),
        mouth=Sides(right=np.array(truth.right_iod), left=np.array(truth.left_iod)),
        lid=Sides(right=np.array(truth.right.lid_aperture), left=np.array(truth.left.lid_aperture)),
        brow=Sides(right=np.array(truth.right.brow_up_iod), left=np.array(truth.left.brow_up_iod)),
    )


def swapped(found: Followed) -> Followed:
    """Of a mirror image: the sides change names, and the relation with them."""

    def each(one: Signals) -> Signals:
        return Signals(
            time_s=one.time_s,
            **{name: Sides(right=sides.left, left=sides.right) for name, sides in one.regions().items()},
        )

    ratio = found.related.left_over_right
    related = replace(found.related, left_over_right=1 / ratio if ratio else ratio)
    return Followed(raw=each(found.raw), smooth=each(found.smooth), related=related)


def plainly(reading: Reading, truth: Truth) -> Followed:
    """A plain system's reading of the clip or of its mirror image: outward is outward in both."""
    found = signals(in_plain_frame(reading), mouth_axis=_true_axis(truth), iod_px=reading.iod_px)
    moving = np.zeros(len(found.time_s), dtype=np.bool_)
    for start, end in truth.smiles_s:
        moving |= (found.time_s >= start) & (found.time_s < end)
    return Followed(raw=found, smooth=found, related=_relate(found, moving))


def of_analysis(analysis: Analysis) -> Followed:
    """The product's own signals and result: shares of the inter-iris distance from millimetres; NaN where frames were not used.

    ``smooth`` is as the product smooths excursions, with its default settings.
    """
    smoothing_s = AnalysisSettings().smoothing_s
    table, result = analysis.signals, analysis.result
    time_s = table["t_s"].to_numpy(dtype=np.float64)
    used = table["used"].to_numpy(dtype=np.bool_)
    unit = result.quality.scale_mm_per_iod or np.nan
    samples = window_length(smoothing_s, float(np.median(np.diff(time_s))))

    def both(region: str, *, smoothed: bool) -> Sides:
        right, left = (table[f"{side}_{region}_mm"].to_numpy(dtype=np.float64) / unit for side in ("right", "left"))
        if smoothed:
            # of a recording that is not assessable there are apertures, but no excursions
            right, left = (smooth(side, used & np.isfinite(side), samples=samples) for side in (right, left))
        return Sides(right=right, left=left)

    raw, smoothed = (
        Signals(
            time_s=time_s,
            mouth=both("commissure", smoothed=smoothed),
            lid=both("aperture", smoothed=smoothed),
            brow=both("brow", smoothed=smoothed),
        )
        for smoothed in (False, True)
    )
    excursion = result.movement.excursion_mm
    related = Related(
        pearson_r=result.commissure.pearson_r,
        left_over_right=abs(excursion.left) / abs(excursion.right) if excursion and excursion.right else None,
        refusal=result.commissure.reason if result.commissure.pearson_r is None else None,
    )
    return Followed(raw=raw, smooth=smoothed, related=related)


def _relate(found: Signals, moving: NDArray[np.bool_]) -> Related:
    if not moving.any():
        return Related(pearson_r=None, left_over_right=None)
    right, left = (values - np.nanmedian(values[~moving]) for values in (found.mouth.right, found.mouth.left))
    amplitudes = [float(np.nanquantile(np.abs(values[moving]), _AMPLITUDE)) for values in (right, left)]
    r = pearson(right[moving], left[moving])
    return Related(
        pearson_r=None if np.isnan(r) else r,
        left_over_right=amplitudes[1] / amplitudes[0] if amplitudes[0] else None,
    )


def _true_axis(truth: Truth) -> tuple[float, float]:
    """Of the corner that truly moves most, as that of the right one (x to the subject's left in the picture, y up)."""
    right, left = (
        np.column_stack([np.array(side.commissure_out_iod), np.array(side.commissure_up_iod)])
        for side in (truth.right, truth.left)
    )
    path: Points = right if np.ptp(right, axis=0).max() >= np.ptp(left, axis=0).max() else left
    if not np.ptp(path, axis=0).max():
        return SMILE
    return main_axis(path * (-1, -1))
