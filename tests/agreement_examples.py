"""Results on disk, clinicians' tables and repeats whose truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from analysis.palsy.results import AffectedSide, HouseBrackmann, Measured, Palsy, Pattern, Score
from analysis.results import AnalysisResult
from analysis.values import Bilateral, Interval, Status
from tests.report_examples import good_result

Roman = Literal["I", "II", "III", "IV", "V", "VI"]
ROMAN: tuple[Roman, ...] = ("I", "II", "III", "IV", "V", "VI")
WHY_NOT = "no full smile was seen"


def measured(value: float) -> Measured:
    """With some interval."""
    return Measured(value=value, interval=Interval(low=value - 1, high=value + 1))


def scored(total: float, category: str | None = None) -> Score:
    """A score without items."""
    return Score(status=Status.GOOD, total=measured(total), category=category)


def graded(
    grade: int | None,
    *,
    sunnybrook: float | None = None,
    side: AffectedSide = AffectedSide.LEFT,
    pattern: Pattern = Pattern.FLACCID,
) -> Palsy:
    """A palsy of a House-Brackmann grade, 1 to 6; None: not assessable."""
    unscored = Score(status=Status.NOT_ASSESSABLE, reason=WHY_NOT)
    return Palsy(
        status=Status.GOOD,
        affected_side=side,
        pattern=pattern,
        house_brackmann=HouseBrackmann(status=Status.NOT_ASSESSABLE, reason=WHY_NOT)
        if grade is None
        else HouseBrackmann(status=Status.GOOD, grade=ROMAN[grade - 1], f=measured(100 - 15 * grade)),
        sunnybrook=unscored if sunnybrook is None else scored(sunnybrook),
        eface=scored(80.0),
    )


def result(palsy: Palsy | None = None, *, uid: str | None = None, version: str = "3", **more: Any) -> AnalysisResult:
    """A recording. ``right``, ``left``: excursion of the mouth corners."""
    found = good_result(pipeline_version=version)
    movement = found.movement.model_copy(
        update={"excursion_mm": Bilateral(right=more.get("right", 9.0), left=more.get("left", 6.0))}
    )
    source = found.source.model_copy(update={"sop_instance_uid": uid})
    return found.model_copy(update={"palsy": palsy, "source": source, "movement": movement})


def write_result(folder: Path, found: AnalysisResult) -> Path:
    """As ``vultus analyze`` leaves it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "result.json"
    path.write_text(found.model_dump_json(indent=1))
    return path


def write_table(path: Path, *lines: Sequence[object]) -> Path:
    """A CSV file; the first line is its header."""
    path.write_text("\n".join(",".join(str(cell) for cell in line) for line in lines) + "\n")
    return path
