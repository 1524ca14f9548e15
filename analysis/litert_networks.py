"""The networks of the bundle, each run by itself with LiteRT on one thread."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from analysis import face_detection, model, sampling
from analysis.closing import Closing
from analysis.networks import (
    MARGIN,
    POINTS,
    PRESENCE_THRESHOLD,
    Mesh,
    Picture,
    Roi,
    Sighting,
    require_rgb,
    require_square,
)

_SIDE: Final = 256

_BLENDSHAPE_POINTS: Final = (
    0, 1, 4, 5, 6, 7, 8, 10, 13, 14, 17, 21, 33, 37, 39, 40, 46, 52, 53, 54, 55, 58, 61, 63, 65, 66, 67, 70, 78, 80, 81, 82, 84,
    87, 88, 91, 93, 95, 103, 105, 107, 109, 127, 132, 133, 136, 144, 145, 146, 148, 149, 150, 152, 153, 154, 155, 157, 158, 159,
    160, 161, 162, 163, 168, 172, 173, 176, 178, 181, 185, 191, 195, 197, 234, 246, 249, 251, 263, 267, 269, 270, 276, 282, 283,
    284, 285, 288, 291, 293, 295, 296, 297, 300, 308, 310, 311, 312, 314, 317, 318, 321, 323, 324, 332, 334, 336, 338, 356, 361,
    362, 365, 373, 374, 375, 377, 378, 379, 380, 381, 382, 384, 385, 386, 387, 388, 389, 390, 397, 398, 400, 402, 405, 409, 415,
    454, 466, 468, 469, 470, 471, 472, 473, 474, 475, 476, 477,
)  # fmt: skip
"""The points that the blendshape network is given (``face_blendshapes_graph.cc``)."""

_JAW_AND_MOUTH: Final = slice(23, 50)
"""jawForward to mouthUpperUpRight among the 52 blendshapes (``face_blendshapes_graph.cc``)."""


class LitertNetworks(Closing):
    """The three networks of the verified bundle. Nothing is shared between instances; use one in each thread."""

    def __init__(self, bundle: Path) -> None:
        model.verify(bundle)
        with zipfile.ZipFile(bundle) as archive:
            self._detector = _Network(archive.read("face_detector.tflite"))
            self._landmarks = _Network(archive.read("face_landmarks_detector.tflite"))
            self._blendshapes = _Network(archive.read("face_blendshapes.tflite"))

    def close(self) -> None:
        """Release the networks. May be called again."""
        for network in (self._detector, self._landmarks, self._blendshapes):
            network.close()

    def faces(self, rgb: Picture, *, mouth_activity: bool = False) -> list[Sighting]:
        """As ``FaceNetworks.faces``."""
        require_rgb(rgb)
        found = self._look(rgb, margin=0, border=sampling.REPLICATE)
        if not found:
            # zeros outside the picture are what a real black margin would show, without the copy
            found = self._look(rgb, margin=int(MARGIN * max(rgb.shape[:2])), border=sampling.ZERO)
        return [
            Sighting(mesh=mesh, mouth_activity=self._mouth_activity(mesh) if mouth_activity else None) for mesh in found
        ]

    def mesh(self, square: Picture) -> Mesh:
        """As ``FaceNetworks.mesh``."""
        require_square(square)
        size = square.shape[0]
        whole = Roi(centre_x=size / 2, centre_y=size / 2, size=size, roll_rad=0)
        return self._mesh(square, whole, border=sampling.REPLICATE)

    def _look(self, rgb: Picture, *, margin: int, border: int) -> list[Mesh]:
        height, width = rgb.shape[:2]
        letterbox = Roi(centre_x=width / 2, centre_y=height / 2, size=max(width, height) + 2 * margin, roll_rad=0)
        shown = sampling.cut(rgb, letterbox, side=face_detection.SIDE, border=sampling.ZERO)
        regressors, scores = self._detector.run(shown, scale=2 / 255, offset=-1)
        rois = face_detection.rois(regressors[0], scores[0, :, 0], letterbox)
        meshes = [self._mesh(rgb, roi, border=border) for roi in rois]
        return [mesh for mesh in meshes if mesh.presence > PRESENCE_THRESHOLD]

    def _mesh(self, rgb: Picture, roi: Roi, *, border: int) -> Mesh:
        shown = sampling.cut(rgb, roi, side=_SIDE, border=border)
        raw, presence, _ = self._landmarks.run(shown, scale=1 / 255)
        return Mesh(
            points=sampling.to_picture(raw.reshape(POINTS, 3), roi, side=_SIDE),
            presence=float(expit(np.float64(presence.item()))),
        )

    def _mouth_activity(self, mesh: Mesh) -> float:
        (scores,) = self._blendshapes.run(mesh.points[_BLENDSHAPE_POINTS, :2])
        return float(scores[_JAW_AND_MOUTH].sum(dtype=np.float64))


class _Network:
    def __init__(self, content: bytes) -> None:
        # importing maps 40 MB: only where pictures are looked at
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter: Any = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._outputs = [output["index"] for output in self._interpreter.get_output_details()]

    def run(
        self, shown: Picture | NDArray[np.float32], *, scale: float = 1, offset: float = 0
    ) -> list[NDArray[np.float32]]:
        self._write(shown, np.float32(scale), np.float32(offset))
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(output) for output in self._outputs]

    def _write(self, shown: Picture | NDArray[np.float32], scale: np.float32, offset: np.float32) -> None:
        # into the network's own memory; the view must be gone before it runs
        view = self._interpreter.tensor(self._input)()[0]
        np.multiply(shown, scale, out=view)
        if offset:
            view += offset

    def close(self) -> None:
        self._interpreter = None
