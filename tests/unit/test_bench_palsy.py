from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from analysis import model
from analysis.palsy import house_brackmann
from analysis.palsy.house_brackmann import ROMAN
from analysis.palsy.postures import Region, Task
from analysis.palsy.results import (
    AffectedSide,
    HouseBrackmann,
    Measured,
    Palsy,
    Pattern,
    RegionResult,
    Repetition,
    RomanGrade,
)
from analysis.palsy.settings import PalsySettings
from analysis.phantom import PORTRAIT, Phantom
from analysis.results import Commissure
from analysis.values import Interval, Side, Status
from tests.bench import palsy_circumstances, palsy_grid, palsy_pixels, palsy_signals, palsy_trials
from tests.bench.palsy_grid import CLEAN, SEVERITIES, STILL, USUAL, Case, Found, Kind, Where, exact, run
from tests.bench.palsy_trials import HALF_FACES, ONE_FRAME, PHOTOGRAPHS, TRUE_PATTERNS, WHOLE_FACE, Amounts, Job, Shown
from tests.bench.palsy_trials import Trial as PixelTrial
from tests.bench.sitters import Sitter
from tests.palsy_patients import Patient

SITTER = Sitter(name="astronaut", photograph=PORTRAIT, regions=frozenset(("mouth", "lid", "brow")), chosen_on="choices")


def _measured(value: float, half: float = 0.1) -> Measured:
    return Measured(value=value, interval=Interval(low=value - half, high=value + half))


def _palsy(
    grade: RomanGrade | None = None,
    *,
    side: AffectedSide | None = AffectedSide.RIGHT,
    pattern: Pattern | None = Pattern.FLACCID,
    f: float = 50,
) -> Palsy:
    graded = HouseBrackmann(status=Status.NOT_ASSESSABLE, reason="not seen")
    if grade:
        graded = HouseBrackmann(status=Status.GOOD, grade=grade, grade_range=(grade, grade), f=_measured(f, 2))
    return Palsy(status=Status.GOOD, affected_side=side, pattern=pattern, house_brackmann=graded)


def _case(severity: int = 50, side: Side = Side.RIGHT, **other: object) -> Case:
    patient = Patient(face=palsy_grid.face(Where.ALL, severity, side))
    return replace(Case(group="ladder", patient=patient, condition=USUAL, where=Where.ALL, severity=severity), **other)  # type: ignore[arg-type]


def _found(grade: RomanGrade | None, severity: int) -> Found:
    return Found(case=_case(severity), palsy=_palsy(grade))


def test_a_step_to_a_better_grade_is_counted_and_what_has_no_grade_is_not_compared() -> None:
    grades = palsy_signals.SCALES[0]
    ladder = [_found("I", 0), _found("IV", 10), _found("II", 20), _found(None, 30), _found("V", 40), _found("V", 50)]
    assert palsy_signals.steps(ladder, grades) == (1, 3, 2.0)
    assert palsy_signals.steps(ladder[::-1], grades) == (1, 3, 2.0)
    assert palsy_signals.steps([], grades) == (0, 0, 0.0)


def test_monotonicity_names_the_ladder_that_went_wrong() -> None:
    found = [
        replace(one, case=replace(one.case, condition=CLEAN))
        for one in (_found("I", 0), _found("V", 10), _found("III", 20))
    ]
    rows = {row[:2]: row[2] for row in palsy_signals.monotonicity(found).rows}
    assert rows["none", "all"] == "1 of 2 (by 2.0)"
    assert rows["none", "brow"] == "0 of 0"


@pytest.mark.parametrize(
    ("said", "severity", "expected"),
    [
        (AffectedSide.LEFT, 50, "right"),
        (AffectedSide.RIGHT, 50, "wrong"),
        (AffectedSide.NONE, 50, "none"),
        (AffectedSide.INDETERMINATE, 50, "indeterminate"),
        (None, 50, "indeterminate"),
        (AffectedSide.NONE, 0, "right"),
        (AffectedSide.LEFT, 0, "wrong"),
        (AffectedSide.INDETERMINATE, 0, "indeterminate"),
    ],
)
def test_what_is_said_of_the_side(said: AffectedSide | None, severity: int, expected: str) -> None:
    assert Found(case=_case(severity, Side.LEFT), palsy=_palsy(side=said)).side == expected


def test_the_grid_asks_every_severity_of_every_region_and_side() -> None:
    asked = Counter(
        (one.condition.name, one.patient.face.affected, one.where, one.severity) for one in palsy_grid.ladders()
    )
    assert set(asked.values()) == {1}
    assert len(asked) == 3 * 2 * (1 + len(Where) * (len(SEVERITIES) - 1))
    assert (
        len({one.patient.seed for one in palsy_grid.still() if one.condition == STILL[0] and not one.patient.tasks})
        == 60
    )


