"""A phantom: a scenario on a photograph, as pictures and as truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from analysis.errors import PhantomError
from analysis.phantom.face import moving_face
from analysis.phantom.filming import Sensor, exposures, frame_times
from analysis.phantom.obstacles import layer
from analysis.phantom.photograph import PORTRAIT, Photograph
from analysis.phantom.presets import PRESETS
from analysis.phantom.scenario import Scenario
from analysis.phantom.still import prepare
from analysis.phantom.truth import make_truth

VARIABLE_RATE_JITTER = 0.4


class FaceFinder(Protocol):
    """Any tracker."""

    def faces(self, rgb: NDArray[np.uint8]) -> Sequence[object]:
        """All faces in a picture."""


class Phantom:
    """An animated photograph: iterate ``frames()`` for (rgb, time_s), rgb (height, width, 3) uint8.

    A warped still flatters a tracker: it is a known truth, not a patient.
    """

    def __init__(
        self,
        preset: str,
        *,
        tracker: FaceFinder | None = None,
        photograph: Photograph = PORTRAIT,
        fps: float = 30.0,
        mirrored: bool = False,
        variable_rate: bool = False,
        smiles: int | None = None,
    ) -> None:
        """Raise PhantomError for an unknown preset, an impossible frame rate, or a photograph that cannot be animated.

        ``smiles`` repeats the movement as often; a tracker, if given, has to see one face in the still.
        """
        if preset not in PRESETS:
            raise PhantomError(f"there is no phantom preset {preset!r}: choose one of {', '.join(PRESETS)}")
        scenario = PRESETS[preset].scenario(smiles)
        camera = replace(
            scenario.camera, fps=fps, mirrored=mirrored, rate_jitter=VARIABLE_RATE_JITTER if variable_rate else 0.0
        )
        self._set_up(replace(scenario, camera=camera), photograph, preset)
        if tracker is not None and len(seen := tracker.faces(self._face.still.rgb)) != 1:
            raise PhantomError(
                f"the photograph shows {len(seen)} faces to the tracker, not one: is the model the right one?"
            )

    @classmethod
    def of(cls, scenario: Scenario, *, photograph: Photograph = PORTRAIT, name: str = "scenario") -> Self:
        """Any scenario on any photograph.

        Raises:
            PhantomError: the photograph cannot be animated, or movements at the same time add up to too much.
        """
        phantom = cls.__new__(cls)
        phantom._set_up(scenario, photograph, name)
        return phantom

    def _set_up(self, scenario: Scenario, photograph: Photograph, name: str) -> None:
        camera = scenario.camera
        still = prepare(photograph, width=camera.width, height=camera.height, iod_px=camera.iod_px)
        self._scenario = scenario
        self._face = moving_face(still)
        self.truth = make_truth(name, scenario, self._face, frame_times(camera, scenario.duration_s))

    def frames(self) -> Iterator[tuple[NDArray[np.uint8], float]]:
        """Render; the same phantom gives the same pixels every time."""
        scenario = self._scenario
        sensor = Sensor(scenario.camera, self._face.still.axes)
        things = [(obstacle, layer(obstacle.thing, self._face.still)) for obstacle in scenario.obstacles]
        for time_s in self.truth.times_s:
            present = [drawn for thing, drawn in things if thing.from_s <= time_s < thing.until_s]
            moments = []
            for moment in exposures(scenario.camera, time_s):
                picture = self._face.expressing(scenario.expression(moment))
                for drawn in present:
                    if drawn.with_head:
                        drawn.over(picture)
                picture = self._face.posed(picture, scenario.head.pose(moment))
                for drawn in present:
                    if not drawn.with_head:
                        drawn.over(picture)
                moments.append(picture)
            if len(moments) > 1:
                picture = np.rint(np.mean(moments, axis=0)).astype(np.uint8)
            yield sensor.take(picture, time_s), time_s


def portrait() -> NDArray[np.uint8]:
    """The built-in still, (720, 1280, 3) uint8, about 128 px between the irises."""
    return prepare(PORTRAIT, width=1280, height=720, iod_px=128.0).rgb
