"""What is said of a fitted cohort, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from analysis.cohort.evidence import NO_GROUPS
from analysis.cohort.fit import Fit
from analysis.cohort.outliers import neighbours_asked
from analysis.cohort.pseudonyms import listed
from analysis.cohort.settings import PAPERS_GROUPS
from analysis.counting import counted

PAPER: Final = (
    "Al Menabbawy et al. 2025 (Acta Neurochir, doi 10.1007/s00701-024-06407-1) found three groups of 79 patients on four "
    "variables, by divisive k-means and by agglomerative clustering: mild, moderate clonic and severe tonic. Units, centroids "
    "and thresholds of the paper are not published. What stands here is of this site's patients, with our definitions of the "
    "variables, and is no reproduction of the paper."
)
SEVERITY: Final = (
    "Names are a proposal. Groups are ordered by the mean z-score of eye closure and mouth distance change in their centroid "
    "(how far the face is drawn); the least is proposed as mild, the middle as moderate clonic, the greatest as severe tonic. "
    "Whether that fits is for the person to judge who signs the model off."
)


def probability(p: float) -> str:
    """A p-value, never 0."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def verdict(fit: Fit) -> str:
    """One sentence: how many groups the data support."""
    count = fit.supported_groups
    if count == NO_GROUPS:
        return f"No groups: {len(fit.z)} patients look like one group."
    if count == fit.settings.groups:
        return f"{count} groups: {len(fit.z)} patients fall into groups that one group does not explain."
    return f"The data support {count} groups best, not {fit.settings.groups}."


def meaning(fit: Fit) -> str:
    """What follows from the verdict."""
    chosen, settings = fit.chosen, fit.settings
    numbers = (
        f"Chance of groups as clear as these {settings.groups} if there were one: p = {probability(chosen.p)}. "
        f"They come again in resamples with an adjusted Rand index of {chosen.stability:.2f} (needed: "
        f"{settings.stable:g}), and Ward's method makes the same groups with one of {chosen.adjusted_rand_ward:.2f}."
    )
    if not fit.usable:
        return f"{_against(fit)} {numbers} So there is no model, and nothing of this cohort may name a class."
    caution = ""
    if fit.supported_groups != settings.groups:
        caution = (
            f" {settings.groups} groups are supported too, less clearly than {fit.supported_groups}; the model holds "
            f"{settings.groups} because that is what was asked for."
        )
    if not fit.model.named:
        caution += f" Only {PAPERS_GROUPS} groups have class names: the service cannot use this model."
    elif not fit.clear_order:
        caution += " The groups differ little in how far the face is drawn: look hard at the proposed names."
    return numbers + caution


def _against(fit: Fit) -> str:
    chosen, settings = fit.chosen, fit.settings
    found = []
    if chosen.p > settings.significance:
        found.append("cohorts of one group look as grouped as this one")
    if chosen.stability < settings.stable:
        found.append("resamples give other groups")
    if min(chosen.sizes) < settings.smallest_share * sum(chosen.sizes):
        found.append(f"the smallest holds {counted(min(chosen.sizes), 'patient')}, too few for a group")
    return f"{settings.groups} groups are not supported: {', and '.join(found)}."


def _tested(fit: Fit) -> str:
    if len(fit.z) <= fit.settings.most_tested:
        return ""
    return (
        f"To bound the time, {fit.settings.most_tested} of the {len(fit.z)} patients, drawn by the seed, stand for all in this "
        "comparison. "
    )


def versions(fit: Fit) -> str:
    """A warning where pipeline versions are mixed; empty where they are not."""
    found = fit.table.pipeline_versions
    if len(found) < 2:
        return ""
    return f"The results are of pipeline versions {', '.join(found)}: differences between them may pass for groups."


def alone(fit: Fit) -> str:
    """Who stands alone, by place."""
    places = [place for place, kept in zip(fit.table.places, fit.kept, strict=True) if not kept]
    asked = neighbours_asked(len(fit.table), fit.settings)
    rule = (
        f"A patient stands alone whose nearest {asked} others are not near: the distance to the last of them has a modified "
        f"z-score above {fit.settings.outlier_score:g} (logarithm, on variables divided by their interquartile range)."
    )
    if not places:
        return f"Nobody stands alone. {rule}"
    return f"Out of the fit, standing alone: {counted(len(places), 'patient')} ({listed(places)}). {rule}"


def left_out(fit: Fit) -> str:
    """How many rows were left out of the table, and why."""
    if not fit.table.left_out:
        return "Nothing was left out."
    reasons = "; ".join(f"{count} because: {reason}" for reason, count in fit.table.reasons())
    places = listed([each.place for each in fit.table.left_out])
    return f"{counted(len(fit.table.left_out), 'row')} left out ({reasons}): {places}. left-out.csv has each with its reason."


def method(fit: Fit) -> Sequence[tuple[str, str]]:
    """How it was done, with every default."""
    settings = fit.settings
    return (
        (
            "Variables",
            "The four variables of each patient as z-scores (mean 0, standard deviation 1 of the patients kept).",
        ),
        (
            "Groups",
            f"Bisecting k-means (scikit-learn; greatest inertia first, {settings.restarts} starts a cut, "
            f"seed {settings.seed}), then k-means from its centres, so that each patient belongs to the nearest centroid, "
            "as a new patient will. Beside it "
            "agglomerative clustering by Ward's criterion. Agreement: adjusted Rand index.",
        ),
        (
            "Are there groups?",
            f"{settings.references} cohorts of as many patients are drawn from one group: each variable has its own shape as "
            "far as it has one mode, ranks are correlated as in the data. Compared are mean silhouettes of Ward's groups, in "
            f"the space of all four and on the first principal component, over 2 to {settings.most_groups} groups at once. "
            f"{_tested(fit)}"
            f"A number of groups is supported if p is at most {settings.significance:g}, the median adjusted Rand index over "
            f"{settings.resamples} bootstrap resamples is at least {settings.stable:g}, and no group holds less than "
            f"{100 * settings.smallest_share:g} % of the patients; best is the one that gains most silhouette over one group.",
        ),
        (
            "New patients",
            "The class of the nearest centroid. Indeterminate if the second is less than "
            f"{settings.indeterminate_margin:g} SD farther away, or if the patient is farther "
            f"than {settings.reach:g} times the radius of the group from its centroid.",
        ),
        ("Marks", "All of these are our own definitions and defaults, not validated on patients."),
    )
