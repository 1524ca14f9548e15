"""Exams with known numbers, for the tests of the documents: two smiles, right 9 mm and left 6 mm."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.uid import VideoPhotographicImageStorage

from analysis.results import (
    AnalysisResult,
    Band,
    BilateralGains,
    Commissure,
    LandmarkGain,
    Movement,
    Nonlinearity,
    Provenance,
    Quality,
    Segment,
    Source,
    TimestampSource,
    Tracking,
)
from analysis.settings import PIPELINE_VERSION, AnalysisSettings
from analysis.values import Bilateral, BilateralIntervals, Interval, Side, Status
from dicom_io.identity import SourceInstance
from reports.exam import AssessedInstance, ExamReport

RIGHT_MM, LEFT_MM = 9.04, 6.12
STUDY_UID = "1.2.826.0.1.3680043.10.1.1"
CREATED = datetime(2026, 11, 22, 16, 27, 5, 250000, tzinfo=UTC)
ONE_SIDED_REASON = (
    "the left mouth corner's movement cannot be told from none: it reads 0.4 mm beside 8.4 mm on the right, and a side at rest "
    "may read up to 6 % of the other side's movement"
)
NOT_ASSESSABLE_REASON = "the larger movement of 1.1 mm does not exceed the movement gate of 2.0 mm"


def header(number: int = 1, **values: Any) -> Dataset:
    """A source header. A value of none leaves the attribute out."""
    given: dict[str, Any] = {
        "SpecificCharacterSet": "ISO_IR 192",
        "PatientName": "Muster^Erika Maria",
        "PatientID": "PID-0042",
        "IssuerOfPatientID": "HOSPITAL",
        "PatientBirthDate": "19710304",
        "PatientSex": "F",
        "StudyDate": "20261120",
        "StudyTime": "101500",
        "StudyID": "S1",
        "AccessionNumber": "ACC-77",
        "ReferringPhysicianName": "Haus^Gregor",
        "StudyDescription": "Facial nerve clinic",
        "Modality": "XC",
        "Rows": 720,
        "Columns": 1280,
        "NumberOfFrames": 300,
        "InstitutionName": "Example Hospital",
    }
    given.update(values)
    dataset = Dataset()
    for keyword, value in given.items():
        if value is not None:
            setattr(dataset, keyword, value)
    dataset.SOPClassUID = VideoPhotographicImageStorage
    dataset.SOPInstanceUID = f"1.2.826.0.1.3680043.10.1.3.{number}"
    dataset.StudyInstanceUID = STUDY_UID
    dataset.SeriesInstanceUID = "1.2.826.0.1.3680043.10.1.2"
    return dataset


def source(dataset: Dataset) -> SourceInstance:
    """A header as a received object."""
    return SourceInstance(
        sop_class_uid=dataset.SOPClassUID,
        sop_instance_uid=dataset.SOPInstanceUID,
        study_instance_uid=dataset.StudyInstanceUID,
        series_instance_uid=dataset.SeriesInstanceUID,
        header=dataset,
    )


def _rise(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return 0.5 + 0.5 * np.tanh(x / 2.0)


def signals(*, frames: int = 300, fps: float = 30.0, right: float = RIGHT_MM, left: float = LEFT_MM) -> pd.DataFrame:
    """Two smiles with a little noise; 10 frames turned away and 6 without a face in between."""
    generator = np.random.default_rng(7)
    time = np.arange(frames) / fps
    smile = sum(_rise(9.0 * (time - start)) * _rise(-7.0 * (time - start - 1.9)) for start in (1.6, 5.9))
    late = np.interp(time - 0.05, time, smile) ** 1.15
    face = np.ones(frames, dtype=bool)
    face[125:131] = False
    used = face.copy()
    used[140:150] = False
    columns = {
        "right_commissure_mm": right * smile + generator.normal(0, 0.07, frames),
        "left_commissure_mm": left * late + generator.normal(0, 0.08, frames),
        "right_aperture_mm": 9.5 + generator.normal(0, 0.05, frames),
        "left_aperture_mm": 9.7 + generator.normal(0, 0.05, frames),
        "right_brow_mm": generator.normal(0, 0.1, frames),
        "left_brow_mm": generator.normal(0, 0.1, frames),
        "yaw_deg": np.where(used, 2.0, 18.0),
        "pitch_deg": np.full(frames, -3.0),
        "roll_deg": np.full(frames, 0.5),
        "iod_px": np.full(frames, 182.0),
    }
    return pd.DataFrame(
        {"frame": np.arange(frames), "t_s": time, "face": face, "used": used}
        | {name: np.where(face, values, np.nan) for name, values in columns.items()}
    )


def unmeasured(frames: int = 300) -> pd.DataFrame:
    """Signals in which no face was found in any frame."""
    table = signals(frames=frames)
    table["face"] = table["used"] = False
    table[[name for name in table.columns if name not in ("frame", "t_s", "face", "used")]] = np.nan
    return table


PROVENANCE = Provenance(
    software="vultus 0.1.0",
    model_sha256="64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
    config_sha256=AnalysisSettings().sha256,
    pipeline_version=PIPELINE_VERSION,
    created=CREATED,
)


def _gains(right: float, left: float, *, right_pictures: int, left_pictures: int) -> BilateralGains:
    def gain(factor: float, pictures: int) -> LandmarkGain:
        return LandmarkGain(factor=factor, sd=0.031 if pictures else 0.2, pictures=pictures)

    return BilateralGains(right=gain(right, right_pictures), left=gain(left, left_pictures))


APART = Tracking(
    method="half_faces",
    half_lost=0,
    discrepancy_iod=0.021,
    mouth=_gains(1.08, 1.16, right_pictures=171, left_pictures=168),
    brow=_gains(1.22, 1.31, right_pictures=164, left_pictures=162),
)
LOST_TEXTURE = APART.model_copy(
    update={"half_lost": 12, "mouth": _gains(1.08, 1.0, right_pictures=171, left_pictures=0)}
)
WHOLE_FACE = Tracking(
    method="plain",
    half_lost=0,
    discrepancy_iod=None,
    mouth=_gains(1.0, 1.0, right_pictures=0, left_pictures=0),
    brow=_gains(1.0, 1.0, right_pictures=0, left_pictures=0),
)


def within(right: tuple[float, float], left: tuple[float, float]) -> BilateralIntervals:
    """Intervals of the right and the left side."""
    return BilateralIntervals(right=Interval(low=right[0], high=right[1]), left=Interval(low=left[0], high=left[1]))


def good_result(**provenance: Any) -> AnalysisResult:
    """Right 9.04 mm, left 6.12 mm, R 0.972."""
    moved = Bilateral(right=RIGHT_MM, left=LEFT_MM)
    return AnalysisResult(
        source=Source(
            kind="video", frames=300, fps=30.0, duration_s=10.0, timestamps=TimestampSource.FILE, mirrored=False
        ),
        quality=Quality(
            status=Status.GOOD,
            analysable_s=9.47,
            frames_used=284,
            frames_rejected={"no_face": 6, "turned_away": 10},
            scale_mm_per_iod=63.2,
            scale_source="iris diameter 11.77 mm (+-4 %)",
        ),
        tracking=APART,
        movement=Movement(
            status=Status.GOOD,
            gate_mm=2.0,
            excursion_mm=moved,
            excursion_interval_mm=within((7.86, 10.22), (5.31, 6.93)),
            rest_sd_mm=Bilateral(right=0.071, left=0.083),
            segments=(Segment(start_s=1.1, end_s=4.0), Segment(start_s=5.4, end_s=8.3)),
        ),
        commissure=Commissure(
            status=Status.GOOD,
            pearson_r=0.9724,
            ci95=(0.9331, 0.9887),
            n_eff=24.3,
            spearman_rho=0.951,
            max_lag_r=0.987,
            lag_s=0.067,
            gain=0.677,
            amplitude_ratio=LEFT_MM / RIGHT_MM,
            amplitude_ratio_interval=Interval(low=0.567, high=0.808),
            weaker_side=Side.LEFT,
            excursion_mm=moved,
            nonlinearity=Nonlinearity(delta_r2=0.012, hysteresis=0.043),
            band=Band.LINEAR,
        ),
        provenance=PROVENANCE.model_copy(update=provenance),
    )


def refused_result() -> AnalysisResult:
    """A recording in which nothing could be measured."""
    reason = "no face was found in 300 of 300 frames"
    return AnalysisResult(
        source=Source(
            kind="video", frames=300, fps=15.0, duration_s=20.0, timestamps=TimestampSource.ASSUMED, mirrored=True
        ),
        quality=Quality(
            status=Status.NOT_ASSESSABLE,
            reasons=(reason,),
            analysable_s=0.0,
            frames_used=0,
            frames_rejected={"no_face": 300},
            scale_mm_per_iod=None,
            scale_source=None,
        ),
        movement=Movement(status=Status.NOT_ASSESSABLE, reason=reason),
        commissure=Commissure(status=Status.NOT_ASSESSABLE, reason=reason),
        provenance=PROVENANCE.model_copy(update={"config_sha256": AnalysisSettings(mirrored=True).sha256}),
    )


def still_result() -> AnalysisResult:
    """A good recording of a face that hardly moves."""
    good = good_result()
    return good.model_copy(
        update={
            "movement": Movement(
                status=Status.NOT_ASSESSABLE,
                reason=NOT_ASSESSABLE_REASON,
                gate_mm=2.0,
                excursion_mm=Bilateral(right=1.1, left=0.9),
                rest_sd_mm=Bilateral(right=0.07, left=0.08),
            ),
            "commissure": Commissure(status=Status.NOT_ASSESSABLE, reason=NOT_ASSESSABLE_REASON),
        }
    )


def one_sided_result() -> AnalysisResult:
    """The left corner hardly moves, so that right and left cannot be related: the movement stands all the same."""
    good = good_result()
    return good.model_copy(
        update={
            "movement": good.movement.model_copy(
                update={
                    "excursion_mm": Bilateral(right=8.4, left=0.4),
                    "excursion_interval_mm": within((7.31, 9.49), (0.22, 0.58)),
                }
            ),
            "commissure": Commissure(status=Status.NOT_ASSESSABLE, reason=ONE_SIDED_REASON, weaker_side=Side.LEFT),
        }
    )


def undecided_result() -> AnalysisResult:
    """The left corner reads less, but texture was lost there and the interval of the ratio holds 1."""
    good = good_result()
    relation = good.commissure.model_copy(
        update={
            "amplitude_ratio": 0.621,
            "amplitude_ratio_interval": Interval(low=0.352, high=1.096),
            "weaker_side": None,
        }
    )
    movement = good.movement.model_copy(
        update={
            "excursion_mm": Bilateral(right=RIGHT_MM, left=5.61),
            "excursion_interval_mm": within((7.86, 10.22), (3.38, 7.84)),
        }
    )
    return good.model_copy(update={"tracking": LOST_TEXTURE, "movement": movement, "commissure": relation})


def whole_face_result() -> AnalysisResult:
    """The sides could not be measured apart, and so the left corner's movement cannot be told from none."""
    one_sided = one_sided_result()
    reasons = (
        "sides not measured apart: no half-face picture could be made for most frames, so the two sides read more alike than "
        "they are",
    )
    movement = one_sided.movement.model_copy(
        update={
            "excursion_mm": Bilateral(right=8.4, left=1.9),
            "excursion_interval_mm": within((4.9, 11.9), (0.8, 3.0)),
        }
    )
    relation = one_sided.commissure.model_copy(
        update={"reason": ONE_SIDED_REASON.replace("0.4 mm", "1.9 mm").replace("6 %", "25 %")}
    )
    return one_sided.model_copy(
        update={
            "quality": one_sided.quality.model_copy(update={"status": Status.LIMITED, "reasons": reasons}),
            "tracking": WHOLE_FACE,
            "movement": movement,
            "commissure": relation,
        }
    )


