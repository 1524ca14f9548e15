"""agreement.pdf: how Vultus agrees with clinicians, beside how clinicians agree with each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table, TableStyle

from analysis.counting import counted
from analysis.evaluation.agreement_scales import Kind
from analysis.evaluation.agreement_values import Agreement, Comparison, Name, Pair, Panel, ScaleAgreement, Statistic
from analysis.evaluation.raters import LEAST_SUBJECTS
from reports import units
from reports.agreement_forest import forests
from reports.agreement_methods import agreement_methods
from reports.agreement_plots import DifferencePlot, MeetingTable, named, range_of_differences
from reports.fonts import FontSet
from reports.research_pages import Cover, research_pdf
from reports.style import BODY, BULLET, CELL_HEAD, HEADING, KEY, RULED, SMALL, STRONG, SUBHEADING, VALUE

TITLE = "Agreement with clinicians"
COEFFICIENT: dict[Kind, tuple[Name, str]] = {
    Kind.ORDINAL: ("kappa_quadratic", "quadratic weighted kappa"),
    Kind.NOMINAL: ("kappa", "kappa"),
    Kind.CONTINUOUS: ("icc_2_1", "ICC(2,1)"),
}
MOST_PLOTS = 4
MOST_NAMED = 12
_FAR_APART = 2


def render_agreement(agreement: Agreement, *, page_size: str = "A4") -> bytes:
    """The whole report, with numbers for the names of recordings. Identical values give identical bytes."""
    agreement = agreement.numbered()
    fonts = FontSet()
    versions = agreement.pipeline_versions
    cover = Cover(
        title=TITLE,
        facts=(
            counted(agreement.results, "result"),
            f"{len(agreement.raters)} {'rater' if len(agreement.raters) == 1 else 'raters'}",
            f"{agreement.software}, pipeline version {', '.join(versions) or 'unknown'}",
            f"{agreement.created:%Y-%m-%d %H:%M} UTC",
        ),
        page_size=page_size,
    )
    story = [*_summary(agreement, fonts)]
    for scale in agreement.scales:
        story += _section(scale, fonts)
    story += [*_left_aside(agreement, fonts), *agreement_methods(agreement, fonts)]
    return research_pdf(cover, story, fonts)


def _summary(agreement: Agreement, fonts: FontSet) -> Iterator[Flowable]:
    several = len(agreement.raters) > 1
    heads = ["Scale", "Vultus assessed", "Vultus and all raters" if several else f"Vultus and {agreement.raters[0]}"]
    heads += ["Vultus and each rater", "Raters and each other"] if several else []
    cells = [[Paragraph(fonts.markup(text, bold=True), CELL_HEAD) for text in heads]]
    for scale in agreement.scales:
        best = scale.ours[-1]
        name, coefficient = COEFFICIENT[scale.kind]
        share = best.statistic("share_assessed")
        assessed = f"{best.assessed} of {best.graded}" + (f" ({units.percent(share.value)})" if share else "")
        figures = [assessed, _with_range(best.statistic(name))]
        figures += [_from_to(scale.ours[:-1], name), _from_to(scale.raters, name)] if several else []
        cells.append(
            [
                [
                    Paragraph(fonts.markup(scale.name, bold=True), STRONG),
                    Paragraph(fonts.markup(coefficient), KEY),
                ],
                *(Paragraph(fonts.markup(text), VALUE) for text in figures),
            ]
        )
    table = Table(cells, colWidths=[125, 86, 98, 93, 93] if several else [125, 110, 260], hAlign="LEFT", repeatRows=1)
    table.setStyle(RULED)
    yield Paragraph("In short", HEADING)
    yield table
    yield Spacer(0, 5)
    yield Paragraph(fonts.markup(_reading_aid(agreement)), SMALL)
    for warning in _warnings(agreement):
        yield Spacer(0, 4)
        yield Paragraph(fonts.markup(warning), BODY)


def _reading_aid(agreement: Agreement) -> str:
    if len(agreement.raters) == 1:
        return (
            "In brackets the 95 % interval. A recording that Vultus calls not assessable counts in the second column and "
            "nowhere else."
        )
    return (
        "Raters do not agree perfectly either: the last two columns are like for like, one rater and another, the least and "
        "the greatest of all pairs. The median or majority of all raters is steadier than one of them, so agreement with it "
        "is higher. In brackets the 95 % interval. A recording that Vultus calls not assessable counts in the second column "
        "and nowhere else."
    )


def _warnings(agreement: Agreement) -> Iterator[str]:
    if len(agreement.pipeline_versions) > 1:
        yield (
            f"The results are of pipeline versions {', '.join(agreement.pipeline_versions)}: the figures describe none of "
            "them. Analyse all recordings with one version."
        )
    if len(agreement.raters) == 1:
        yield (
            "One rater only: how far raters agree with each other is not known, so it cannot be told whether a disagreement is "
            "ours or the rater's."
        )


def _with_range(found: Statistic | None) -> str:
    if found is None:
        return "not defined"
    if found.low is None or found.high is None:
        return units.coefficient(found.value)
    return f"{units.coefficient(found.value)} ({units.between_coefficients(found.low, found.high)})"


def _from_to(pairs: Sequence[Comparison], name: Name) -> str:
    """Least and greatest of a coefficient over pairs; of a single pair with its interval."""
    found = sorted((each for pair in pairs if (each := pair.statistic(name)) is not None), key=lambda each: each.value)
    if len(found) < 2:
        return _with_range(found[0] if found else None)
    return units.between_coefficients(found[0].value, found[-1].value)


def _section(scale: ScaleAgreement, fonts: FontSet) -> list[Flowable]:
    best = f" ({scale.best})" if scale.best else ""
    first, *others = forests(scale, fonts)
    story: list[Flowable] = [
        KeepTogether([Paragraph(fonts.markup(f"{scale.name}{best}", bold=True), HEADING), first]),
        *others,
    ]
    if scale.panel is not None:
        story.append(Paragraph(fonts.markup(_panel(scale.panel)), SMALL))
    if scale.kind is Kind.CONTINUOUS:
        return [*story, *_differences(scale, fonts), *_in_words(scale, fonts)]
    return [*story, *_meetings(scale, fonts)]


def _in_words(scale: ScaleAgreement, fonts: FontSet) -> list[Flowable]:
    return [Paragraph(fonts.markup(text), SMALL) for text in _counted(scale)]


def _panel(panel: Panel) -> str:
    called = {"fleiss_kappa": "Fleiss' kappa (categories without order)", "icc_2_1": "ICC(2,1)"}
    figures = [f"{called[each.name]} {_with_range(each)}" for each in panel.statistics]
    everybody = f"All {len(panel.raters)} raters at once, {panel.recordings} recordings graded by every one"
    return f"{everybody}: {', '.join((*figures, *panel.notes))}."


def _differences(scale: ScaleAgreement, fonts: FontSet) -> list[Flowable]:
    ordered = (scale.ours[-1], *scale.raters, *scale.ours[:-1])
    drawable = tuple(each for each in ordered if each.assessed >= LEAST_SUBJECTS)
    if not drawable:
        return []
    shown = drawable[:MOST_PLOTS]
    y_range = range_of_differences(shown)
    plots = [DifferencePlot(each, fonts, y_range=y_range, ours=each in scale.ours) for each in shown]
    rows = [[*plots[at : at + 2], *([""] if at + 1 == len(plots) else [])] for at in range(0, len(plots), 2)]
    more = f" {len(drawable) - len(shown)} more pairs are in agreement.json." if len(drawable) > len(shown) else ""
    caption = (
        "Difference of two grades against their mean, one dot a recording; between the dashed lines 95 % of differences are "
        f"expected to lie. Shaded: 95 % intervals of the lines. All plots have the same vertical scale.{more}"
    )
    return [
        Spacer(0, 4),
        _side_by_side(rows),
        Paragraph(fonts.markup(caption), SMALL),
    ]


def _side_by_side(rows: Sequence[Sequence[Flowable | str]]) -> Table:
    table = Table([list(row) for row in rows], colWidths=[247.5, 247.5], hAlign="LEFT")
    table.setStyle(_PLAIN)
    return table


def _meetings(scale: ScaleAgreement, fonts: FontSet) -> list[Flowable]:
    found = scale.ours[-1]
    if not found.graded:
        return _in_words(scale, fonts)
    table = MeetingTable(found, scale.categories, fonts)
    width, _ = table.wrap(0, 0)
    aside: list[Flowable] = [
        Paragraph(
            fonts.markup(
                f"How often each grade of {named(found.second)} (rows) met each grade of Vultus (columns); the darker, the "
                "larger the row's share. Framed: the same grade."
            ),
            SMALL,
        )
    ]
    if apart := _furthest(scale, found):
        aside += [
            Paragraph("Furthest apart", SUBHEADING),
            *(Paragraph(fonts.markup(text), BULLET, bulletText="\N{EN DASH}") for text in apart),
        ]
    beside = Table([[table, aside]], colWidths=[width + 12, 495 - width - 12], hAlign="LEFT")
    beside.setStyle(_PLAIN)
    return [Spacer(0, 8), KeepTogether([beside, *_in_words(scale, fonts)])]


def _furthest(scale: ScaleAgreement, found: Comparison) -> list[str]:
    if scale.kind is not Kind.ORDINAL:
        return []

    def steps(pair: Pair) -> int:
        return abs(scale.categories.index(str(pair.first)) - scale.categories.index(str(pair.second)))

    far = sorted((pair for pair in found.pairs if steps(pair) >= _FAR_APART), key=lambda pair: -steps(pair))
    said = [f"{pair.recording}: Vultus {pair.first}, {named(found.second)} {pair.second}" for pair in far[:5]]
    more = [f"and {len(far) - 5} more"] if len(far) > 5 else []
    return [*said, *more, *(["numbers as in agreement-recordings.csv"] if said else [])]


def _counted(scale: ScaleAgreement) -> Iterator[str]:
    """Who did not grade what, in words."""
    if scale.not_assessed:
        reasons = Counter(each.reason for each in scale.not_assessed).most_common()
        told = "; ".join(f"{reason} ({times})" for reason, times in reasons[:4])
        more = f"; {len(reasons) - 4} more reasons in agreement.json" if len(reasons) > 4 else ""
        yield f"Graded by raters, not by Vultus: {_recordings(len(scale.not_assessed))}. Why: {told}{more}."
    declined = [
        f"{named(each.second)}, {_recordings(each.declined)} ({each.declined_by_both} without a grade of Vultus too)"
        for each in scale.ours
        if each.declined
    ]
    if declined:
        yield f"Called not assessable: by {'; by '.join(declined)}."
    if scale.undecided:
        undecided = _recordings(len(scale.undecided))
        yield f"Without a joint grade, because one rater only graded it or no grade has a majority: {undecided}."


def _recordings(count: int) -> str:
    return "1 recording" if count == 1 else f"{count} recordings"


def _left_aside(agreement: Agreement, fonts: FontSet) -> list[Flowable]:
    told = [
        f"{what} ({len(names)}): {_listed(names)}"
        for names, what in (
            (agreement.without_result, "Recordings of the table without a result"),
            (agreement.without_grade, "Results without a grade"),
            (agreement.ignored_columns, "Columns of the table that were not used"),
        )
        if names
    ]
    if not told:
        return []
    if agreement.without_result or agreement.without_grade:
        told.append("Recordings have numbers here; which is which stands in agreement-recordings.csv.")
    bullets = [Paragraph(fonts.markup(text), BULLET, bulletText="\N{EN DASH}") for text in told]
    return [KeepTogether([Paragraph("Left aside", HEADING), *bullets])]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_NAMED])
    return f"{shown}, and {len(names) - MOST_NAMED} more." if len(names) > MOST_NAMED else f"{shown}."


_PLAIN = TableStyle(
    [
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
)


def in_short(agreement: Agreement) -> Iterator[str]:
    """One line for each scale, and what limits all of them."""
    for scale in agreement.scales:
        best = scale.ours[-1]
        name, coefficient = COEFFICIENT[scale.kind]
        said = f"with {named(best.second)} {_with_range(best.statistic(name))}"
        if best.statistic(name) is None and best.notes:
            said += f" ({best.notes[0]})"
        if scale.raters:
            said += (
                f", with each {_from_to(scale.ours[:-1], name)}, raters with each other {_from_to(scale.raters, name)}"
            )
        yield f"{scale.name}: {coefficient} {said}; assessed {best.assessed} of {best.graded}"
    yield from _warnings(agreement)
