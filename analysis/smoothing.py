"""Zero-phase smoothing and runs of consecutive frames."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.signal import savgol_filter

_ORDER = 3


def runs(mask: NDArray[np.bool_]) -> Iterator[slice]:
    """The stretches of consecutive true values, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        yield slice(int(start), int(stop))


def bridged(times_s: NDArray[np.float64], values: NDArray[np.float64], *, longest_s: float) -> NDArray[np.float64]:
    """A signal, (n,), in which a line crosses gaps (NaN) of up to ``longest_s``: a frame that was not used ends no movement."""
    seen = np.isfinite(values)
    if seen.all() or not seen.any():
        return values
    crossed = np.interp(times_s, times_s[seen], values[seen], left=np.nan, right=np.nan)
    for gap in runs(~seen):
        if times_s[min(gap.stop, len(times_s) - 1)] - times_s[max(gap.start - 1, 0)] > longest_s:
            crossed[gap] = np.nan
    return crossed


def window_length(seconds: float, interval_s: float) -> int:
    """Odd number of samples nearest to a window length, at least one more than the polynomial's order."""
    return max(2 * round((seconds / interval_s - 1) / 2) + 1, _ORDER + 2)


def smooth(values: NDArray[np.float64], used: NDArray[np.bool_], *, samples: int) -> NDArray[np.float64]:
    """Savitzky-Golay (order 3) along axis 0 within each run of used frames; runs shorter than the window stay raw."""
    smoothed = np.where(used.reshape(-1, *[1] * (values.ndim - 1)), values, np.nan)
    for run in runs(used):
        if run.stop - run.start >= samples:
            smoothed[run] = savgol_filter(smoothed[run], samples, _ORDER, axis=0)
    return smoothed
