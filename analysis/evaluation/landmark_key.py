"""The owner's tables: what every picture shows, which frames were chosen, and where the landmarks lie in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from analysis.evaluation.landmark_errors import LandmarkStudyError
from analysis.evaluation.landmark_regions import FaceRegion
from analysis.evaluation.landmark_tables import Row, Table, nearest, read_table, write_table
from analysis.evaluation.landmark_values import OWN, ChosenFrame, FrameLandmarks, Landmark

KEY_COLUMNS: Final = ("picture", "order", "recording", "frame", "algorithm", "region", "repeat_of")
FRAME_COLUMNS: Final = ("frame_id", "recording", "frame", "time_s", "movement", "used", "inter_ocular_px")
LANDMARK_COLUMNS: Final = ("recording", "frame", "algorithm", "region", "point", "x_px", "y_px")
GROUP_COLUMNS: Final = ("recording", "group")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a picture shows. ``picture`` is None where the algorithm found nothing to show.

    ``repeat_of`` names the picture that this one shows a second time.
    """

    picture: str | None
    order: int
    recording: str
    frame: int
    algorithm: str
    region: FaceRegion
    repeat_of: str | None = None


@dataclass(frozen=True, kw_only=True)
class StudyFrame:
    """A chosen frame by its own name, which says nothing of the recording."""

    frame_id: str
    recording: str
    chosen: ChosenFrame


def key_text(rows: Iterable[Shown]) -> str:
    """key.csv."""
    return write_table(
        KEY_COLUMNS,
        ((r.picture, r.order, r.recording, r.frame, r.algorithm, r.region.value, r.repeat_of) for r in rows),
    )


def read_key(path: Path) -> tuple[Shown, ...]:
    """Read key.csv.

    Raises:
        LandmarkStudyError: it is not as it was written.
    """
    table = read_table(path, KEY_COLUMNS)
    rows, known = [], set[str]()
    for row in table.rows:
        picture = row["picture"] or None
        if picture in known:
            table.fault(row, f"the picture {picture} stands in the key twice")
        if picture is not None:
            known.add(picture)
        rows.append(
            Shown(
                picture=picture,
                order=table.whole(row, "order"),
                recording=row["recording"],
                frame=table.whole(row, "frame"),
                algorithm=row["algorithm"],
                region=region_of(table, row),
                repeat_of=row["repeat_of"] or None,
            )
        )
    table.check()
    if not rows:
        raise LandmarkStudyError(f"{path.name} names no pictures: give the key.csv that `prepare` wrote")
    return tuple(rows)


def frames_text(rows: Iterable[StudyFrame]) -> str:
    """frames.csv."""
    return write_table(
        FRAME_COLUMNS,
        (
            (r.frame_id, r.recording, c.frame, c.time_s, c.movement, "yes" if c.used else "no", c.inter_ocular_px)
            for r in rows
            for c in (r.chosen,)
        ),
    )


def read_frames(path: Path) -> tuple[StudyFrame, ...]:
    """Read frames.csv.

    Raises:
        LandmarkStudyError: it is not as it was written.
    """
    table = read_table(path, FRAME_COLUMNS)
    rows = [
        StudyFrame(
            frame_id=row["frame_id"],
            recording=row["recording"],
            chosen=ChosenFrame.model_construct(
                frame=table.whole(row, "frame"),
                time_s=table.number(row, "time_s"),
                movement=table.number(row, "movement"),
                used=row["used"] == "yes",
                inter_ocular_px=table.number(row, "inter_ocular_px"),
            ),
        )
        for row in table.rows
    ]
    table.check()
    return tuple(rows)


def landmarks_text(landmarks: Mapping[str, Iterable[FrameLandmarks]]) -> str:
    """landmarks.csv: of all algorithms, by recording."""
    return write_table(
        LANDMARK_COLUMNS,
        (
            (recording, one.frame, one.algorithm, each.region.value, each.point, f"{each.x:.3f}", f"{each.y:.3f}")
            for recording, frames in landmarks.items()
            for one in frames
            for each in one.landmarks
        ),
    )


def read_landmarks(path: Path, *, outside: bool) -> dict[str, tuple[FrameLandmarks, ...]]:
    """Read landmarks, of others (``outside``) or as ``landmarks_text`` wrote them; by recording.

    Raises:
        LandmarkStudyError: missing columns, unknown features, places that are no numbers, points twice, or an outside
            algorithm that bears the name of one of ours.
    """
    table = read_table(path, LANDMARK_COLUMNS)
    found: dict[tuple[str, str, int], dict[str, Landmark]] = {}
    for row in table.rows:
        recording, algorithm = row["recording"], row["algorithm"]
        if not (recording and algorithm and row["point"]):
            table.fault(row, "recording, algorithm and point must not be empty")
            continue
        if outside and algorithm in OWN:
            table.fault(row, f"the algorithm {algorithm!r} bears the name of one of ours: give it another")
        points = found.setdefault((recording, algorithm, table.whole(row, "frame")), {})
        if row["point"] in points:
            table.fault(row, f"the point {row['point']!r} stands twice in this frame")
        points[row["point"]] = Landmark.model_construct(
            point=row["point"],
            region=region_of(table, row),
            x=table.number(row, "x_px"),
            y=table.number(row, "y_px"),
        )
    table.check()
    by_recording: dict[str, list[FrameLandmarks]] = {}
    for (recording, algorithm, frame), points in found.items():
        one = FrameLandmarks(algorithm=algorithm, frame=frame, landmarks=tuple(points.values()))
        by_recording.setdefault(recording, []).append(one)
    return {recording: tuple(frames) for recording, frames in by_recording.items()}


def read_groups(path: Path, recordings: Iterable[str]) -> dict[str, str]:
    """Read which group (severity) each recording belongs to; every recording must have one.

    Raises:
        LandmarkStudyError: unknown recordings, recordings twice, without a group, or missing.
    """
    table = read_table(path, GROUP_COLUMNS)
    known, groups = list(dict.fromkeys(recordings)), dict[str, str]()
    for row in table.rows:
        recording = row["recording"]
        if recording not in known:
            table.fault(row, f"{recording!r} is no recording of this study{nearest(recording, known)}")
        elif recording in groups:
            table.fault(row, f"the recording {recording!r} stands here twice")
        elif not row["group"]:
            table.fault(row, f"the recording {recording!r} has no group")
        groups.setdefault(recording, row["group"])
    table.problems.extend(f"the recording {each!r} is missing" for each in known if each not in groups)
    table.check()
    return groups


def region_of(table: Table, row: Row) -> FaceRegion:
    """The feature that a row names; a fault where there is none of that name."""
    try:
        return FaceRegion(row["region"].lower())
    except ValueError:
        allowed = [region.value for region in FaceRegion]
        word = row["region"]
        table.fault(row, f"{word!r} is no feature{nearest(word, allowed)}: allowed are {', '.join(allowed)}")
        return FaceRegion.BROW