def first_version_result() -> AnalysisResult:
    """As version 1 of the pipeline wrote it: no tracking, no intervals but R's."""
    good = good_result(pipeline_version="1", config_sha256="0f" * 32)
    return good.model_copy(
        update={
            "tracking": None,
            "movement": good.movement.model_copy(update={"excursion_interval_mm": None}),
            "commissure": good.commissure.model_copy(update={"amplitude_ratio_interval": None}),
        }
    )


def good(number: int = 1, label: str = "Clip 1", **values: Any) -> AssessedInstance:
    """A good recording whose header has these values."""
    return AssessedInstance(
        label=label, source=source(header(number, **values)), result=good_result(), signals=signals()
    )


def refused(number: int = 2, label: str = "Clip 2", **values: Any) -> AssessedInstance:
    """A recording without a face."""
    return AssessedInstance(
        label=label, source=source(header(number, **values)), result=refused_result(), signals=unmeasured()
    )


def still(number: int = 3, label: str = "Clip 3", **values: Any) -> AssessedInstance:
    """A recording without enough movement."""
    return AssessedInstance(
        label=label,
        source=source(header(number, **values)),
        result=still_result(),
        signals=signals(right=1.1, left=0.9),
    )


def exam(*instances: AssessedInstance, **values: Any) -> ExamReport:
    """A report of these recordings; without any, of one good one."""
    return ExamReport(instances=instances or (good(),), **values)
