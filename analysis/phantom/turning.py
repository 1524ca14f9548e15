"""The head moved in space: shifted, leant, nearer, turned and nodded.

The turn is a parallel projection of the landmark model's depth: each point of the face goes to where it would be seen after
the turn about the point between the irises; around the face the movement fades into the background. Perspective is ignored.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import LinearNDInterpolator

from analysis.phantom.landmarks import FACE_OVAL
from analysis.phantom.scenario import Pose
from analysis.phantom.still import Points, Still

_STEP: Final = 8
_FADE_IOD: Final = 1.2
_SMOOTHING_IOD: Final = 0.07
_ITERATIONS: Final = 8
_MARGIN: Final = 2
"""Nodes around the picture, so that it can be cut out of the enlarged grid."""
_SHARP_MARGIN_IOD: Final = 0.25


class Turning:
    """The dense movement of one still."""

    def __init__(self, still: Still) -> None:
        self._axes = still.axes
        self._height, self._width = still.rgb.shape[:2]
        self._oval = still.mesh[list(FACE_OVAL), :2]
        self._depth, self._share = self._relief(still)

    def _relief(self, still: Still) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Depth of every node against the eyes, in IOD, and how much of the turn it takes part in."""
        rows, columns = self._height // _STEP + 2 * _MARGIN + 1, self._width // _STEP + 2 * _MARGIN + 1
        nodes = still.mesh[:, :2] / _STEP + _MARGIN
        eyes = still.mesh[[33, 133, 263, 362], 2].mean()
        depth = (still.mesh[:, 2] - eyes) / still.axes.iod_px
        oval = np.zeros((rows, columns), dtype=np.uint8)
        cv2.fillPoly(oval, [np.rint(nodes[list(FACE_OVAL)]).astype(np.int32)], 1)
        outside, nearest = cv2.distanceTransformWithLabels(1 - oval, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
        y, x = np.mgrid[0:rows, 0:columns]
        relief = LinearNDInterpolator(nodes[:468], depth[:468])(np.stack([x, y], axis=-1))
        inside = oval.astype(bool) & np.isfinite(relief)
        known = np.zeros(nearest.max() + 1)
        known[nearest[inside]] = relief[inside]
        missing = ~inside & (outside == 0)
        relief = np.where(inside, relief, known[nearest])
        relief[missing] = np.nanmedian(relief[inside])
        unit = still.axes.iod_px / _STEP
        smooth = cv2.GaussianBlur(relief.astype(np.float32), (0, 0), max(_SMOOTHING_IOD * unit, 0.5))
        fade = np.clip(1 - outside / (_FADE_IOD * unit), 0, 1)
        fade = cv2.GaussianBlur((fade * fade * (3 - 2 * fade)).astype(np.float32), (0, 0), max(0.15 * unit, 0.5))
        return np.asarray(smooth, dtype=np.float32), np.asarray(fade, dtype=np.float32)

    def _moved(self, at: Points, pose: Pose) -> Points:
        """Displacement in pixels by yaw and pitch of (rows, columns, 2) positions in the unmoved picture."""
        nodes = (at / _STEP + _MARGIN).astype(np.float32)
        depth, share = (
            cv2.remap(layer, nodes[..., 0], nodes[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
            for layer in (self._depth, self._share)
        )
        face = self._axes.of(at)
        yaw, pitch = np.deg2rad(pose.yaw_deg), np.deg2rad(pose.pitch_deg)
        x, y, z = face[..., 0], face[..., 1], depth.astype(np.float64)
        # first the nod about the line of the eyes, then the turn about the upright axis; z points away from the camera
        y_nod, z_nod = y * np.cos(pitch) - z * np.sin(pitch), z * np.cos(pitch) + y * np.sin(pitch)
        x_turn = x * np.cos(yaw) - z_nod * np.sin(yaw)
        return self._axes.vectors_px(np.stack([x_turn - x, y_nod - y], axis=-1) * share[..., None])

    def matrix(self, pose: Pose) -> NDArray[np.float64]:
        """(2, 3): the shift, lean and scale of the picture about the point between the irises."""
        lean = np.deg2rad(pose.roll_deg)
        cosine, sine = pose.scale * np.cos(lean), pose.scale * np.sin(lean)
        # a lean to the subject's right shoulder is counter-clockwise in the picture
        turn = np.array([[cosine, sine], [-sine, cosine]])
        shift = self._axes.vectors_px(np.array([pose.dx_iod, -pose.dy_iod]))
        return np.column_stack([turn, self._axes.origin + shift - turn @ self._axes.origin])

    def pixels(self, at: Points, pose: Pose) -> Points:
        """(n, 2) pixels of the unmoved picture to where they are seen."""
        turned = at + self._moved(at[None], pose)[0] if pose.yaw_deg or pose.pitch_deg else at
        matrix = self.matrix(pose)
        return np.asarray(turned @ matrix[:, :2].T + matrix[:, 2])

    def render(self, picture: NDArray[np.uint8], pose: Pose) -> NDArray[np.uint8]:
        """The picture with the head moved: the face by cubic interpolation, the rest, which nobody measures, by linear."""
        size = (self._width, self._height)
        matrix = self.matrix(pose)
        rows, columns = self._face_region(matrix)
        if not (pose.yaw_deg or pose.pitch_deg):
            moved = cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            there = matrix - np.array([[0, 0, columns.start], [0, 0, rows.start]])
            face_size = (columns.stop - columns.start, rows.stop - rows.start)
            if min(face_size) > 0:
                moved[rows, columns] = cv2.warpAffine(
                    picture, there, face_size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
                )
            return np.asarray(moved, dtype=np.uint8)
        whole = self._sources(matrix, pose)
        moved = cv2.remap(picture, whole[..., 0], whole[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        if rows.stop > rows.start and columns.stop > columns.start:
            face = whole[rows, columns]
            moved[rows, columns] = cv2.remap(
                picture, face[..., 0], face[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
            )
        return np.asarray(moved, dtype=np.uint8)

    def _face_region(self, matrix: NDArray[np.float64]) -> tuple[slice, slice]:
        """Rows and columns of the moved picture that hold the face; empty where it has left."""
        seen = self._oval @ matrix[:, :2].T + matrix[:, 2]
        margin = _SHARP_MARGIN_IOD * self._axes.iod_px
        (start, top), (end, bottom) = seen.min(axis=0) - margin, seen.max(axis=0) + margin
        return (
            slice(min(max(int(top), 0), self._height), min(max(int(bottom), 0), self._height)),
            slice(min(max(int(start), 0), self._width), min(max(int(end), 0), self._width)),
        )

    def _sources(self, matrix: NDArray[np.float64], pose: Pose) -> NDArray[np.float32]:
        """(height, width, 2): where every pixel of the turned picture comes from."""
        rows, columns = self._depth.shape
        y, x = np.mgrid[0:rows, 0:columns]
        seen = (np.stack([x, y], axis=-1) - _MARGIN + 0.5) * _STEP - 0.5
        unmoved = (seen - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
        source = unmoved
        for _ in range(_ITERATIONS):
            source = unmoved - self._moved(source, pose)
        whole = cv2.resize(source.astype(np.float32), (columns * _STEP, rows * _STEP), interpolation=cv2.INTER_CUBIC)
        corner = _MARGIN * _STEP
        return np.ascontiguousarray(whole[corner : corner + self._height, corner : corner + self._width])
