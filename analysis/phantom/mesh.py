"""The 478 points of the faces in a photograph. The one place where a phantom asks the networks."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis import model
from analysis.litert_networks import LitertNetworks

_CORNER_TO_CENTRE: Final = np.array([0.5, 0.5, 0.0])


def still_meshes(rgb: NDArray[np.uint8]) -> list[NDArray[np.float64]]:
    """Of each face (478, 3) in pixels: x right, y down, z away from the camera (the model's estimate, same unit).

    The centres of pixels are whole numbers; the networks' own coordinates, whose origin is the picture's corner, are 0.5 larger.

    Raises:
        ModelError: the bundle is missing or another one.
    """
    with LitertNetworks(model.default_path()) as networks:
        return [sighting.mesh.points.astype(np.float64) - _CORNER_TO_CENTRE for sighting in networks.faces(rgb)]
