"""What is true of a phantom, frame by frame and event by event.

``right`` and ``left`` are the subject's, also in a mirrored video. Displacements are against the photograph, in the face's own
upright frame, in shares of its inter-iris distance (IOD), outward and up positive, without the movements of the head: a corner
that hangs at rest is lower than in the photograph all the time. Positions are pixels of the video as it is, mirrored or not,
x to the right and y down, after all movements; the centres of pixels are whole numbers, so a tracker whose origin is the
picture's corner reads 0.5 more.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np

from analysis import anatomy
from analysis.phantom.face import MovingFace
from analysis.phantom.landmarks import BROW_MIDDLE, LID_MIDDLE, LIP_MIDDLE
from analysis.phantom.scenario import Action, Camera, Expression, Movement, Part, Pose, Scenario
from analysis.phantom.skin import smile_directions

Position = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class SideTruth:
    """One side of the face in every frame."""

    commissure_out_iod: list[float]
    commissure_up_iod: list[float]
    lid_closure: list[float]
    """0 as open as in the photograph, 1 shut."""
    lid_aperture: list[float]
    """Share of the aperture in the photograph."""
    brow_up_iod: list[float]
    commissure_px: list[Position]
    upper_lid_px: list[Position]
    """The middle of the upper lid's margin."""
    lower_lid_px: list[Position]
    brow_px: list[Position]
    """The middle of the brow's upper edge."""
    upper_lip_up_iod: list[float] = field(default_factory=list)
    """Of its border to the skin, midway between midline and corner ..."""
    lower_lip_up_iod: list[float] = field(default_factory=list)
    upper_lip_px: list[Position] = field(default_factory=list)
    """... and where it is."""
    lower_lip_px: list[Position] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class HeadTruth:
    """The head in every frame, against the photograph; see ``Pose``."""

    dx_iod: list[float]
    dy_iod: list[float]
    roll_deg: list[float]
    yaw_deg: list[float]
    pitch_deg: list[float]
    scale: list[float]


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """How far each side goes in an event."""

    right: float
    left: float


_NOTHING: Final = Amounts(right=0.0, left=0.0)


@dataclass(frozen=True, kw_only=True)
class ActionAmounts:
    """How far each side goes in every ``Action``: shares of the IOD, of lids the closure."""

    mouth: Amounts = _NOTHING
    pucker: Amounts = _NOTHING
    drag: Amounts = _NOTHING
    lids: Amounts = _NOTHING
    brow: Amounts = _NOTHING
    frown: Amounts = _NOTHING
    upper_lip: Amounts = _NOTHING
    lower_lip: Amounts = _NOTHING
    droop: Amounts = _NOTHING


@dataclass(frozen=True, kw_only=True)
class EventTruth:
    """One movement. ``amplitude`` is the larger side of the leading action: a share of the IOD, of a lid the closure.

    Amounts come on top of the face at rest; a closure is a share of what rest leaves open.
    """

    kind: str
    side: str
    onset_s: float
    peak_s: float
    end_s: float
    amplitude: float
    left_lag_s: float
    frequency_hz: float | None
    mouth_iod: Amounts
    closure: Amounts
    brow_iod: Amounts
    task: str | None = None
    """The standard movement of a palsy examination, a value of ``Task``."""
    amounts: ActionAmounts = ActionAmounts()


@dataclass(frozen=True, kw_only=True)
class Truth:
    """All of it. ``smiles_s`` are the beginnings and ends of the events that move a mouth corner.

    ``right_iod`` and ``left_iod`` are the corners' displacements along the direction of a smile, below 0 at rest where a corner
    hangs; ``excursion_iod`` are the largest amounts of the movements.
    """

    preset: str
    fps: float
    frames: int
    mirrored: bool
    iod_px: float
    excursion_iod: dict[str, float]
    smiles_s: list[tuple[float, float]]
    times_s: list[float]
    right_iod: list[float]
    left_iod: list[float]
    right: SideTruth
    left: SideTruth
    head: HeadTruth
    events: list[EventTruth]
    rest: ActionAmounts = ActionAmounts()
    """What the face does all the time."""

    def as_json(self) -> dict[str, Any]:
        """The value as JSON would have it."""
        return asdict(self)


