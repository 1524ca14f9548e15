"""A lid that slides over the eye.

The upper margin goes down along each column of the face to meet the lower one, which rises a little. The skin between the brow
and the margin stretches to follow; a strip along the margin, the lash line, travels unstretched, while the lashes that stood
before the skin above it turn down and are seen no more; the eye below is covered, not squeezed.

At closure c exactly the share 1 - c of the open aperture is left in every column.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis.phantom.columns import FEATHER_PX, Columns, over, soft
from analysis.phantom.landmarks import BROW_LOWER, LOWER_MARGIN, UPPER_MARGIN, column_curve
from analysis.phantom.still import Points, Still

_RISE: Final = 0.12
"""What the lower lid does of a full closure."""
_LASH_LINE_IOD: Final = 0.020
"""Height of the strip above the margin that travels unstretched ..."""
_LASHES_IOD: Final = 0.045
"""... and of the lashes above it."""
_LASHES_BELOW_IOD: Final = 0.018
_LASHES_DOWN_BY: Final = 0.35
"""Closure from which the lashes point down."""
_LASH_SHADE: Final = 0.35
_WATERLINE_IOD: Final = 0.018
"""Of the lower lid's edge, which a closed lid hides."""
_CHEEK_IOD: Final = 0.28
"""How far below the margin the lower lid's skin follows."""
_FOLD_SHARE: Final = 0.8
_FOLD_IOD: Final = (0.12, 0.22)
"""How far above the margin the upper lid's skin follows: a share of the way to the brow, within limits."""
_SPREAD_IOD: Final = 0.05
_RIM_SHARE: Final = 0.55
"""Of the skin's grey level: what is darker is a rim of spectacles or a brow."""
_LASH_ROOTS_IOD: Final = -0.004
_HIDDEN_SHARE: Final = 0.6
_GRAIN_IOD: Final = 0.025
"""What is finer than this of stretched skin would become streaks."""
_SHADOW: Final = 0.22
_SHADOW_IOD: Final = 0.035


