"""``vultus evaluate landmarks prepare``: recordings to a folder for raters and a folder that tells what they saw."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from analysis import model
from analysis.evaluation.landmark_drawing import BARE_FRAME, DrawingPlan, OutsideAlgorithm
from analysis.evaluation.landmark_errors import LandmarkStudyError
from analysis.evaluation.landmark_key import (
    GROUP_COLUMNS,
    StudyFrame,
    frames_text,
    key_text,
    landmarks_text,
    read_landmarks,
)
from analysis.evaluation.landmark_positions import POSITION_COLUMNS
from analysis.evaluation.landmark_ratings import empty_sheet
from analysis.evaluation.landmark_regions import NAMED, FaceRegion
from analysis.evaluation.landmark_tables import nearest, write_table
from analysis.evaluation.landmark_values import OWN, DrawnRecording, FrameLandmarks
from analysis.values import Value
from dicom_io.errors import UnreadableInput
from reports.landmark_rating_page import RatedPicture, rating_page
from service import child
from service.analysing import cores, limits_of, settings_for
from service.analyze import output_directories, source_of
from service.configuration import Configuration
from service.errors import ChildError, ChildRefused
from service.files import write_durably
from service.landmark_job import DrawRequest
from service.landmark_shuffling import shuffled
from service.version import SOFTWARE

RATERS: Final = "raters"
OWNER: Final = "owner"
MARKING: Final = "marking"
KEY: Final = "key.csv"
FRAMES: Final = "frames.csv"
LANDMARKS: Final = "landmarks.csv"
_PRIVATE: Final = 0o700
_OWNERS_NOTE: Final = """\
What lies here
  key.csv         what every picture shows. Raters must not see it.
  frames.csv      the chosen frames, by names that say nothing of the recording
  landmarks.csv   where every algorithm's landmarks lie in them, px of the upright frame
  recordings.csv  what was found in each recording
  groups.csv      to fill in, if errors are to be compared by severity: one group for each recording
  study.json      with what the study was made

The folder "raters" is for the raters: they open rate.html, or fill in ratings.csv. The folder "marking", where it was asked for,
is for whoever marks true positions in positions.csv (px of the picture, its top left corner is 0, 0).
All pictures show people who can be recognised: keep them as you keep the recordings, and delete them when the study is over.

Then: vultus evaluate landmarks report ratings-*.csv --study DIRECTORY --out DIRECTORY
"""


@dataclass(frozen=True, kw_only=True)
class PrepareOptions:
    """What is asked for. ``repeats`` is the share of pictures that are shown twice, ``seed`` that of the choice of frames."""

    frames: int = 8
    seed: int = 1
    algorithms: tuple[str, ...] = OWN[:2]
    landmarks: Path | None = None
    repeats: float = 0.1
    measured_only: bool = False
    bare_frames: bool = False
    mirrored: bool = False


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What came of it; ``unread`` are recordings and why they could not be read."""

    raters: Path
    owner: Path
    recordings: int
    frames: int
    pictures: int
    repeats: int
    remarks: tuple[str, ...]
    unread: tuple[tuple[Path, str], ...]


class _StudyRecord(Value):
    software: str
    model_sha256: str
    config_sha256: str
    seed: int
    frames_per_recording: int
    algorithms: tuple[str, ...]
    repeats: float
    measured_only: bool
    mirrored: bool


def prepare_study(paths: Sequence[Path], out: Path, options: PrepareOptions, configuration: Configuration) -> Prepared:
    """Fill ``out``, which must be empty or missing.

    Raises:
        LandmarkStudyError: it is not; a table of outside landmarks cannot be used; no recording shows a face.
        ChildNotStarted, ChildUnprotected: this machine cannot run the analysis.
    """
    names = [directory.name for directory in output_directories(list(paths), Path())]
    outside = _outside(options.landmarks, names)
    _claim(out)
    drawn: dict[str, DrawnRecording] = {}
    unread: list[tuple[Path, str]] = []
    with tempfile.TemporaryDirectory(prefix=".drawing-", dir=out) as scratch:
        drawings = Path(scratch)
        for number, (name, path) in enumerate(zip(names, paths, strict=True)):
            output = drawings / str(number)
            output.mkdir()
            plan = DrawingPlan(
                frames=options.frames,
                seed=options.seed,
                algorithms=options.algorithms,
                outside=_algorithms(outside),
                outside_landmarks=outside.get(name, ()),
                measured_only=options.measured_only,
                bare_frames=options.bare_frames,
            )
            try:
                drawn[name] = _draw(path, output, plan, options, configuration)
            except (UnreadableInput, ChildError) as error:
                if isinstance(error, ChildError) and error.blame == "host":
                    raise
                unread.append((path, str(error)))
        sources = {name: drawings / str(number) for number, name in enumerate(names)}
        if not any(recording.pictures for recording in drawn.values()):
            why = [f"{path.name}: {reason}" for path, reason in unread] + [
                f"{name}: {remark}" for name, recording in drawn.items() for remark in recording.remarks
            ]
            raise LandmarkStudyError(f"there is nothing to rate: {'; '.join(why)}. Give recordings of a face")
        return _write(out, drawn, sources, options, configuration, tuple(unread))


