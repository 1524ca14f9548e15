"""How a study of landmark errors was made and what its figures do not say, for whoever reads the report alone."""

from __future__ import annotations

from typing import Final

from reportlab.platypus import Flowable, KeepTogether, Paragraph

from analysis.evaluation.landmark_study import LandmarkErrors
from reports import landmark_words as words
from reports.fonts import FontSet
from reports.style import BULLET, HEADING

_FRAMES: Final = (
    "Frames: one drawn at random from each of equally filled quantiles of how far the face is from its median shape, so "
    "that every frame with a face is about equally likely to be shown (with --measured-only: every frame that Vultus "
    "measures)."
)
_PICTURES: Final = (
    "Pictures: one feature (both sides) of one frame with one algorithm's points, and the same without them; cut the "
    "same for all algorithms, under random names, in random order. Raters did not know algorithm or recording. An "
    "algorithm with other points than Vultus can be told apart all the same."
)
_POINTS: Final = (
    "Points: of Vultus' own algorithms those that Vultus measures with; it measures nothing on the line of the jaw but "
    "the chin."
)
_RATINGS: Final = (
    "Ratings: none, every point on its structure; minor, at least one visibly beside it, but a distance from it would"
    " hardly change; major, at least one off it, so that a distance would be wrong [our wording]."
)
_INTERVALS: Final = (
    "Intervals of rates: Wilson's at the effective number of pictures, because pictures of one recording are not "
    "independent (Korn and Graubard 1998; Dean and Pagano 2015). Of differences: Student's on the cluster-robust standard "
    "error (Cameron and Miller 2015)."
)
_ANOVA: Final = (
    "Analysis of variance: mixed design with type III sums of squares and the Greenhouse-Geisser correction (Maxwell "
    "and Delaney, chapters 12 and 14)."
)
_AGREEMENT: Final = (
    "Agreement: Cohen's kappa with linear weights, Fleiss' kappa, ICC(2,1) after Shrout and Fleiss 1979; of one rater"
    " with himself or herself, on the pictures that were shown twice."
)
_POSITIONS: Final = (
    "Marked positions: error, area and failure limit as in the 300-W benchmark (Sagonas et al. 2016), with the root "
    "of the mean square; only points that every algorithm has."
)


def method(study: LandmarkErrors, fonts: FontSet) -> list[Flowable]:
    """The last section."""
    sentences = [
        words.NOT_A_REPRODUCTION,
        _FRAMES,
        _PICTURES,
        _POINTS,
        _RATINGS,
        words.weights(study),
        _INTERVALS,
        _ANOVA,
        _AGREEMENT,
        *([_POSITIONS] if study.nrmse is not None else []),
    ]
    first, *others = [Paragraph(fonts.markup(each), BULLET, bulletText=words.NONE) for each in sentences]
    return [KeepTogether([Paragraph("How it was made, and how to read it", HEADING), first]), *others]
