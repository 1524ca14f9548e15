"""A drawn face with known motion: a head that sways, a spot at each mouth corner. For tests of the benchmark itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.bench.reading import Complex, HalfFace, Picture, Points, Reading, Values, as_points

HEIGHT, WIDTH = 240, 320
IOD_PX = 80.0
_PLACES = {
    33: -0.75 - 0.02j,
    133: -0.25 + 0.02j,
    263: 0.75 - 0.02j,
    362: 0.25 + 0.02j,
    9: -0.25j,
    8: -0.1j,
    168: 0.0j,
    6: 0.15j,
    197: 0.3j,
    195: 0.4j,
    5: 0.5j,
    4: 0.6j,
    2: 0.7j,
    0: 0.85j,
    17: 1.05j,
    152: 1.5j,
}
_CORNER = 0.45 + 0.95j


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """n pictures of a drawn face; ``right`` and ``left`` are the corners' outward excursions (n,), shares of the IOD."""

    time_s: Values
    right: Values
    left: Values

    @property
    def turn(self) -> Complex:
        return np.asarray(IOD_PX * np.exp(0.05j * np.sin(2 * np.pi * 0.2 * self.time_s)))

    @property
    def shift(self) -> Complex:
        return np.asarray(
            150 + 90j + 6 * np.sin(2 * np.pi * 0.25 * self.time_s) + 3j * np.cos(2 * np.pi * 0.2 * self.time_s)
        )

    @property
    def corners(self) -> Points:
        """(n, 2, 2) px: right, left."""
        head = np.stack([-np.conj(_CORNER) - self.right, _CORNER + self.left], axis=1)
        return as_points(self.turn[:, None] * head + self.shift[:, None])

    @property
    def meshes(self) -> Points:
        """(n, 478, 2) px, the points that hold the head and its midline; zero elsewhere."""
        meshes = np.zeros((len(self.time_s), 478, 2))
        meshes[:, list(_PLACES)] = as_points(
            self.turn[:, None] * np.array(list(_PLACES.values())) + self.shift[:, None]
        )
        return meshes

    @property
    def pictures(self) -> list[Picture]:
        """A bright spot for each corner on a dark ground."""
        y, x = np.mgrid[:HEIGHT, :WIDTH]
        drawn = []
        for corners in self.corners:
            light = sum(np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * 2.5**2)) for at in corners)
            drawn.append(np.repeat(np.rint(20 + 200 * light)[..., None], 3, axis=2).astype(np.uint8))
        return drawn

    @property
    def reading(self) -> Reading:
        """What a faultless system reads; brows and lids do not move."""
        mesh, corners = self.meshes, self.corners

        def half(outer: int, inner: int, corner: int) -> HalfFace:
            eye = (mesh[:, outer] + mesh[:, inner]) / 2
            up = mesh[:, 168] - mesh[:, 4]
            return HalfFace(
                commissure=corners[:, corner],
                upper_lid=eye + 0.1 * up,
                lower_lid=eye - 0.1 * up,
                brow=eye + 0.4 * up,
                outer_canthus=mesh[:, outer],
                inner_canthus=mesh[:, inner],
                iris=eye,
            )

        return Reading(
            time_s=self.time_s,
            right=half(33, 133, 0),
            left=half(263, 362, 1),
            nose=mesh[:, [168, 6, 197, 4]],
        )


def spots(picture: Picture, middle_px: float) -> Points:
    """(2, 2) px: centres of the spots to the left and to the right of a column."""
    light = np.clip(picture[..., 0].astype(np.float64) - 40, 0, None)
    y, x = np.mgrid[: light.shape[0], : light.shape[1]]
    halves = (light * (x < middle_px), light * (x >= middle_px))
    return np.array([((half * x).sum() / half.sum(), (half * y).sum() / half.sum()) for half in halves])
