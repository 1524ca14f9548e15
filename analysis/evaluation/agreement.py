"""Our grades beside clinicians', and clinicians' beside each other: the second is what the first is to be held against.

A recording that we call not assessable is neither left out nor taken for a grade: agreement rests on those that both graded,
and stands beside the share that we could assess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import combinations

import numpy as np

from analysis.errors import EvaluationError
from analysis.evaluation.agreement_grades import CONSENSUS, US, Graded, Joined
from analysis.evaluation.agreement_results import Assessed
from analysis.evaluation.agreement_scales import Answer, Grade, Kind, Scale
from analysis.evaluation.agreement_values import (
    Agreement,
    Comparison,
    Name,
    NotAssessed,
    Pair,
    Panel,
    ScaleAgreement,
    Statistic,
)
from analysis.evaluation.raters import (
    LEAST_SUBJECTS,
    Estimate,
    Weights,
    bland_altman,
    cohen_kappa,
    fleiss_kappa,
    icc,
    proportion,
)

Figures = Sequence[tuple[Name, Callable[[], Estimate]]]


def agree(joined: Joined, results: Sequence[Assessed], *, software: str) -> Agreement:
    """Compare on every scale that was graded: ours with each rater and with all of them together, rater with rater."""
    graded = {name for series in joined.said.values() for one in series for name in one.grades}
    return Agreement(
        created=datetime.now(UTC),
        software=software,
        pipeline_versions=tuple(sorted({version for each in results for version in each.pipeline_versions})),
        results=len(results),
        recordings=tuple(dict.fromkeys((*(each.name for each in results), *joined.without_result))),
        raters=joined.raters,
        scales=tuple(_on(scale, joined.said[scale.key], results) for scale in joined.scales),
        without_result=joined.without_result,
        without_grade=tuple(each.name for each in results if each.name not in graded),
        ignored_columns=joined.ignored_columns,
    )


def _on(scale: Scale, raters: Sequence[Graded], results: Sequence[Assessed]) -> ScaleAgreement:
    answers = {each.name: scale.ours(each) for each in results}
    ours = Graded(by=US, grades={name: answer.grade for name, answer in answers.items()})
    together = consensus(scale, raters)
    graded = {name for rater in raters for name, grade in rater.grades.items() if grade is not None}
    return ScaleAgreement(
        key=scale.key,
        name=scale.name,
        kind=scale.kind,
        categories=scale.categories,
        best=scale.best,
        ours=tuple(compare(scale, ours, other) for other in (*raters, *([together] if len(raters) > 1 else []))),
        raters=tuple(compare(scale, first, second) for first, second in combinations(raters, 2)),
        panel=_panel(scale, raters) if len(raters) > 2 else None,
        not_assessed=_unanswered(scale, answers, graded),
        undecided=tuple(sorted(graded - together.grades.keys())) if len(raters) > 1 else (),
    )


def _unanswered(scale: Scale, answers: Mapping[str, Answer], graded: set[str]) -> tuple[NotAssessed, ...]:
    return tuple(
        NotAssessed(scale=scale.key, recording=name, reason=answers[name].reason or "no reason was recorded")
        for name in sorted(graded)
        if answers[name].grade is None
    )


def consensus(scale: Scale, raters: Sequence[Graded]) -> Graded:
    """One grade from two raters or more: the median of grades and scores, the majority of what has no order.

    Of an even number of ordinal grades whose median falls between two, the worse is taken. Recordings that fewer than two
    graded, or without a majority, have none.
    """
    said: dict[str, list[Grade]] = {}
    for rater in raters:
        for name, grade in rater.grades.items():
            if grade is not None:
                said.setdefault(name, []).append(grade)
    joint = {name: _joint(scale, grades) for name, grades in said.items() if len(grades) > 1}
    return Graded(by=CONSENSUS, grades={name: grade for name, grade in joint.items() if grade is not None})


def _joint(scale: Scale, grades: Sequence[Grade]) -> Grade | None:
    if scale.kind is Kind.CONTINUOUS:
        return float(np.median([float(grade) for grade in grades]))
    if scale.kind is Kind.ORDINAL:
        places = sorted(scale.categories.index(str(grade)) for grade in grades)
        return scale.categories[places[len(places) // 2]]
    [(most, times), *_] = Counter(grades).most_common()
    return most if 2 * times > len(grades) else None


def compare(scale: Scale, first: Graded, second: Graded) -> Comparison:
    """Agreement of two on the recordings that both looked at."""
    looked_at = sorted(first.grades.keys() & second.grades.keys())
    declined = [name for name in looked_at if second.grades[name] is None]
    graded = [name for name in looked_at if second.grades[name] is not None]
    pairs = [
        Pair(recording=name, first=one, second=other)
        for name in graded
        if (one := first.grades[name]) is not None and (other := second.grades[name]) is not None
    ]
    assessed = {pair.recording for pair in pairs}
    unanswered = Counter(str(second.grades[name]) for name in graded if name not in assessed)
    notes: list[str] = []
    found: list[Statistic] = []
    if graded:
        found.append(Statistic.of("share_assessed", proportion(len(pairs), len(graded))))
    if len(pairs) < LEAST_SUBJECTS:
        notes.append(f"graded by both: {len(pairs)}; {LEAST_SUBJECTS} at least are needed")
    else:
        found += _defined(_figures(scale, pairs, first.by, second.by), notes)
    return Comparison(
        scale=scale.key,
        first=first.by,
        second=second.by,
        graded=len(graded),
        assessed=len(pairs),
        declined=len(declined),
        declined_by_both=sum(first.grades[name] is None for name in declined),
        statistics=tuple(found),
        notes=tuple(notes),
        pairs=tuple(pairs),
        unanswered={} if scale.kind is Kind.CONTINUOUS else dict(unanswered),
    )


def _figures(scale: Scale, pairs: Sequence[Pair], *raters: str) -> Figures:
    if scale.kind is Kind.CONTINUOUS:
        return _of_scores(np.array([[pair.first, pair.second] for pair in pairs], dtype=np.float64), pairs)
    first, second = [pair.first for pair in pairs], [pair.second for pair in pairs]
    apart = [abs(scale.categories.index(str(pair.first)) - scale.categories.index(str(pair.second))) for pair in pairs]

    def kappa(weights: Weights) -> Estimate:
        _refuse_constant((first, second), raters)
        return cohen_kappa(first, second, categories=scale.categories, weights=weights)

    exact: Figures = [("exact", lambda: proportion(sum(step == 0 for step in apart), len(apart)))]
    if scale.kind is Kind.NOMINAL:
        return [("kappa", lambda: kappa("none")), *exact]
    return [
        ("kappa_quadratic", lambda: kappa("quadratic")),
        ("kappa_linear", lambda: kappa("linear")),
        *exact,
        ("within_one", lambda: proportion(sum(step <= 1 for step in apart), len(apart))),
    ]


def _refuse_constant(said: Sequence[Sequence[Grade]], raters: Sequence[str]) -> None:
    """Kappa of a rater who always says the same is 0 whatever the other says: a figure that looks like one and is none."""
    constant = [(by, grades[0]) for by, grades in zip(raters, said, strict=True) if len(set(grades)) == 1]
    if constant and len({grade for grades in said for grade in grades}) > 1:
        by, grade = constant[-1]
        raise EvaluationError(
            f"kappa says nothing: {by} graded all {len(said[0])} recordings {grade}, and then it is 0 whatever the other says; "
            "look at the share of equal grades, or grade recordings that differ"
        )


def _of_scores(table: np.ndarray[tuple[int, int], np.dtype[np.float64]], pairs: Sequence[Pair]) -> Figures:
    first, second = table.T
    limits = bland_altman
    return [
        ("icc_2_1", lambda: icc(table, form="ICC(2,1)")),
        ("bias", lambda: limits(first, second).bias),
        ("lower_limit", lambda: limits(first, second).lower),
        ("upper_limit", lambda: limits(first, second).upper),
    ]


def _panel(scale: Scale, raters: Sequence[Graded]) -> Panel:
    names = sorted(
        name
        for name in set.intersection(*(set(rater.grades) for rater in raters))
        if all(rater.grades[name] is not None for rater in raters)
    )
    notes: list[str] = []
    found: list[Statistic] = []
    if len(names) < LEAST_SUBJECTS:
        notes.append(f"graded by all: {len(names)}; {LEAST_SUBJECTS} at least are needed")
    elif scale.kind is Kind.CONTINUOUS:
        scores = np.array([[rater.grades[name] for rater in raters] for name in names], dtype=np.float64)
        found = _defined([("icc_2_1", lambda: icc(scores, form="ICC(2,1)"))], notes)
    else:
        places = [[scale.categories.index(str(rater.grades[name])) for rater in raters] for name in names]
        figures: Figures = [("fleiss_kappa", lambda: fleiss_kappa(places, categories=len(scale.categories)))]
        if scale.kind is Kind.ORDINAL:
            figures = [("icc_2_1", lambda: icc(places, form="ICC(2,1)")), *figures]
        found = _defined(figures, notes)
    return Panel(
        scale=scale.key,
        raters=tuple(rater.by for rater in raters),
        recordings=len(names),
        statistics=tuple(found),
        notes=tuple(notes),
    )


def _defined(figures: Figures, notes: list[str]) -> list[Statistic]:
    """Those that are defined; why the others are not goes to ``notes``, each reason once."""
    found: list[Statistic] = []
    for name, figure in figures:
        try:
            found.append(Statistic.of(name, figure()))
        except EvaluationError as error:
            if str(error) not in notes:
                notes.append(str(error))
    return found
