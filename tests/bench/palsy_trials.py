"""Rendered examinations of known palsy: what the product says of them, and what the same pictures say as stills.

The mirror image is shown untold: it is another face, whose other side is affected, and its truth changes sides with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from analysis import model
from analysis.palsy.postures import TASK_OF, Region, Task
from analysis.palsy.results import Palsy, Pattern
from analysis.palsy.stills import compare_stills
from analysis.phantom import Phantom, Truth
from analysis.phantom.examination import Palsy as Construction
from analysis.phantom.presets import PRESETS, ExaminationPreset
from analysis.pipeline import Recording, analyse, provenance
from analysis.results import Commissure
from analysis.settings import AnalysisSettings
from analysis.tracker import LandmarkTracker
from analysis.values import Side
from tests.bench.fidelity import Sides
from tests.bench.head_signals import in_plain_frame, signals
from tests.bench.ours import Vultus
from tests.bench.peers import MediaPipe, Mode
from tests.bench.reading import HalfFace, Picture, Reading, Values
from tests.bench.sitters import Sitter
from tests.bench.stagings import CAMERA
from tests.phantom_lab import CREATED
from tests.synthetic_faces import Picture as TimedPicture

TRUE_PATTERNS: Final = {
    "exam-normal": Pattern.NORMAL,
    "exam-flaccid-right": Pattern.FLACCID,
    "exam-weak-left": Pattern.FLACCID,
    "exam-synkinetic-right": Pattern.SYNKINETIC,
    "exam-mixed-left": Pattern.MIXED,
}
"""By construction: weakness alone is flaccid, synkinesis beside slight weakness synkinetic, beside severe weakness mixed."""
ONE_FRAME: Final = "one frame, corrected"
HALF_FACES: Final = "one frame, half faces"
WHOLE_FACE: Final = "one frame, whole face"
PHOTOGRAPHS: Final = "photographs"
_REST_S: Final = 0.5
_SHUT_IOD: Final = 1 / 62
"""1 mm of fissure, as in ``postures.SHUT_MM``, of 62 mm between the irises."""
EYES: Final = frozenset((Region.EYE_GENTLE, Region.EYE_FULL))


@dataclass(frozen=True, kw_only=True)
class Job:
    """One clip, as it is or in a mirror."""

    sitter: Sitter
    preset: str
    mirrored: bool


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """How far each side's region goes in its task: shares of the inter-iris distance, of an eye the share that closes."""

    right: float
    left: float

    @property
    def share(self) -> float:
        """The smaller over the larger, 0 to 1."""
        weak, strong = sorted((max(self.right, 0.0), max(self.left, 0.0)))
        return weak / strong if strong else float("nan")

    @property
    def mirrored(self) -> Amounts:
        """With the sides changed."""
        return Amounts(right=self.left, left=self.right)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A movement as it truly is: when it passes 15 % of its rise, and when its plateau is half over."""

    task: Task
    onset_s: float
    middle_s: float
    end_s: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Trial:
    """One clip. ``stills`` are the movements by two pictures, each way of reading them by its name."""

    job: Job
    palsy: Palsy | None
    commissure: Commissure
    mm_per_iod: float
    shown: tuple[Shown, ...]
    true: dict[Region, Amounts]
    true_r: float | None
    stills: dict[str, dict[Region, Amounts]]

    @property
    def side(self) -> Side | None:
        """The side that is truly affected; None of a healthy face."""
        side = palsy_of(self.job.preset).side
        if self.job.preset == "exam-normal":
            return None
        return side if not self.job.mirrored else (Side.LEFT if side is Side.RIGHT else Side.RIGHT)

    @property
    def name(self) -> str:
        """As it is to stand in a table."""
        return f"{self.job.sitter.name}, {self.job.preset}{', mirrored' if self.job.mirrored else ''}"


def palsy_of(preset: str) -> Construction:
    """What is wrong with the face of a preset.

    Raises:
        ValueError: the preset is no examination.
    """
    found = PRESETS[preset]
    if not isinstance(found, ExaminationPreset):
        raise ValueError(f"the phantom preset {preset!r} is no examination of palsy")
    return found.palsy


def run(job: Job) -> Trial:
    """Render the clip picture by picture, let the product look, and keep the pictures that a photographer would take."""
    scenario = replace(PRESETS[job.preset].scenario(1), camera=CAMERA)
    phantom = Phantom.of(scenario, photograph=job.sitter.photograph, name=job.preset)
    truth = phantom.truth
    shown = tuple(_shown(truth))
    times = np.array(truth.times_s)
    frames = [_nearest(times, _REST_S), *(_nearest(times, one.middle_s) for one in shown)]
    photographs: list[tuple[Picture, float]] = []

    def filmed() -> Iterator[tuple[Picture, float]]:
        for index, (rgb, time_s) in enumerate(phantom.frames()):
            picture = np.ascontiguousarray(rgb[:, ::-1]) if job.mirrored else rgb
            if index in frames:
                photographs.append((picture, time_s))
            yield picture, time_s

    ours = Vultus().watch(filmed())
    plain = MediaPipe(mode=Mode.IMAGE).read(photographs)
    result, table = ours.analysis.result, ours.analysis.signals
    scale = result.quality.scale_mm_per_iod or float("nan")
    true = {region: _true(truth, region, shown) for region in Region}
    corrected = {
        region: Sides(
            **{
                side: table[f"{side}_{name}_mm"].to_numpy(dtype=np.float64)[frames] / scale
                for side in ("right", "left")
            }
        )
        for region, name in (("mouth", "commissure"), ("lid", "aperture"), ("brow", "brow"))
    }
    axis = _true_axis(truth, shown)
    return Trial(
        job=job,
        palsy=result.palsy,
        commissure=result.commissure,
        mm_per_iod=scale,
        shown=shown,
        true={region: amounts.mirrored if job.mirrored else amounts for region, amounts in true.items()},
        true_r=_true_r(truth, [(one.start_s, one.end_s) for one in result.movement.segments]),
        stills={
            WHOLE_FACE: _amounts(signals(in_plain_frame(plain), mouth_axis=axis).regions(), shown),
            HALF_FACES: _amounts(
                signals(in_plain_frame(_only(ours.reading, frames)), mouth_axis=axis).regions(), shown
            ),
            ONE_FRAME: _amounts(corrected, shown),
            PHOTOGRAPHS: _as_photographs([rgb for rgb, _ in photographs], shown),
        },
    )


def _shown(truth: Truth) -> Iterator[Shown]:
    passes = float(np.arccos(1 - 2 * 0.15) / np.pi)
    for event in truth.events:
        if event.task is None:
            continue
        rise_s = event.peak_s - event.onset_s
        yield Shown(
            task=Task(event.task),
            onset_s=event.onset_s + passes * rise_s,
            middle_s=event.peak_s + 0.5,
            end_s=event.end_s,
        )


def _nearest(times: Values, time_s: float) -> int:
    return int(np.argmin(np.abs(times - time_s)))


def _true(truth: Truth, region: Region, shown: Sequence[Shown]) -> Amounts:
    times = np.array(truth.times_s)
    then = _nearest(times, next(one.middle_s for one in shown if one.task is TASK_OF[region]))

    def change(values: Sequence[float]) -> float:
        return values[then] - values[0]

    def of(side: str) -> float:
        half = truth.right if side == "right" else truth.left
        match region:
            case Region.BROW:
                return change(half.brow_up_iod)
            case Region.EYE_GENTLE | Region.EYE_FULL:
                return -change(half.lid_aperture) / half.lid_aperture[0]
            case Region.SMILE:
                return change(truth.right_iod if side == "right" else truth.left_iod)
            case Region.UPPER_LIP:
                return change(half.upper_lip_up_iod)
            case Region.PUCKER:
                return -change(half.commissure_out_iod)
            case Region.LOWER_LIP:
                return -change(half.lower_lip_up_iod)

    return Amounts(right=of("right"), left=of("left"))


def _true_r(truth: Truth, segments: Sequence[tuple[float, float]]) -> float | None:
    """Pearson of the true excursions over the segments that the product relates; None where a side does not move."""
    times = np.array(truth.times_s)
    inside = np.zeros(len(times), dtype=np.bool_)
    for start, end in segments:
        inside |= (times >= start) & (times <= end)
    right, left = np.array(truth.right_iod)[inside], np.array(truth.left_iod)[inside]
    if inside.sum() < 3 or np.ptp(right) == 0 or np.ptp(left) == 0:
        return None
    return float(np.corrcoef(right, left)[0, 1])


def _true_axis(truth: Truth, shown: Sequence[Shown]) -> tuple[float, float]:
    """Of the corner that goes further in the full smile, as that of the right one: x to the subject's left, y up."""
    times = np.array(truth.times_s)
    then = _nearest(times, next(one.middle_s for one in shown if one.task is Task.FULL_SMILE))
    out, up = max(
        (
            (
                half.commissure_out_iod[then] - half.commissure_out_iod[0],
                half.commissure_up_iod[then] - half.commissure_up_iod[0],
            )
            for half in (truth.right, truth.left)
        ),
        key=lambda moved: float(np.hypot(*moved)),
    )
    length = float(np.hypot(out, up))
    return -out / length, up / length


