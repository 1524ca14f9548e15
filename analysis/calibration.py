"""Landmarks say when and where, texture says how far: the gain of one against the other, learnt in the recording itself.

What a landmark reads is taken for ``own`` times the part's true movement plus a share of the other side's that came in through
the head frame. Both are estimated by regressing what texture shows in some pictures on what the landmarks read in them, with
priors that hold where texture says nothing: a ridge regression in Bayesian dress (Hoerl and Kennard 1970), robust against
pictures in which the texture was followed wrongly (Huber 1964).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_PRIOR: Final = np.array([1.0, 0.0])
_PRIOR_SD: Final = np.array([0.2, 0.1])
"""Of the factors for the own and the other side's reading: as much as plain landmarks were found to stray."""
_TEXTURE_SD: Final = 0.004
"""What following texture is trusted to, in inter-iris distances, beyond what the scatter about the line shows."""
_INDEPENDENT: Final = 0.25
"""Share of pictures whose errors are taken for independent: neighbours err alike."""
_HUBER: Final = 1.345
_ROUNDS: Final = 12
_FEWEST: Final = 8


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


def learn_gain(own: NDArray[np.float64], other: NDArray[np.float64], texture: NDArray[np.float64]) -> Gain:
    """From readings of the own and the other side and the texture's movement, (g,) each, in inter-iris distances.

    NaN in ``texture`` where it was lost. All three are counted from their own means: where rest lies does not matter.
    """
    seen = np.isfinite(texture) & np.isfinite(own) & np.isfinite(other)
    if seen.sum() < _FEWEST:
        return UNKNOWN
    x = np.column_stack([own, other])[seen]
    y = texture[seen]
    weight = np.ones(len(y))
    factors = _PRIOR
    precision = np.diag(_PRIOR_SD**-2.0)
    for _ in range(_ROUNDS):
        share = weight / weight.sum()
        xc, yc = x - share @ x, y - share @ y
        off = yc - xc @ factors
        spread = float(np.hypot(1.4826 * np.median(np.abs(off)), _TEXTURE_SD))
        weight = np.minimum(1.0, _HUBER * spread / np.maximum(np.abs(off), 1e-12))
        information = (xc * weight[:, None]).T * (_INDEPENDENT / spread**2)
        precision = information @ xc + np.diag(_PRIOR_SD**-2.0)
        factors = np.linalg.solve(precision, information @ yc + _PRIOR / _PRIOR_SD**2)
    return Gain(
        own=float(factors[0]),
        other=float(factors[1]),
        own_sd=float(np.sqrt(np.linalg.inv(precision)[0, 0])),
        pictures=int(seen.sum()),
    )