@pytest.mark.parametrize("where", Where)
def test_the_exact_face_gets_no_better_grade_with_more_weakness(where: Where) -> None:
    grades = [
        exact(Case(group="", patient=Patient(face=palsy_grid.face(where, s, Side.LEFT)), condition=CLEAN), house_brackmann.grade)
        for s in SEVERITIES
    ]  # fmt: skip
    ranks = [ROMAN.index(one.category or "") for one in grades]
    assert ranks[0] == 0
    assert all(after >= before for before, after in pairwise(ranks))
    assert ranks[-1] == (5 if where in (Where.ALL, Where.HANGING) else ranks[-1])


def test_synkinesis_by_its_clinical_name() -> None:
    seen = {
        kind: {
            (along.during in (Task.GENTLE_CLOSURE, Task.FULL_CLOSURE), along.region)
            for along in run(
                next(one for one in palsy_grid.synkinetic() if one.where == kind and one.amount == 0.5)
            ).palsy.co_movements
            if along.ratio > 0.3
        }
        for kind in Kind
    }
    assert seen == {Kind.OCULAR_ORAL: {(True, "mouth")}, Kind.ORAL_OCULAR: {(False, "eye")}}


def test_errors_of_measuring_are_the_same_every_time_and_are_errors() -> None:
    case = next(iter(palsy_grid.misread(1)))
    spoilt, again, plain = (run(one).palsy.house_brackmann for one in (case, case, replace(case, misread=None)))
    assert spoilt is not None
    assert plain is not None
    assert spoilt == again
    assert spoilt.f is not None
    assert plain.f is not None
    assert abs(spoilt.f.value - plain.f.value) > 0.1


def test_nothing_that_moves_is_told_from_false_normal() -> None:
    case = replace(_case(0), group="still", condition=STILL[0], where="filmed at rest")
    nothing = Palsy(status=Status.NOT_ASSESSABLE, reason="no movement")
    wrong = _palsy("I", side=AffectedSide.NONE, pattern=Pattern.NORMAL)
    found = [Found(case=case, palsy=one) for one in (nothing, nothing, wrong)]
    assert palsy_signals.false_normal(found).rows[0][2:] == ("1", "1", "1", "0", "2", "3")


def test_confusion_of_patterns_counts_a_side_of_a_normal_face() -> None:
    normal = replace(_case(0), group="pattern", pattern=Pattern.NORMAL)
    mixed = replace(_case(70), group="pattern", pattern=Pattern.MIXED)
    found = [
        Found(case=normal, palsy=_palsy(side=AffectedSide.NONE, pattern=Pattern.NORMAL)),
        Found(case=normal, palsy=_palsy(side=AffectedSide.LEFT)),
        Found(case=mixed, palsy=_palsy(side=AffectedSide.LEFT, pattern=Pattern.MIXED)),
    ]
    rows = {row[0]: row[1:] for row in palsy_signals.pattern_confusion(found).rows}
    assert rows[Pattern.NORMAL] == ("1", "1", "0", "0", "0", "2", "1")
    assert rows[Pattern.MIXED] == ("0", "0", "0", "1", "0", "1", "1")


def test_grade_and_side_that_do_not_go_together() -> None:
    found = [
        Found(case=_case(16), palsy=_palsy("IV", side=AffectedSide.NONE, pattern=Pattern.NORMAL)),
        Found(case=_case(30), palsy=_palsy("I")),
        Found(case=_case(40), palsy=_palsy("IV")),
        Found(case=_case(50), palsy=_palsy(side=AffectedSide.NONE, pattern=Pattern.NORMAL)),
    ]
    rows = palsy_circumstances.contradictions(found).rows
    assert [row[1:] for row in rows] == [
        ("1", "4", "all 16 %"),
        ("1", "4", "all 16 %"),
        ("1", "4", "all 30 %"),
        ("0", "4", ""),
    ]


def test_coverage_counts_truth_in_the_range() -> None:
    case = replace(_case(50), group="misread")
    truth = exact(case, house_brackmann.grade).total
    found = [Found(case=case, palsy=_palsy("IV", f=truth + off)) for off in (0, 1.5, 5)]
    rows = {row[0]: row for row in palsy_circumstances.coverage(found).rows}
    assert rows["F, %"][1:4] == ("2 (67 %)", "3", "0")
    assert rows["F, %"][4] == pytest.approx(6.5 / 3)
    assert rows["House-Brackmann grade"][1] == "3 (100 %)"
    assert rows["eFACE"][3] == "3"


def _repetition(task: Task, start_s: float) -> Repetition:
    return Repetition(
        task=task, found_by="signals", start_s=start_s, plateau_start_s=start_s + 0.3, peak_s=start_s + 0.5,
        plateau_end_s=start_s + 1.2, end_s=start_s + 1.5,
    )  # fmt: skip


