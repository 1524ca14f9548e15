"""A photograph, enlarged and cut to the size of the video, with the points of its face and the face's own axes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis import anatomy
from analysis.errors import PhantomError
from analysis.phantom.mesh import still_meshes
from analysis.phantom.photograph import Photograph

_MAX_ENLARGEMENT: Final = 3.2
"""More shows the photograph's grain and nothing else."""
_MIN_IOD_PX: Final = 60.0
_MASTER_IOD_PX: Final = 128.0
_EYES_AT: Final = (0.5014, 0.43)
_FILL_SIGMA_PX: Final = 30.0

Points = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class FaceAxes:
    """The face's own upright frame: origin between the irises, x to the subject's left, y DOWN, unit the inter-iris distance."""

    origin: Points
    across: Points
    """Unit vector in the picture, from the right to the left iris."""
    iod_px: float

    @property
    def down(self) -> Points:
        """Unit vector in the picture."""
        return np.array([-self.across[1], self.across[0]])

    def of(self, pixels: Points) -> Points:
        """(..., 2) positions in the picture to the face's frame."""
        from_origin = (pixels - self.origin) / self.iod_px
        return np.stack([from_origin @ self.across, from_origin @ self.down], axis=-1)

    def vectors_px(self, vectors: Points) -> Points:
        """(..., 2) displacements in the face's frame to pixels."""
        turned: Points = (vectors[..., :1] * self.across + vectors[..., 1:] * self.down) * self.iod_px
        return turned

    def pixels(self, points: Points) -> Points:
        """(..., 2) positions in the face's frame to the picture."""
        return self.origin + self.vectors_px(points)


@dataclass(frozen=True, kw_only=True, eq=False)
class Still:
    """The picture that is animated: ``rgb`` (height, width, 3) uint8, ``mesh`` (478, 3) in its pixels."""

    rgb: NDArray[np.uint8]
    mesh: Points
    axes: FaceAxes

    def in_face(self, *landmarks: int) -> Points:
        """(n, 2) points of the mesh in the face's frame."""
        return self.axes.of(self.mesh[list(landmarks), :2])


@lru_cache(maxsize=8)
def prepare(photograph: Photograph, *, width: int, height: int, iod_px: float) -> Still:
    """Place the face in a picture of the given size with about the given distance between the irises.

    Raises:
        PhantomError: the photograph shows no face, several, or one that is too small.
    """
    source = photograph.pixels()
    mesh = _mesh(photograph)
    right, left = (mesh[side.iris_centre, :2] for side in (anatomy.RIGHT, anatomy.LEFT))
    scale = min(iod_px / float(np.hypot(*(left - right))), _MAX_ENLARGEMENT)
    picture, offset = _placed(source, (right + left) / 2, scale, width, height)
    placed = mesh * scale
    placed[:, :2] += offset
    right, left = (placed[side.iris_centre, :2] for side in (anatomy.RIGHT, anatomy.LEFT))
    distance = float(np.hypot(*(left - right)))
    axes = FaceAxes(origin=(right + left) / 2, across=(left - right) / distance, iod_px=distance)
    picture.setflags(write=False)
    return Still(rgb=picture, mesh=placed, axes=axes)


@lru_cache(maxsize=8)
def _mesh(photograph: Photograph) -> Points:
    """In the photograph's own pixels, found on the enlarged face, where it is found best."""
    source = photograph.pixels()
    where = photograph.path or "the portrait"
    faces = still_meshes(source)
    if len(faces) != 1:
        found = "no face" if not faces else f"{len(faces)} faces"
        raise PhantomError(
            f"{where} shows {found}: choose a photograph of one person who looks at the camera, from near"
        )
    right, left = (faces[0][side.iris_centre, :2] for side in (anatomy.RIGHT, anatomy.LEFT))
    distance = float(np.hypot(*(left - right)))
    if distance * _MAX_ENLARGEMENT < _MIN_IOD_PX:
        raise PhantomError(
            f"the face in {where} is too small, {distance:.0f} pixels between the irises: "
            f"choose a photograph with at least {np.ceil(_MIN_IOD_PX / _MAX_ENLARGEMENT):.0f}"
        )
    scale = min(_MASTER_IOD_PX / distance, _MAX_ENLARGEMENT)
    enlarged, offset = _placed(source, (right + left) / 2, scale, 1280, 720)
    again = still_meshes(enlarged)
    if len(again) != 1:
        raise PhantomError(f"the face in {where} is lost when it is enlarged: choose another photograph")
    mesh = again[0]
    mesh[:, :2] -= offset
    return np.asarray(mesh / scale)


def _placed(
    source: NDArray[np.uint8], eyes: Points, scale: float, width: int, height: int
) -> tuple[NDArray[np.uint8], Points]:
    """The scaled photograph in a picture of the given size, and where its corner came to lie.

    The eyes come to their usual place, unless that would leave a margin empty that the photograph could fill. What stays empty
    is filled with the blurred edge.
    """
    small = cv2.resize(source, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else source
    # an area-averaged picture is a whole number of pixels large, so its scale is not quite the one asked for
    shrunk = np.array([small.shape[1] / source.shape[1], small.shape[0] / source.shape[0]])
    size = np.array([source.shape[1], source.shape[0]]) * scale
    room = np.array([width, height])
    offset = room * _EYES_AT - eyes * scale
    offset = np.where(size >= room, np.clip(offset, room - size, 0), offset)
    factor = scale / shrunk
    matrix = np.column_stack([np.diag(factor), offset + 0.5 * (factor - scale)])
    picture = cv2.warpAffine(small, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    low, high = np.ceil(offset).astype(int), np.floor(offset + size - 1).astype(int)
    if (low > 0).any() or (high < room - 1).any():
        inside = np.zeros((height, width), dtype=np.float32)
        inside[max(low[1], 0) : max(high[1], 0), max(low[0], 0) : max(high[0], 0)] = 1
        inside = cv2.GaussianBlur(inside, (0, 0), 3)[..., None] * inside[..., None]
        fill = cv2.GaussianBlur(picture, (0, 0), _FILL_SIGMA_PX)
        picture = np.rint(picture * inside + fill * (1 - inside))
    return np.asarray(picture, dtype=np.uint8), offset
