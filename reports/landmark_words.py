"""The figures of a study of landmark errors in words."""

from __future__ import annotations

from typing import Final

from analysis.evaluation.landmark_intervals import Rate
from analysis.evaluation.landmark_rates import ErrorDifference
from analysis.evaluation.landmark_study import LandmarkErrors
from analysis.evaluation.landmark_values import MEDIAPIPE_VIDEO, PLAIN, VULTUS

TITLE: Final = "Landmark error rates"
_NAMES: Final = {VULTUS: "Vultus", PLAIN: "Plain looks", MEDIAPIPE_VIDEO: "MediaPipe VIDEO mode"}
NONE: Final = "\N{EN DASH}"
_LEAST_P: Final = 0.001

NOT_A_REPRODUCTION: Final = (
    "The method is that of Greene, Kalavacherla and Mills (2025, doi 10.1089/fpsam.2024.0381): raters mark perceived errors in "
    "five facial features. Their weights of minor and major errors, their recordings and their raters are not these: the figures "
    "here must not be set beside theirs as if they measured the same."
)


def algorithm_name(algorithm: str) -> str:
    """As people read it; an outside algorithm keeps its own."""
    return _NAMES.get(algorithm, algorithm)


def percent(share: float) -> str:
    """Whole percent, one decimal below ten."""
    value = 100 * share
    return f"{value:.1f} %" if 0 < abs(value) < 9.95 else f"{value:.0f} %"


def interval(rate: Rate) -> str:
    """Its 95 % interval in percent, or a dash."""
    if rate.low is None or rate.high is None:
        return NONE
    return f"{percent(rate.low).removesuffix(' %')} to {percent(rate.high).removesuffix(' %')}"


def with_interval(rate: Rate) -> str:
    """A rate and its interval."""
    return f"{percent(rate.value)} ({interval(rate)})" if rate.low is not None else percent(rate.value)


def points(rate: Rate) -> str:
    """A difference in percentage points, with its interval."""
    value = f"{100 * rate.value:+.1f}"
    if rate.low is None or rate.high is None:
        return value
    return f"{value} ({100 * rate.low:+.1f} to {100 * rate.high:+.1f})"


def p_value(p: float | None) -> str:
    """To three decimals."""
    if p is None:
        return NONE
    return f"< {_LEAST_P:g}" if p < _LEAST_P else f"{p:.3f}"


def headline(study: LandmarkErrors) -> str:
    """What came of it, in one sentence for each algorithm."""
    said = []
    for algorithm in study.algorithms:
        rate = study.overall(algorithm)
        said.append(
            f"{algorithm_name(algorithm)}: weighted error {with_interval(rate.weighted)}, "
            f"major errors {with_interval(rate.major)}."
        )
    return " ".join(said)


def differences(study: LandmarkErrors) -> list[str]:
    """What the algorithms differ by on the same pictures."""
    return [difference(each) for each in study.differences if each.region is None and each.group is None]


def difference(each: ErrorDifference) -> str:
    """One comparison in words."""
    first, second = algorithm_name(each.first), algorithm_name(each.second)
    value, low, high = each.weighted.value, each.weighted.low, each.weighted.high
    if low is None or high is None:
        known = "No interval: it is the same in every recording, or there is one alone."
    elif low <= 0 <= high:
        known = f"The 95 % interval ({100 * low:+.1f} to {100 * high:+.1f}) holds 0: no difference is shown."
    else:
        known = f"95 % interval {100 * low:+.1f} to {100 * high:+.1f}."
    if value == 0:
        return f"On the same {each.pairs} pictures the weighted errors of {first} and {second} are equal. {known}"
    return (
        f"On the same {each.pairs} pictures the weighted error of {first} is {abs(100 * value):.1f} percentage points "
        f"{'above' if value > 0 else 'below'} that of {second}. {known}"
    )


def counted(study: LandmarkErrors) -> str:
    """What was rated, and what an error counts."""
    return (
        f"{study.pictures - study.repeats} pictures of {study.frames} frames from {study.recordings} recordings"
        f"{f', {study.repeats} of them shown twice' if study.repeats else ''}; "
        f"{len(study.raters)} {'rater' if len(study.raters) == 1 else 'raters'}."
    )


def weights(study: LandmarkErrors) -> str:
    """Printed with every table of rates."""
    return (
        f"Weights: none 0, minor {study.weights.minor:g}, major {study.weights.major:g} (ours; the published method does not "
        "give its own). Of several raters the mean."
    )
