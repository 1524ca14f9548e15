"""Made-up studies of landmark errors: keys, frames and raters' sheets without a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from analysis.evaluation.landmark_key import Shown, StudyFrame
from analysis.evaluation.landmark_ratings import Rating, Sheet
from analysis.evaluation.landmark_regions import FaceRegion
from analysis.evaluation.landmark_study import StudyTables
from analysis.evaluation.landmark_values import ChosenFrame

NONE, MINOR, MAJOR = Rating
Say = Callable[[Shown, int], Rating]


def shown(
    picture: str | None,
    *,
    recording: str = "a",
    frame: int = 0,
    algorithm: str = "vultus",
    region: FaceRegion = FaceRegion.BROW,
    repeat_of: str | None = None,
    order: int = 0,
) -> Shown:
    return Shown(
        picture=picture,
        order=order,
        recording=recording,
        frame=frame,
        algorithm=algorithm,
        region=region,
        repeat_of=repeat_of,
    )


def full_key(
    recordings: Sequence[str],
    frames: int,
    algorithms: Sequence[str] = ("vultus", "plain"),
    regions: Iterable[FaceRegion] = tuple(FaceRegion),
    *,
    twice: int = 0,
) -> tuple[Shown, ...]:
    rows = [
        shown("", recording=recording, frame=frame, algorithm=algorithm, region=region)
        for recording in recordings
        for frame in range(frames)
        for algorithm in algorithms
        for region in regions
    ]
    named = [
        shown(
            f"p{place:04d}",
            recording=row.recording,
            frame=row.frame,
            algorithm=row.algorithm,
            region=row.region,
            order=place,
        )
        for place, row in enumerate(rows, start=1)
    ]
    again = [
        shown(
            f"q{row.picture}",
            recording=row.recording,
            frame=row.frame,
            algorithm=row.algorithm,
            region=row.region,
            order=len(named) + 1 + place,
            repeat_of=row.picture,
        )
        for place, row in enumerate(named[:twice])
    ]
    return (*named, *again)


def sheets(key: Sequence[Shown], raters: Sequence[str], say: Say) -> tuple[Sheet, ...]:
    return tuple(
        Sheet(
            rater=rater,
            ratings={row.picture: say(row, number) for row in key if row.picture is not None},
            missing=(),
        )
        for number, rater in enumerate(raters)
    )


def frames_of(key: Sequence[Shown], *, inter_ocular_px: float = 100.0, used: bool = True) -> tuple[StudyFrame, ...]:
    chosen = dict.fromkeys((row.recording, row.frame) for row in key)
    return tuple(
        StudyFrame(
            frame_id=f"f{place}",
            recording=recording,
            chosen=ChosenFrame(
                frame=frame, time_s=frame / 30, movement=0.01, used=used, inter_ocular_px=inter_ocular_px
            ),
        )
        for place, (recording, frame) in enumerate(chosen)
    )


def tables(key: Sequence[Shown], rated: Sequence[Sheet], **more: object) -> StudyTables:
    return StudyTables(key=key, frames=frames_of(key), sheets=rated, **more)  # type: ignore[arg-type]