def _claim(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise LandmarkStudyError(f"{out} is not empty: pictures of two studies must not be mixed; name a new directory")
    out.mkdir(parents=True, exist_ok=True, mode=_PRIVATE)


def _outside(path: Path | None, names: Sequence[str]) -> dict[str, tuple[FrameLandmarks, ...]]:
    if path is None:
        return {}
    outside = read_landmarks(path, outside=True)
    problems = [
        f"{recording!r} is no recording of this study{nearest(recording, names)}"
        for recording in outside
        if recording not in names
    ]
    if problems:
        raise LandmarkStudyError.of(path.name, problems)
    return outside


def _algorithms(outside: Mapping[str, Sequence[FrameLandmarks]]) -> tuple[OutsideAlgorithm, ...]:
    frames = [one for here in outside.values() for one in here]
    return tuple(
        OutsideAlgorithm(
            name=name,
            regions=tuple(
                region for region in FaceRegion if any(one.of(region) for one in frames if one.algorithm == name)
            ),
        )
        for name in dict.fromkeys(one.algorithm for one in frames)
    )


def _draw(
    path: Path, output: Path, plan: DrawingPlan, options: PrepareOptions, configuration: Configuration
) -> DrawnRecording:
    settings = settings_for(source_of(path), configuration)
    if options.mirrored:
        settings = settings.model_copy(update={"mirrored": True})
    request = DrawRequest(
        recording=path.absolute(),
        output=output.absolute(),
        model=model.default_path(),
        settings=settings,
        plan=plan,
        threads=cores(),
    )
    try:
        with tempfile.TemporaryDirectory(prefix="vultus-") as scratch:
            answer = child.run(
                "service.landmark_job",
                request,
                limits=limits_of(configuration),
                scratch=Path(scratch),
                writable=[output.absolute()],
            )
    except ChildRefused as error:
        raise UnreadableInput(str(error)) from error
    return DrawnRecording.model_validate_json(answer)


def _write(
    out: Path,
    drawn: Mapping[str, DrawnRecording],
    sources: Mapping[str, Path],
    options: PrepareOptions,
    configuration: Configuration,
    unread: tuple[tuple[Path, str], ...],
) -> Prepared:
    raters, owner = out / RATERS, out / OWNER
    pictures = raters / "pictures"
    for directory in (raters, pictures, owner):
        directory.mkdir(mode=_PRIVATE)
    rows, files = shuffled(drawn, sources, options.repeats)
    for row, file in zip(rows, files, strict=True):
        if row.picture is not None and file is not None:
            _copy(file, pictures / f"{row.picture}.jpg")
    shown = [row for row in rows if row.picture is not None]
    frames = [
        StudyFrame(frame_id=f"f{secrets.token_hex(4)}", recording=name, chosen=chosen)
        for name, recording in drawn.items()
        for chosen in recording.chosen
    ]
    page = rating_page(
        secrets.token_hex(4), [RatedPicture(picture=row.picture or "", region=row.region.value) for row in shown]
    )
    record = _StudyRecord(
        software=SOFTWARE,
        model_sha256=model.SHA256,
        config_sha256=configuration.analysis.sha256,
        seed=options.seed,
        frames_per_recording=options.frames,
        algorithms=tuple(dict.fromkeys(row.algorithm for row in rows)),
        repeats=options.repeats,
        measured_only=options.measured_only,
        mirrored=options.mirrored,
    )
    remarks = {name: "; ".join(recording.remarks) for name, recording in drawn.items()}
    recordings = write_table(
        ("recording", "frames", "frames_with_face", "frames_measured", "frames_shown", "remark"),
        (
            (n, r.frames_decoded, r.frames_with_face, r.frames_measured, len(r.chosen), remarks[n])
            for n, r in drawn.items()
        ),
    )
    texts = {
        raters / "rate.html": page,
        raters / "ratings.csv": empty_sheet(rows),
        owner / KEY: key_text(rows),
        owner / FRAMES: frames_text(frames),
        owner / LANDMARKS: landmarks_text({name: recording.landmarks for name, recording in drawn.items()}),
        owner / "recordings.csv": recordings,
        owner / "groups.csv": write_table(GROUP_COLUMNS, ((name, "") for name in drawn)),
        owner / "study.json": record.model_dump_json(indent=1) + "\n",
        owner / "READ-ME.txt": _OWNERS_NOTE,
    }
    if options.bare_frames:
        marking = out / MARKING
        marking.mkdir(mode=_PRIVATE)
        for frame in secrets.SystemRandom().sample(frames, len(frames)):
            bare = sources[frame.recording] / BARE_FRAME.format(frame=frame.chosen.frame)
            _copy(bare, marking / f"{frame.frame_id}.png")
        template = ((frame.frame_id, point, "", "") for frame in frames for point in NAMED)
        texts[marking / "positions.csv"] = write_table(POSITION_COLUMNS, template)
    for path, text in texts.items():
        write_durably(path, text.encode(), mode=0o600)
    return Prepared(
        raters=raters,
        owner=owner,
        recordings=sum(bool(recording.chosen) for recording in drawn.values()),
        frames=len(frames),
        pictures=len(shown),
        repeats=sum(row.repeat_of is not None for row in shown),
        remarks=tuple(f"{name}: {remark}" for name, remark in remarks.items() if remark),
        unread=unread,
    )


def _copy(source: Path, target: Path) -> None:
    # a recording that took its child over may have left a link to a file of this user's
    with os.fdopen(os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        target.touch(mode=0o600)
        target.write_bytes(file.read())
    # times of writing would tell which pictures were made together
    os.utime(target, (0, 0))