def _pixels(preset: str = "exam-weak-left", *, mirrored: bool = False, palsy: Palsy | None = None) -> PixelTrial:
    true = Amounts(right=0.10, left=0.05)
    ways = {WHOLE_FACE: 0.06, PHOTOGRAPHS: 0.07, HALF_FACES: 0.08, ONE_FRAME: 0.09}
    return PixelTrial(
        job=Job(sitter=SITTER, preset=preset, mirrored=mirrored),
        palsy=palsy,
        commissure=Commissure(status=Status.GOOD, pearson_r=0.95),
        mm_per_iod=60.0,
        shown=(
            Shown(task=Task.BROW_RAISE, onset_s=1.0, middle_s=1.8, end_s=2.5),
            Shown(task=Task.FULL_SMILE, onset_s=4.0, middle_s=4.8, end_s=5.5),
            Shown(task=Task.PUCKER, onset_s=7.0, middle_s=7.8, end_s=8.5),
        ),
        true=dict.fromkeys(Region, true.mirrored if mirrored else true),
        true_r=0.99,
        stills={way: dict.fromkeys(Region, Amounts(right=right, left=0.05)) for way, right in ways.items()},
    )


def test_movements_that_are_misnamed_missed_and_invented() -> None:
    found = (_repetition(Task.BROW_RAISE, 1.1), _repetition(Task.SMALL_SMILE, 4.0), _repetition(Task.SNARL, 5.6))
    trial = _pixels(palsy=Palsy(status=Status.GOOD, movements=found))
    (row,) = palsy_pixels.movements([trial]).rows
    assert row[1:5] == ("1 of 3", "full_smile as small_smile", "pucker", "snarl at 5.6 s")
    assert row[5:] == pytest.approx((0.1, 0.1))


def test_the_affected_side_changes_in_a_mirror() -> None:
    assert (_pixels().side, _pixels(mirrored=True).side, _pixels("exam-normal").side) == (Side.LEFT, Side.RIGHT, None)
    said = [
        _pixels(mirrored=mirrored, palsy=_palsy(side=AffectedSide.RIGHT, pattern=Pattern.FLACCID))
        for mirrored in (False, True)
    ]
    assert "Sides right: 1 of 2. Patterns right: 2 of 2." in palsy_pixels.verdicts(said).remarks


def test_shares_and_relation_against_truth() -> None:
    share = RegionResult(
        region=Region.SMILE, status=Status.GOOD, right=_measured(6), left=_measured(3.6), share=_measured(0.6, 0.05)
    )
    trial = _pixels(palsy=Palsy(status=Status.GOOD, regions=(share,)))
    table = palsy_pixels.shares([trial])
    smile = 1 + list(Region).index(Region.SMILE)
    assert [row[smile] for row in table.rows] == ["0.60 (0.55-0.65) / 0.50", "0 of 1", "+0.10, 0.10"]
    assert table.rows[0][1] == "- / 0.50"
    assert palsy_pixels.relations([trial]).rows[0][1:4] == pytest.approx((0.99, 0.95, -0.04))


def test_what_video_saves() -> None:
    smile = RegionResult(region=Region.SMILE, status=Status.GOOD, right=_measured(5.4), left=_measured(3.0))
    trial = _pixels(palsy=Palsy(status=Status.GOOD, regions=(smile,)))
    rows = {row[:2]: row[2:] for row in palsy_pixels.stills([trial]).rows}
    # the right side is off by 0.04, 0.03, 0.02, 0.01, 0.01, the left by nothing
    assert rows[Region.SMILE, "each side"][:5] == pytest.approx((2, 1.5, 1, 0.5, 0.5))
    assert rows[Region.SMILE, "each side"][5:] == ("75 %", "67 %", "1 of 1")
    assert rows[Region.SMILE, "share"][0] == pytest.approx(100 * (5 / 6 - 0.5))
    assert rows[Region.BROW, "share"] == (None, None, None, None, None, "-", "-", "0 of 1")


def test_a_reading_that_takes_the_sides_for_each_other_is_wrong() -> None:
    true = Amounts(right=0.1, left=0.05)
    assert palsy_pixels._share_off(true, true) == [0]
    assert palsy_pixels._share_off(true.mirrored, true) == pytest.approx([1.5])


def test_grades_of_the_faces_that_are_shown() -> None:
    graded = [house_brackmann.grade(palsy_pixels.exact(preset), PalsySettings()) for preset in TRUE_PATTERNS]
    assert [one.parts["grade"] for one in graded] == [1, 5, 4, 3, 4]
    with pytest.raises(ValueError, match="no examination"):
        palsy_trials.palsy_of("smile")


def test_truth_of_a_rendered_examination() -> None:
    if not model.default_path().is_file():
        pytest.skip("the landmark model is not installed")
    truth = Phantom("exam-weak-left", fps=10).truth
    shown = tuple(palsy_trials._shown(truth))
    assert {one.task for one in shown} == set(Task) - {Task.REST}
    assert all(one.onset_s < one.middle_s < one.end_s for one in shown)
    for region in Region:
        true = palsy_trials._true(truth, region, shown)
        assert true.right > true.left > 0
        assert true.share == pytest.approx(0.5, abs=0.03)
    assert palsy_trials._true_r(truth, [(one.onset_s, one.end_s) for one in shown]) == pytest.approx(1, abs=1e-3)
    assert palsy_trials._true_r(truth, []) is None
    x, y = palsy_trials._true_axis(truth, shown)
    assert x < 0 < y
