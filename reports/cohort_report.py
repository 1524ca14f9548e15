"""``cohort.pdf``: what went in, what was left out, how many groups there are, which, and how sure that is."""

from __future__ import annotations

from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer

from analysis.cohort.assigned import group_names
from analysis.cohort.evidence import NO_GROUPS
from analysis.cohort.fit import Fit
from analysis.cohort.variables import VARIABLES
from analysis.counting import counted
from reports import cohort_words
from reports.cohort_canvas import FigureBlock
from reports.cohort_figures import called, fit_figures
from reports.cohort_pages import key_table, number_table, render
from reports.cohort_style import drawing
from reports.fonts import FontSet
from reports.style import BODY, HEADING, LEAD, SMALL, SUBHEADING

TITLE = "Spasm groups of our own patients"
_CAPTIONS = {
    "number-of-groups": (
        "How many groups",
        "Left: groups are there where this cohort lies well above cohorts of one group. Right: how well groups come again in "
        "resamples, and in Ward's clustering; dotted: what is needed.",
    ),
    "dendrogram": (
        "Agglomerative tree",
        "Ward's criterion. The longer a vertical line, the clearer what it joins is parted.",
    ),
    "scatter": (
        "All patients",
        "Principal components of the z-scores. Right: what the components are made of.",
    ),
    "pairs": ("Variable against variable", "In the units of the variables. IOD: distance between the iris centres."),
    "silhouettes": ("Silhouettes", "One bar a patient: 1 well inside its group, 0 between two."),
}


def render_cohort(fit: Fit, *, page_size: str = "A4") -> bytes:
    """The report of a fit as a PDF. It holds places of rows, and no pseudonym."""
    with drawing():
        return render(lambda fonts: _story(fit, fonts), title=TITLE, about=fit.model.title, page_size=page_size)


def _story(fit: Fit, fonts: FontSet) -> list[Flowable]:
    story: list[Flowable] = [
        Paragraph(fonts.markup(cohort_words.verdict(fit)), LEAD),
        Paragraph(fonts.markup(cohort_words.meaning(fit)), BODY),
        Spacer(0, 8),
    ]
    if warning := cohort_words.versions(fit):
        story += [Paragraph(fonts.markup(warning), BODY), Spacer(0, 8)]
    if fit.usable:
        story += [_groups(fit, fonts), Spacer(0, 4)]
        if fit.model.named:
            story.append(Paragraph(fonts.markup(cohort_words.SEVERITY), SMALL))
    story += [
        Paragraph("How many groups are there?", SUBHEADING),
        _tried(fit, fonts),
        Spacer(0, 3),
        Paragraph(
            fonts.markup(
                "Silhouette and Calinski-Harabasz index of the k-means groups; agreement with Ward and stability as adjusted "
                "Rand index; excess: standard deviations above cohorts of one group. p holds for all numbers of groups tried."
            ),
            SMALL,
        ),
        Paragraph("What went in", SUBHEADING),
        Paragraph(
            fonts.markup(
                f"{counted(len(fit.table), 'patient')} with spasms and all four variables. {cohort_words.left_out(fit)}"
            ),
            BODY,
        ),
        Spacer(0, 3),
        Paragraph(fonts.markup(cohort_words.alone(fit)), BODY),
    ]
    for name, figure in fit_figures(fit).items():
        heading, caption = _CAPTIONS[name]
        if name == "scatter" and fit.usable:
            caption += " Large marks: centroids."
        story.append(
            KeepTogether(
                [
                    Paragraph(heading, HEADING),
                    FigureBlock(figure, fonts),
                    Paragraph(fonts.markup(caption), SMALL),
                ]
            )
        )
    story += [
        KeepTogether([Paragraph("How it was done", HEADING), key_table(cohort_words.method(fit), fonts)]),
        Spacer(0, 6),
        Paragraph(fonts.markup(cohort_words.PAPER), BODY),
        KeepTogether([Paragraph("Where this came from", HEADING), key_table(_provenance(fit), fonts)]),
    ]
    return story


def _groups(fit: Fit, fonts: FontSet) -> Flowable:
    header = ("Group", "Patients", *(each.titled for each in VARIABLES), "Severity, SD")
    rows = []
    for name, group in zip(group_names(fit), fit.model.groups, strict=True):
        spread = [within * sd for within, sd in zip(group.within_sd_z, fit.scale.sd, strict=True)]
        numbers = [f"{centre:.1f} ± {sd:.1f}" for centre, sd in zip(group.centroid, spread, strict=True)]
        rows.append((f"{group.number}  {called(name)}", str(group.patients), *numbers, f"{group.severity + 0.0:+.2f}"))
    return number_table(header, rows, fonts, widths=(104, 48, 72, 88, 62, 68, 53))


def _tried(fit: Fit, fonts: FontSet) -> Flowable:
    header = (
        "Groups",
        "Patients in each",
        "Silhouette",
        "Calinski- Harabasz",
        "Agreement",
        "Stability",
        "Excess, SD",
        "p",
        "Supported",
    )
    one = fit.supported_groups == NO_GROUPS
    rows = [
        ("1", str(len(fit.z)), "", "", "", "", "", f"{cohort_words.probability(fit.against.p)}", "yes" if one else "no")
    ]
    rows += [
        (
            str(each.groups),
            ", ".join(map(str, each.sizes)),
            f"{each.silhouette:.2f}",
            f"{each.calinski_harabasz:.1f}",
            f"{each.adjusted_rand_ward:.2f}",
            f"{each.stability:.2f}",
            f"{each.excess:+.1f}",
            cohort_words.probability(each.p),
            ("yes, best" if each.groups == fit.supported_groups else "yes") if each.supported(fit.settings) else "no",
        )
        for each in fit.tried
    ]
    chosen = fit.supported_groups - 1
    return number_table(header, rows, fonts, widths=(40, 96, 50, 58, 52, 46, 52, 42, 59), words_in=2, marked=(chosen,))


def _provenance(fit: Fit) -> list[tuple[str, str]]:
    model = fit.model
    rows = [
        ("Software", model.software),
        ("Made", f"{model.created:%Y-%m-%d %H:%M} UTC"),
        ("Table SHA-256", model.input_sha256),
    ]
    if fit.table.pipeline_versions:
        rows.append(("Pipeline version", ", ".join(fit.table.pipeline_versions)))
    if fit.usable:
        rows.append(("Model SHA-256", model.sha256))
        rows.append(("Signed off", "not yet: the service uses it only after 'vultus cohort approve'"))
    return rows