class Lids:
    """One eye: 0 right, 1 left."""

    def __init__(self, still: Still, side: int) -> None:
        self._upper, self._lower = (column_curve(still, points[side]) for points in (UPPER_MARGIN, LOWER_MARGIN))
        self._brow = column_curve(still, BROW_LOWER[side], 2)
        ends = still.in_face(*UPPER_MARGIN[side])[:, 0]
        self._ends = float(ends.min()), float(ends.max())
        centre = np.linspace(*self._ends, 33)
        self._widest = float((self._lower(centre) - self._upper(centre)).max())
        self._axes = still.axes
        self._place(still, centre)
        self._keep_off_spectacles(still)

    def _place(self, still: Still, centre: Points) -> None:
        """The pixels around the eye and what holds of their columns."""
        top, bottom = float(self._brow(centre).min()) - 0.05, float(self._lower(centre).max()) + _CHEEK_IOD + 0.05
        self._columns = Columns(still, (self._ends[0] - 0.05, self._ends[1] + 0.05), (top, bottom))
        self.region = self._columns.region
        grain = max(_GRAIN_IOD * still.axes.iod_px, 0.3)
        self._smoothed = np.asarray(
            cv2.GaussianBlur(still.rgb[self.region], (0, 0), sigmaX=grain, sigmaY=0.3), dtype=np.uint8
        )
        x, self._y = self._columns.x, self._columns.y
        self._u, self._l = self._upper(x), self._lower(x)
        self._open = np.maximum(self._l - self._u, 0)
        self._pulled = np.maximum(self._open, self._spread(x))
        # far out there are neither lashes nor anything to cover
        self._taper = np.clip(self._pulled / (0.45 * self._widest), 0, 1)
        self._fold = np.clip(_FOLD_SHARE * (self._u - self._brow(x)), *_FOLD_IOD)

    def _spread(self, columns: Points) -> Points:
        """The open aperture smoothed over the columns: the skin beside the canthi is pulled along."""
        x = np.linspace(self._ends[0] - 0.2, self._ends[1] + 0.2, 241)
        steps = (x - x[120]) / (x[1] - x[0])
        kernel = np.exp(-0.5 * (steps * (x[1] - x[0]) / _SPREAD_IOD) ** 2)
        aperture = np.maximum(self._lower(x) - self._upper(x), 0)
        return np.asarray(np.interp(columns, x, np.convolve(aperture, kernel / kernel.sum(), mode="same")))

    def _keep_off_spectacles(self, still: Still) -> None:
        """A rim close above the eye does not move with the lid: the skin that does ends below it."""
        middle = sum(self._ends) / 2
        columns = np.linspace(middle - 0.25 * np.ptp(self._ends), middle + 0.25 * np.ptp(self._ends), 15)
        heights = np.linspace(0.04, _FOLD_IOD[1] + 0.04, 40)
        at = np.stack([np.broadcast_to(columns, (40, 15)), self._upper(columns) - heights[:, None]], axis=-1)
        places = still.axes.pixels(at).astype(np.float32)
        grey = cv2.cvtColor(still.rgb, cv2.COLOR_RGB2GRAY)
        profile = np.median(cv2.remap(grey, places[..., 0], places[..., 1], cv2.INTER_LINEAR), axis=1)
        dark = np.flatnonzero((profile < _RIM_SHARE * np.maximum.accumulate(profile)) & (heights > 0.06))
        if dark.size:
            self._fold = np.minimum(self._fold, max(heights[dark[0]] - 0.02, 0.05))

    def margins(self, columns: Points, closure: float) -> tuple[Points, Points]:
        """y of the upper and of the lower margin over x, in the face's frame."""
        upper, lower = self._upper(columns), self._lower(columns)
        rise = _RISE * (lower - upper)
        return upper + closure * (lower - rise - upper), lower - closure * rise

    def close(self, picture: NDArray[np.uint8], closure: float) -> None:
        """Close the eye of a picture, in place."""
        if closure == 0:
            return
        eye = picture[self.region]
        y, taper = self._y, self._taper
        rise = _RISE * closure * self._open
        fall = closure * (1 - _RISE) * self._pulled
        upper, lower = self._u + fall, self._l - rise
        turned = float(np.clip(closure / _LASHES_DOWN_BY, 0, 1)) * taper
        feather = FEATHER_PX / self._axes.iod_px
        shown = eye.astype(np.float32)
        shade = np.exp(-np.clip(y - upper, 0, None) / _SHADOW_IOD) * _SHADOW * np.clip(2 * closure, 0, 1) * taper
        shown *= (1 - shade)[..., None].astype(np.float32)
        below, _ = _came_from(y - self._l, rise, _WATERLINE_IOD * turned, np.full_like(y, _CHEEK_IOD))
        shown = over(shown, self._columns.sampled(eye, self._l + below), soft((y - lower) / feather + taper))
        strip = _LASH_LINE_IOD * taper
        hidden = np.minimum(_LASHES_IOD * turned + strip, _HIDDEN_SHARE * self._fold)
        above, stretch = _came_from(self._u - y, fall - strip, hidden, self._fold)
        skin = self._columns.sampled(eye, self._u - above)
        skin = over(
            skin, self._columns.sampled(self._smoothed, self._u - above), np.clip((stretch - 1.4) / 2.5, 0, 0.85)
        )
        # what lies deeper than the lash line is the eye, which the lid covers and does not carry
        line = self._columns.sampled(eye, np.minimum(y - fall, self._u + _LASH_ROOTS_IOD))
        under = np.clip((y - upper) / _LASHES_BELOW_IOD + 0.5, 0, 1) * _LASH_SHADE * turned
        line *= (1 - under)[..., None].astype(np.float32)
        lid = over(skin, line, soft((y - upper + strip) / (2 * feather)))
        shown = over(shown, lid, soft((upper + _LASHES_BELOW_IOD * taper - y) / feather))
        picture[self.region] = np.clip(np.rint(shown), 0, 255).astype(np.uint8)


def _came_from(height: Points, moved: Points, hidden: Points, reach: Points) -> tuple[Points, Points]:
    """Where the skin at a height above the open margin was before the margin moved down by ``moved`` and hid a strip of it, and
    how much it is stretched.

    Skin at height a > hidden goes to a - (moved + hidden) w(a): w is 1 at the hidden strip's end, and falls as a square to 0 at
    the reach.
    """
    free = reach - hidden
    left = np.clip(reach - height, 0, None)
    q = 2 * left / (free + np.sqrt(free * free + 4 * (moved + hidden) * left))
    came_from = np.where(height > reach, height, reach - q * free)
    return came_from, 1 + np.where(height > reach, 0, 2 * (moved + hidden) * np.clip(q, 0, 1) / free)