def _only(reading: Reading, frames: Sequence[int]) -> Reading:
    def half(one: HalfFace) -> HalfFace:
        return HalfFace(**{name: getattr(one, name)[list(frames)] for name in HalfFace.__dataclass_fields__})

    return Reading(
        time_s=reading.time_s[list(frames)],
        right=half(reading.right),
        left=half(reading.left),
        nose=reading.nose[list(frames)],
    )


def _as_photographs(pictures: Sequence[Picture], shown: Sequence[Shown]) -> dict[Region, Amounts]:
    """What the product makes of the same pictures when they are sent to it as photographs, each labelled with what it shows."""
    settings = AnalysisSettings()
    made = provenance("bench", model.SHA256, settings, CREATED)
    results = []
    with LandmarkTracker.on(model.default_path()) as tracker:
        for rgb, task in zip(pictures, (Task.REST, *(one.task for one in shown)), strict=True):
            recording = Recording(kind="image", timestamps="assumed", task=task)
            alone = (TimedPicture(time_s=0.0, rgb=rgb),)
            results.append(analyse(alone, recording, trackers=[tracker], settings=settings, provenance=made).result)
    stills = [still for result in results if result.palsy for still in result.palsy.stills]
    scale = results[0].quality.scale_mm_per_iod or float("nan")
    return measured_amounts(compare_stills(stills, settings.palsy, settings.pattern), scale)


def measured_amounts(palsy: Palsy, mm_per_iod: float) -> dict[Region, Amounts]:
    """Of the regions that could be judged."""
    return {
        one.region: Amounts(right=one.right.value / unit, left=one.left.value / unit)
        for one in palsy.regions
        if one.right and one.left and (unit := 1.0 if one.region in EYES else mm_per_iod)
    }


def _amounts(read: dict[str, Sides], shown: Sequence[Shown]) -> dict[Region, Amounts]:
    """From the first picture, which is at rest, to those of the tasks in their order."""
    row = {one.task: k for k, one in enumerate(shown, 1)}

    def of(region: Region, side: Side) -> float:
        k = row[TASK_OF[region]]
        if region in EYES:
            aperture = read["lid"].of(side.value)
            if aperture[k] < _SHUT_IOD:
                return 1.0
            return float(np.clip(1 - aperture[k] / aperture[0], 0, 1))
        course = read["brow" if region is Region.BROW else "mouth"].of(side.value)
        return float(course[k] - course[0])

    regions = (Region.BROW, Region.EYE_GENTLE, Region.EYE_FULL, Region.SMILE)
    return {region: Amounts(right=of(region, Side.RIGHT), left=of(region, Side.LEFT)) for region in regions}
