"""What is said of a comparison, in words."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.cohort.compare import Comparison, Correction
from analysis.cohort.pseudonyms import listed
from analysis.counting import counted
from reports.cohort_figures import called

_CORRECTED = {
    Correction.HOLM: "Holm 1979: the chance of even one false finding among all",
    Correction.BENJAMINI_HOCHBERG: "Benjamini and Hochberg 1995: the expected share of false ones among the findings",
}


def verdict(comparison: Comparison) -> str:
    """One sentence: what remains after correction."""
    alpha = comparison.settings.alpha
    related = sum(each.p_adjusted is not None and each.p_adjusted <= alpha for each in comparison.correlations)
    differing = sum(each.p_adjusted is not None and each.p_adjusted <= alpha for each in comparison.differences)
    if not comparison.tests:
        reasons = "; ".join(reason for reason, _ in comparison.reasons[:3])
        return f"No test could be made, so nothing is known of relations: {reasons or 'there is nothing to compare'}."
    if not related and not differing:
        return f"Nothing remains of {counted(comparison.tests, 'test')} after correction."
    return (
        f"After correction for {counted(comparison.tests, 'test')} there remain {counted(related, 'correlation')} and "
        f"{counted(differing, 'difference')} between groups."
    )


def joined(comparison: Comparison) -> Sequence[str]:
    """Who was compared, and what was missing: places of rows, never pseudonyms."""
    found = comparison.joined
    sizes = found.frame["group"].value_counts()
    groups = ", ".join(f"{called(name)} {sizes[name]}" for name in found.groups) or "none"
    said = [f"{counted(len(found.frame), 'patient')} in the cohort; in groups: {groups}."]
    if comparison.ungrouped:
        said.append(f"{counted(comparison.ungrouped, 'patient')} in no group: only in the correlations.")
    said += [
        f"Only in the {each.table} table, not in the {each.lacking}: {counted(len(each.places), 'patient')} "
        f"({listed(each.places)})."
        for each in found.unmatched
    ]
    missing = [f"{each.column} {each.missing}" for each in found.measures if each.missing]
    if missing:
        said.append(
            f"Empty fields by column: {', '.join(missing)}. A patient is left out only where the field is needed."
        )
    if found.absent:
        said.append(f"Domains of the SF-36 that the table lacks: {', '.join(found.absent)}.")
    return said


def method(comparison: Comparison) -> Sequence[tuple[str, str]]:
    """Which statistics, and why these."""
    settings = comparison.settings
    return (
        (
            "Correlation",
            f"Spearman's rho; {100 * settings.confidence:g} % interval by Fisher's z with the variance of Bonett and Wright "
            "(2000), (1 + rho squared / 2) / (n - 3), which covers as stated where Fisher's own is too narrow; p from the t "
            f"distribution. At least {settings.least_pairs} patients with both numbers.",
        ),
        (
            "Groups, numbers",
            "Kruskal and Wallis' H, corrected for ties. Effect: epsilon squared = H / (n - 1); 0 none, 1 complete.",
        ),
        (
            "Groups, categories",
            f"Fisher's exact test, beyond 2 x 2 that of Freeman and Halton with {settings.tables_drawn} random tables of the "
            "same margins. Effect: Cramer's V.",
        ),
        (
            "Several tests",
            f"All {comparison.tests} tests of this document are adjusted together. {_CORRECTED[comparison.correction]}. "
            f"Found: adjusted p at most {settings.alpha:g}.",
        ),
        (
            "Read with care",
            "A correlation says nothing about what causes what, and nothing here predicts the outcome of a single patient. "
            "Groups that were made of the four variables differ in them by construction.",
        ),
    )
