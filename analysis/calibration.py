"""Landmarks say when and where, texture says how far: the gain of one against the other, learnt in the recording itself.

What a landmark reads is taken for a share of its own side's true movement and a share of the other side's that came in through
the head frame. Both are estimated by regressing what texture shows in some pictures on what the landmarks read in them: with
priors that hold where texture says nothing (a ridge regression, Hoerl and Kennard 1970), robust against pictures in which
texture was followed wrongly (Huber 1964), and trusted only as far as texture followed from different moments of rest agrees with
itself (random effects, DerSimonian and Laird 1986): on a face that acts, it may say 0.4 from one moment and 1.3 from another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

_PRIOR: Final = np.array([1.0, 0.0])
_PRIOR_SD: Final = np.array([0.2, 0.05])
"""Of the factors for the own and the other side's reading: as much as landmarks by half-face pictures were found to stray."""
_TEXTURE_SD: Final = 0.004
"""What following texture is trusted to, in inter-iris distances, beyond what the scatter about the line shows."""
_INDEPENDENT: Final = 0.25
"""Share of pictures whose errors are taken for independent: neighbours err alike."""
_HUBER: Final = 1.345
_ROUNDS: Final = 12
_FEWEST: Final = 8
_MOVED: Final = 2.0
"""A reading that varies by this many times its noise at rest has moved."""


@dataclass(frozen=True, kw_only=True)
class Gain:
    """Truth is ``own`` x the own side's reading + ``other`` x the other side's; ``own_sd`` is the standard error of ``own``.

    ``pictures`` is how many the texture could be followed in; 0 where the priors stand alone.
    """

    own: float
    other: float
    own_sd: float
    pictures: int


UNKNOWN: Final = Gain(own=1.0, other=0.0, own_sd=float(_PRIOR_SD[0]), pictures=0)


def learn_gain(own: Values, other: Values, texture: Values, since: NDArray[np.int64], *, own_noise: float) -> Gain:
    """From readings of the own and the other side and the texture's movement, (g,) each, in inter-iris distances.

    ``own_noise`` is the standard deviation of the own reading at rest. A reading that hardly varies by more is no movement:
    nothing is learnt of its factor, which a regression on noise would draw towards 0 (Spearman 1904).

    NaN in ``texture`` where it was lost. ``since`` (g,) names the moment of rest that texture was followed from: all is counted
    from the means of its own moment, and moments with too few pictures are left out.
    """
    seen = np.isfinite(texture) & np.isfinite(own) & np.isfinite(other)
    moments = [
        rows for moment in np.unique(since) if (rows := np.flatnonzero(seen & (since == moment))).size >= _FEWEST
    ]
    if not moments:
        return UNKNOWN
    rows = np.concatenate(moments)
    group = np.repeat(np.arange(len(moments)), [len(moment) for moment in moments])
    x, y = np.column_stack([own, other])[rows], texture[rows]
    if _centred(x[:, :1], np.ones(len(x)), group).std() < _MOVED * own_noise:
        x[:, 0] = 0.0
    first = _fit(x, y, group, trust=1.0)
    data_variance = 1 / max(1 / first.variance - _PRIOR_SD[0] ** -2.0, 1e-9)
    disagreement = _between(first, group) / len(moments)
    fit = _fit(x, y, group, trust=data_variance / (data_variance + disagreement))
    return Gain(
        own=float(fit.factors[0]),
        other=float(fit.factors[1]),
        own_sd=float(np.sqrt(fit.variance)),
        pictures=len(rows),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Fit:
    factors: Values
    variance: float
    """Of the first factor."""
    centred: Values
    off: Values
    weight: Values


def _fit(x: Values, y: Values, group: NDArray[np.int_], *, trust: float) -> _Fit:
    """Robust ridge regression within groups; ``trust`` scales what the data weigh beside the priors."""
    weight = np.ones(len(y))
    factors, precision = _PRIOR, np.diag(_PRIOR_SD**-2.0)
    for _ in range(_ROUNDS):
        xc, yc = _centred(x, weight, group), _centred(y[:, None], weight, group)[:, 0]
        off = yc - xc @ factors
        spread = float(np.hypot(1.4826 * np.median(np.abs(off)), _TEXTURE_SD))
        weight = np.minimum(1.0, _HUBER * spread / np.maximum(np.abs(off), 1e-12))
        information = (xc * weight[:, None]).T * (trust * _INDEPENDENT / spread**2)
        precision = information @ xc + np.diag(_PRIOR_SD**-2.0)
        factors = np.linalg.solve(precision, information @ yc + _PRIOR / _PRIOR_SD**2)
    return _Fit(
        factors=factors,
        variance=float(np.linalg.inv(precision)[0, 0]),
        centred=xc[:, 0],
        off=yc - xc @ factors,
        weight=weight,
    )


def _centred(values: Values, weight: Values, group: NDArray[np.int_]) -> Values:
    """Values (g, v) less the weighted means of their groups."""
    total = np.bincount(group, weight)
    means = [np.bincount(group, weight * column) / total for column in values.T]
    return np.asarray(values - np.column_stack(means)[group])


def _between(fit: _Fit, group: NDArray[np.int_]) -> float:
    """Variance of the first factor between groups, by what slope each leaves in its own residuals."""
    leverage = np.bincount(group, fit.weight * fit.centred**2)
    if len(leverage) < 2 or not leverage.min() > 0:
        return 0.0
    slopes = np.bincount(group, fit.weight * fit.centred * fit.off) / leverage
    spread = float(np.hypot(1.4826 * np.median(np.abs(fit.off)), _TEXTURE_SD))
    precision = leverage * _INDEPENDENT / spread**2
    mean = precision @ slopes / precision.sum()
    q = float(precision @ (slopes - mean) ** 2)
    scale = precision.sum() - (precision**2).sum() / precision.sum()
    return float(max((q - (len(slopes) - 1)) / scale, 0.0))
