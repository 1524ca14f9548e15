"""Something in front of the mouth or an eye, told from how the face looks over the whole recording.

The landmark network does not know what it cannot see: behind a hand or a mask it draws a plausible mouth, with a presence of 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from analysis.face_regions import FaceRegions

_RED_LIPS: Final = 1.2
"""Units of a* by which lips must stand out from the skin to be missed when they are hidden."""
_USUAL_QUANTILE: Final = 0.9
_HIDDEN_LIPS_SHARE: Final = 0.35
_APART: Final = 2.5
_MAD_TO_SD: Final = 1.4826
_PALE_LIPS: Final = 1.5
_FLAT_MOUTH: Final = 0.25
_FAINT_EYE_LINE: Final = 0.15
_DARK_SOCKET: Final = -0.27
_LEAST_RELIEF: Final = 2.0
_PERSISTING: Final = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class Occlusion:
    """(m,) for each look at a face whether something is in front of it. False where it could not be judged."""

    mouth_right: NDArray[np.bool_]
    mouth_left: NDArray[np.bool_]
    eye_right: NDArray[np.bool_]
    eye_left: NDArray[np.bool_]
    dark_glasses: NDArray[np.bool_]
    lips_told: bool
    """Whether the lips of both sides have a colour that would be missed: if not, only cloth before the mouth is found."""

    @property
    def mouth(self) -> NDArray[np.bool_]:
        """Either half of the mouth."""
        return np.asarray(self.mouth_right | self.mouth_left)


def find_occlusion(looks: Sequence[FaceRegions | None], sharp: NDArray[np.bool_]) -> Occlusion:
    """Judge m looks at one face, in order and several a second; ``sharp`` (m,) is false where lashes are blurred away.

    Not found: a hand on the mouth where ``lips_told`` is false, or that never leaves it; a transparent cover; hair
    that leaves part of the lashes to be seen; what is there for less than two looks.
    """
    judged = np.array([look is not None for look in looks], dtype=np.bool_)
    redness, lip_relief, eye_relief, eye_line, socket = _table(looks)
    with np.errstate(invalid="ignore"):
        glasses = judged & (socket < _DARK_SOCKET).all(axis=1)
        missing, told = _lips_missing(redness)
        hidden = judged[:, None] & (missing | _flat(redness, lip_relief, eye_relief, ~glasses)[:, None])
        faint = (judged & sharp & ~glasses)[:, None] & (eye_line < _FAINT_EYE_LINE)
    return Occlusion(
        mouth_right=_persisting(hidden[:, 0]),
        mouth_left=_persisting(hidden[:, 1]),
        eye_right=_persisting(faint[:, 0]),
        eye_left=_persisting(faint[:, 1]),
        dark_glasses=_persisting(glasses),
        lips_told=told,
    )


def on_frames(found: NDArray[np.bool_], looked_at: NDArray[np.int_], frames: int) -> NDArray[np.bool_]:
    """(frames,) what was found in the looks at frames ``looked_at`` (m,), ascending, for every frame.

    Between two looks it is taken to be there if either found it.
    """
    everywhere = np.zeros(frames, dtype=np.bool_)
    if not len(looked_at):
        return everywhere
    after = np.clip(np.searchsorted(looked_at, np.arange(frames)), 0, len(looked_at) - 1)
    before = np.clip(np.searchsorted(looked_at, np.arange(frames), side="right") - 1, 0, len(looked_at) - 1)
    everywhere[:] = found[before] | found[after]
    return everywhere


def _table(looks: Sequence[FaceRegions | None]) -> NDArray[np.float64]:
    """(5, m, 2): lip redness, lip relief, eye relief, eye line and eye socket, right and left; NaN where nothing was seen."""
    table = np.full((5, len(looks), 2), np.nan)
    for row, look in enumerate(looks):
        if look is None:
            continue
        for column, half in enumerate((look.right, look.left)):
            table[:, row, column] = (
                half.lip_redness,
                half.lip_relief,
                half.eye_relief,
                half.eye_line,
                half.eye_socket,
            )
    return table


def _lips_missing(redness: NDArray[np.float64]) -> tuple[NDArray[np.bool_], bool]:
    """(m, 2) where a side's own lip colour, as seen in at least a tenth of this recording, is gone; and if both sides have one.

    The other side is no measure: light from one side can take the colour of half the lips. Nor is a colour that comes and goes by
    itself, as in strong compression: the lips that are seen must be well apart from those that are not.
    """
    missing = np.zeros(redness.shape, dtype=np.bool_)
    told = True
    for side in range(redness.shape[1]):
        seen = redness[np.isfinite(redness[:, side]), side]
        if not len(seen):
            told = False
            continue
        usual = float(np.quantile(seen, _USUAL_QUANTILE))
        limit = _HIDDEN_LIPS_SHARE * usual
        free = seen[seen >= limit]
        spread = _MAD_TO_SD * float(np.median(np.abs(free - np.median(free)))) if len(free) else np.inf
        if usual >= _RED_LIPS and float(np.median(free)) - limit >= _APART * spread:
            missing[:, side] = redness[:, side] < limit
        else:
            told = False
    return missing, told


def _flat(
    redness: NDArray[np.float64],
    lip_relief: NDArray[np.float64],
    eye_relief: NDArray[np.float64],
    bare_eyes: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """(m,) where the mouth has neither colour nor relief, measured by the relief of the same face's eyes: cloth."""
    seen = eye_relief[bare_eyes]
    if not np.isfinite(seen).any():
        return np.zeros(len(redness), dtype=np.bool_)
    measure = float(np.nanquantile(seen, _USUAL_QUANTILE))
    if measure < _LEAST_RELIEF:
        return np.zeros(len(redness), dtype=np.bool_)
    pale = np.abs(redness).max(axis=1) < _PALE_LIPS
    return np.asarray(pale & (lip_relief.max(axis=1) < _FLAT_MOUTH * measure), dtype=np.bool_)


def _persisting(found: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Only what two of three looks agree upon."""
    if len(found) < _PERSISTING:
        return found
    return np.asarray(median_filter(found, size=_PERSISTING, mode="nearest"), dtype=np.bool_)
