"""``vultus evaluate landmarks report``: the owner's key and the raters' tables to a PDF, CSV tables and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import EvaluationError
from analysis.evaluation.landmark_errors import LandmarkStudyError
from analysis.evaluation.landmark_key import read_frames, read_groups, read_key, read_landmarks
from analysis.evaluation.landmark_positions import read_positions
from analysis.evaluation.landmark_ratings import RatingWeights, read_sheets
from analysis.evaluation.landmark_study import LandmarkErrors, StudyTables, evaluate
from reports import landmark_words as words
from reports.landmark_csv import csv_tables
from reports.landmark_report import render_landmark_report
from service.configuration import Configuration
from service.landmark_preparing import FRAMES, KEY, LANDMARKS, OWNER
from service.research_output import check_directory, write_documents
from service.version import SOFTWARE

PDF, JSON = "landmarks.pdf", "landmarks.json"


@dataclass(frozen=True, kw_only=True)
class ReportOptions:
    """What is asked for besides the key and the ratings."""

    severity: Path | None = None
    positions: Path | None = None
    minor: float = 0.5
    major: float = 1.0
    lost_is_major: bool = False


@dataclass(frozen=True, kw_only=True)
class Reported:
    """What came of it."""

    study: LandmarkErrors
    sentences: tuple[str, ...]
    files: tuple[Path, ...]


def report_study(
    ratings: Sequence[Path], study: Path, out: Path, options: ReportOptions, configuration: Configuration
) -> Reported:
    """Evaluate and write. ``study`` is the directory that ``prepare`` filled, or its owner's part.

    Raises:
        EvaluationError: a table is missing or cannot be used, or ``out`` cannot be written to.
    """
    check_directory(out, EvaluationError)
    owner = study / OWNER if (study / OWNER).is_dir() else study
    for name in (KEY, FRAMES):
        if not (owner / name).is_file():
            raise LandmarkStudyError(f"there is no {name} in {owner}: name the directory that `prepare` filled")
    key, frames = read_key(owner / KEY), read_frames(owner / FRAMES)
    recordings = [row.recording for row in key]
    tables = StudyTables(
        key=key,
        frames=frames,
        sheets=read_sheets(ratings, key),
        groups=read_groups(options.severity, recordings) if options.severity else {},
        landmarks=read_landmarks(owner / LANDMARKS, outside=False) if options.positions else {},
        positions=read_positions(options.positions, frames) if options.positions else {},
    )
    weights = RatingWeights(minor=options.minor, major=options.major)
    result = evaluate(tables, weights, lost_is_major=options.lost_is_major, software=SOFTWARE)
    contents = {
        PDF: render_landmark_report(result, page_size=configuration.reports.page_size),
        JSON: (result.model_dump_json(indent=1) + "\n").encode(),
        **{name: text.encode() for name, text in csv_tables(result).items()},
    }
    write_documents(out, contents, EvaluationError)
    missing = [f"{each.rater}: pictures without a rating: {each.missing}" for each in result.raters if each.missing]
    return Reported(
        study=result,
        sentences=(
            words.headline(result),
            *words.differences(result),
            *result.remarks,
            *missing,
            words.weights(result),
        ),
        files=tuple(out / name for name in contents),
    )