def make_truth(name: str, scenario: Scenario, face: MovingFace, times_s: tuple[float, ...]) -> Truth:
    """Follow the named points through everything that moves them."""
    expressions = [scenario.expression(time) for time in times_s]
    poses = [scenario.head.pose(time) for time in times_s]
    sides = [_side(side, face, expressions, poses, scenario.camera) for side in (0, 1)]
    directions = smile_directions(face.still)
    along = [
        [
            float(sign * out * x - up * y)
            for out, up in zip(side.commissure_out_iod, side.commissure_up_iod, strict=True)
        ]
        for side, (x, y), sign in zip(sides, directions, (-1, 1), strict=True)
    ]
    events = [_event(movement) for movement in scenario.movements if movement.parts[0].side != "none"]
    mouth = [_amounts(movement.parts, Action.MOUTH) for movement in scenario.movements]
    return Truth(
        preset=name,
        fps=scenario.camera.fps,
        frames=len(times_s),
        mirrored=scenario.camera.mirrored,
        iod_px=face.iod_px,
        excursion_iod={
            "right": max((amounts.right for amounts in mouth), default=0.0),
            "left": max((amounts.left for amounts in mouth), default=0.0),
        },
        smiles_s=[(event.onset_s, event.end_s) for event in events if event.mouth_iod != Amounts(right=0, left=0)],
        times_s=list(times_s),
        right_iod=along[0],
        left_iod=along[1],
        right=sides[0],
        left=sides[1],
        head=HeadTruth(
            dx_iod=[pose.dx_iod for pose in poses],
            dy_iod=[pose.dy_iod for pose in poses],
            roll_deg=[pose.roll_deg for pose in poses],
            yaw_deg=[pose.yaw_deg for pose in poses],
            pitch_deg=[pose.pitch_deg for pose in poses],
            scale=[pose.scale for pose in poses],
        ),
        events=events,
        rest=_all_amounts(scenario.rest),
    )


def _side(side: int, face: MovingFace, expressions: list[Expression], poses: list[Pose], camera: Camera) -> SideTruth:
    corner = (anatomy.RIGHT, anatomy.LEFT)[side].commissure
    points = (corner, *LID_MIDDLE[side], BROW_MIDDLE[side], *LIP_MIDDLE[side])
    rest = face.at_rest(points)
    moved = np.array([face.moved(points, expression) for expression in expressions])
    shift = (moved - rest) * np.array([-1 if side == 0 else 1, -1])
    seen = np.array([face.seen(at, pose) for at, pose in zip(moved, poses, strict=True)])
    if camera.mirrored:
        seen[..., 0] = camera.width - 1 - seen[..., 0]
    closures = [expression.lids[side] for expression in expressions]
    positions = [[(round(float(x), 3), round(float(y), 3)) for x, y in seen[:, k]] for k in range(len(points))]
    return SideTruth(
        commissure_out_iod=shift[:, 0, 0].tolist(),
        commissure_up_iod=shift[:, 0, 1].tolist(),
        lid_closure=closures,
        lid_aperture=[1 - closure for closure in closures],
        brow_up_iod=shift[:, 3, 1].tolist(),
        commissure_px=positions[0],
        upper_lid_px=positions[1],
        lower_lid_px=positions[2],
        brow_px=positions[3],
        upper_lip_up_iod=shift[:, 4, 1].tolist(),
        lower_lip_up_iod=shift[:, 5, 1].tolist(),
        upper_lip_px=positions[4],
        lower_lip_px=positions[5],
    )


def _amounts(parts: tuple[Part, ...], action: Action) -> Amounts:
    same = [part for part in parts if part.action is action]
    return Amounts(right=sum((part.right for part in same), 0.0), left=sum((part.left for part in same), 0.0))


def _all_amounts(parts: tuple[Part, ...]) -> ActionAmounts:
    return ActionAmounts(**{str(action): _amounts(parts, action) for action in Action})


def _event(movement: Movement) -> EventTruth:
    lead, course = movement.parts[0], movement.course
    lags = [movement.left_lag_s] if any(part.left for part in movement.parts) else []
    lags += [0.0] if any(part.right for part in movement.parts) else []
    amounts = _all_amounts(movement.parts)
    return EventTruth(
        kind=movement.kind,
        side=lead.side,
        onset_s=course.onset_s + min(lags),
        peak_s=course.peak_s + min(lags),
        end_s=course.end_s + max(lags),
        amplitude=max(lead.right, lead.left),
        left_lag_s=movement.left_lag_s,
        frequency_hz=movement.frequency_hz,
        mouth_iod=amounts.mouth,
        closure=amounts.lids,
        brow_iod=amounts.brow,
        task=movement.task,
        amounts=amounts,
    )
