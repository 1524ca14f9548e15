"""Our grades beside clinicians': who is compared with whom on what, and what becomes of recordings without a grade."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analysis.evaluation.agreement import agree, compare, consensus
from analysis.evaluation.agreement_csv import agreement_csv
from analysis.evaluation.agreement_grades import CONSENSUS, Graded, read_grades
from analysis.evaluation.agreement_results import find_results
from analysis.evaluation.agreement_scales import SCALES
from analysis.evaluation.agreement_values import Agreement
from analysis.evaluation.raters import bland_altman, cohen_kappa, icc
from analysis.palsy.results import AffectedSide
from tests.agreement_examples import ROMAN, graded, result, write_result, write_table

SCALE = {scale.key: scale for scale in SCALES}
HB = SCALE["house_brackmann"]


def said(by: str, *grades: str | float | None) -> Graded:
    return Graded(by=by, grades={f"clip{at:02d}": grade for at, grade in enumerate(grades)})


@pytest.fixture
def agreement(tmp_path: Path) -> Agreement:
    """Twelve recordings, three raters; of two recordings we say nothing, one has no result and one no grade."""
    ours = [1, 2, 2, 3, 3, 4, 4, 5, 6, 6, None, None]
    for at, grade in enumerate(ours):
        score = None if grade is None else 100.0 - 15 * grade
        write_result(
            tmp_path / "out" / f"clip{at:02d}",
            result(
                graded(grade, sunnybrook=score, side=AffectedSide.NONE if grade == 1 else AffectedSide.LEFT),
                uid=f"1.2.{at}",
            ),
        )
    write_result(tmp_path / "out" / "spare", result(graded(1)))
    lines: list[tuple[object, ...]] = [("recording", "rater", "hb", "sunnybrook", "affected_side")]
    for rater, off in (("Adams", 0), ("Brown", 1), ("Chen", 0)):
        for at in range(12):
            grade = int(np.clip((ours[at] or 3) + off * (at % 2), 1, 6))
            text = "not assessable" if rater == "Chen" and at == 11 else ROMAN[grade - 1]
            lines.append((f"clip{at:02d}", rater, text, 100 - 15 * grade + at % 3, "none" if grade == 1 else "left"))
    lines.append(("lost", "Adams", "II", 80, "left"))
    results = find_results([tmp_path / "out"])
    return agree(read_grades(write_table(tmp_path / "grades.csv", *lines), results), results, software="Vultus 0.0")


def test_everybody_is_compared_with_everybody(agreement):
    for scale in agreement.scales:
        assert [each.second for each in scale.ours] == ["Adams", "Brown", "Chen", CONSENSUS]
        assert {each.first for each in scale.ours} == {"Vultus"}
        assert [(each.first, each.second) for each in scale.raters] == [
            ("Adams", "Brown"),
            ("Adams", "Chen"),
            ("Brown", "Chen"),
        ]
        assert scale.panel is not None
    assert [scale.key for scale in agreement.scales] == ["house_brackmann", "sunnybrook", "affected_side"]
    assert agreement.raters == ("Adams", "Brown", "Chen")


def test_what_we_cannot_assess_is_counted_and_no_grade(agreement):
    [scale] = [each for each in agreement.scales if each.key == "house_brackmann"]
    adams, _, chen, together = scale.ours
    assert (adams.graded, adams.assessed, adams.declined) == (12, 10, 0)
    assert (chen.graded, chen.assessed, chen.declined, chen.declined_by_both) == (11, 10, 1, 1)
    assert (together.graded, together.assessed) == (12, 10)
    share = adams.statistic("share_assessed")
    assert share is not None
    assert (share.value, share.n) == (pytest.approx(10 / 12), 12)
    assert adams.statistic("exact").value == 1
    assert adams.statistic("exact").n == 10
    assert adams.unanswered == {"III": 2}
    assert [(each.recording, each.reason) for each in scale.not_assessed] == [
        ("clip10", "no full smile was seen"),
        ("clip11", "no full smile was seen"),
    ]


def test_what_was_not_joined_is_named(agreement):
    assert agreement.without_result == ("lost",)
    assert agreement.without_grade == ("spare",)
    assert agreement.results == 13
    assert agreement.pipeline_versions == ("3",)


def test_figures_are_those_of_the_statistics():
    first = said("Vultus", "I", "II", "II", "IV", "V", "VI", None, "III")
    second = said("Adams", "I", "II", "III", "IV", "III", "VI", "II", "III")
    found = compare(HB, first, second)
    ours, theirs = ["I", "II", "II", "IV", "V", "VI", "III"], ["I", "II", "III", "IV", "III", "VI", "III"]
    for name, weights in (("kappa_quadratic", "quadratic"), ("kappa_linear", "linear")):
        known = cohen_kappa(ours, theirs, categories=ROMAN, weights=weights)  # type: ignore[arg-type]
        statistic = found.statistic(name)  # type: ignore[arg-type]
        assert statistic is not None
        assert (statistic.value, statistic.low, statistic.high, statistic.n) == (
            known.value,
            known.low,
            known.high,
            7,
        )
    assert found.statistic("exact").value == pytest.approx(5 / 7)  # type: ignore[union-attr]
    assert found.statistic("within_one").value == pytest.approx(6 / 7)  # type: ignore[union-attr]


def test_scores_have_correlation_and_limits():
    random = np.random.default_rng(4)
    ours = random.uniform(0, 100, 20)
    theirs = ours + random.normal(3, 5, 20)
    found = compare(SCALE["sunnybrook"], said("Vultus", *ours.tolist()), said("Adams", *theirs.tolist()))
    limits = bland_altman(ours, theirs)
    correlation = icc(np.column_stack([ours, theirs]), form="ICC(2,1)")
    assert found.statistic("icc_2_1").value == pytest.approx(correlation.value)  # type: ignore[union-attr]
    assert found.statistic("bias").value == pytest.approx(limits.bias.value)  # type: ignore[union-attr]
    assert found.statistic("lower_limit").low == pytest.approx(limits.lower.low)  # type: ignore[union-attr]
    assert found.statistic("upper_limit").high == pytest.approx(limits.upper.high)  # type: ignore[union-attr]
    assert len(found.pairs) == 20


def test_categories_without_order_have_plain_kappa():
    found = compare(
        SCALE["affected_side"],
        said("Vultus", "left", "right", "none", "left"),
        said("Adams", "left", "right", "none", "right"),
    )
    assert {each.name for each in found.statistics} == {"share_assessed", "kappa", "exact"}


def test_too_few_and_undefined_are_said_not_guessed():
    few = compare(HB, said("Vultus", "I", None), said("Adams", "I", "II"))
    assert few.notes == ("graded by both: 1; 3 at least are needed",)
    assert [each.name for each in few.statistics] == ["share_assessed"]
    alike = compare(HB, said("Vultus", "I", "I", "I"), said("Adams", "I", "I", "I"))
    assert [each.name for each in alike.statistics] == ["share_assessed", "exact", "within_one"]
    assert "kappa is not defined" in alike.notes[0]
    constant = compare(HB, said("Vultus", "I", "II", "III"), said("Adams", "II", "II", "II"))
    assert {"kappa_quadratic", "kappa_linear"}.isdisjoint(each.name for each in constant.statistics)
    assert constant.notes[0].startswith("kappa says nothing: Adams graded all 3 recordings II")
    nothing = compare(HB, said("Vultus", "I"), Graded(by="Adams", grades={}))
    assert nothing.statistics == ()


def test_raters_together():
    assert consensus(
        HB, [said("A", "I", "II", "III"), said("B", "I", "IV", None), said("C", "III", "V", None)]
    ).grades == {
        "clip00": "I",
        "clip01": "IV",
    }
    assert consensus(HB, [said("A", "I", "II"), said("B", "II", "II")]).grades == {"clip00": "II", "clip01": "II"}
    scores = consensus(SCALE["sunnybrook"], [said("A", 10.0, 20.0), said("B", 20.0, 50.0)])
    assert scores.grades == {"clip00": 15.0, "clip01": 35.0}
    sides = consensus(
        SCALE["affected_side"], [said("A", "left", "left"), said("B", "left", "right"), said("C", "right", None)]
    )
    assert sides.grades == {"clip00": "left"}


def test_several_pipeline_versions_are_told(tmp_path):
    for at, version in enumerate("2333"):
        write_result(tmp_path / "out" / f"clip{at}", result(graded(at + 1), version=version))
    results = find_results([tmp_path / "out"])
    rows = [("recording", "rater", "hb"), *((f"clip{at}", "A", ROMAN[at]) for at in range(4))]
    found = agree(read_grades(write_table(tmp_path / "g.csv", *rows), results), results, software="Vultus 0.0")
    assert found.pipeline_versions == ("2", "3")
    assert found.scales[0].raters == ()
    assert found.scales[0].panel is None
    assert [each.second for each in found.scales[0].ours] == ["A"]


def test_the_file_holds_all_of_it(agreement):
    text = agreement.model_dump_json()
    assert Agreement.model_validate_json(text) == agreement
    assert json.loads(text)["schema"] == "vultus.agreement/1"


def test_the_table_has_one_figure_a_row(agreement):
    lines = agreement_csv(agreement).splitlines()
    assert lines[0].startswith("scale,first,second,graded,assessed,declined,statistic,value,low_95,high_95,n,note")
    statistics = sum(
        len(each.statistics) + len(each.notes) for scale in agreement.scales for each in (*scale.ours, *scale.raters)
    )
    statistics += sum(len(scale.panel.statistics) + len(scale.panel.notes) for scale in agreement.scales)
    assert len(lines) == 1 + statistics
    assert any(
        line.startswith("house_brackmann,all raters,Adams + Brown + Chen,11,11,,fleiss_kappa,") for line in lines
    )
