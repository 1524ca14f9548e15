"""A drawn face whose parts are shaded by how far they move beside the other side: no picture of the patient.

The face is seen as a clinician sees it: the patient's right is on the viewer's left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from analysis.palsy.postures import Region
from analysis.palsy.results import Palsy
from analysis.values import Side, Status
from reports import palsy_words
from reports.fonts import FontSet
from reports.style import HAIRLINE, INK, MUTED, SIDE, WHITE

Point = tuple[float, float]
Curve = tuple[Point, Point, Point]

WIDTH: Final = 300.0
HEIGHT: Final = 232.0
LABEL_WIDTH: Final = 84.0
ROW: Final = 26.6
CENTRE: Final[Point] = (WIDTH / 2, 122.0)
DARK_BEYOND: Final = 0.55
LIGHTEST, DARKEST = Color(0.955, 0.965, 0.975), Color(0.15, 0.19, 0.25)


@dataclass(frozen=True, kw_only=True)
class Patch:
    """A part of one half of the face in points from the middle, x outward and y up: a start, then cubic curves."""

    start: Point
    curves: tuple[Curve, ...]
    anchor: Point
    """Where the label's line ends."""


def _straight(start: Point, end: Point) -> Curve:
    return (start, end, end)


EYE = Patch(
    start=(6.0, 22.0),
    curves=(((6.0, 42.0), (48.0, 42.0), (48.0, 22.0)), ((48.0, 4.0), (6.0, 4.0), (6.0, 22.0))),
    anchor=(48.0, 22.0),
)
PATCHES: Mapping[Region, Patch] = {
    Region.BROW: Patch(
        start=(3.0, 50.0),
        curves=(
            _straight((3.0, 50.0), (3.0, 82.0)),
            ((22.0, 82.0), (38.0, 78.0), (47.0, 66.0)),
            ((50.0, 60.0), (51.0, 54.0), (51.0, 46.0)),
            ((40.0, 57.0), (18.0, 55.0), (3.0, 50.0)),
        ),
        anchor=(49.0, 62.0),
    ),
    Region.EYE_GENTLE: EYE,
    Region.EYE_FULL: EYE,
    Region.UPPER_LIP: Patch(
        start=(11.0, 2.0),
        curves=(
            ((18.0, 5.0), (21.0, 2.0), (23.0, -2.0)),
            ((24.0, -12.0), (25.0, -22.0), (25.0, -31.0)),
            ((18.0, -31.0), (10.0, -29.0), (3.0, -30.0)),
            ((3.0, -24.0), (14.0, -20.0), (11.0, 2.0)),
        ),
        anchor=(24.0, -12.0),
    ),
    Region.SMILE: Patch(
        start=(27.0, -1.0),
        curves=(
            ((36.0, 3.0), (46.0, 3.0), (52.0, -2.0)),
            ((52.0, -18.0), (48.0, -34.0), (42.0, -46.0)),
            ((36.0, -50.0), (32.0, -48.0), (29.0, -44.0)),
            ((28.0, -30.0), (28.0, -14.0), (27.0, -1.0)),
        ),
        anchor=(50.0, -18.0),
    ),
    Region.PUCKER: Patch(
        start=(0.0, -37.0),
        curves=(
            ((4.0, -33.0), (10.0, -35.0), (25.0, -44.0)),
            ((17.0, -53.0), (8.0, -55.0), (0.0, -55.0)),
            _straight((0.0, -55.0), (0.0, -37.0)),
        ),
        anchor=(22.0, -45.0),
    ),
    Region.LOWER_LIP: Patch(
        start=(0.0, -60.0),
        curves=(
            ((10.0, -60.0), (20.0, -58.0), (27.0, -51.0)),
            ((30.0, -53.0), (33.0, -54.0), (36.0, -53.0)),
            ((31.0, -66.0), (20.0, -78.0), (0.0, -80.0)),
            _straight((0.0, -80.0), (0.0, -60.0)),
        ),
        anchor=(30.0, -61.0),
    ),
}
OUTLINE: tuple[Curve, ...] = (
    ((34.0, 98.0), (60.0, 76.0), (60.0, 34.0)),
    ((60.0, -4.0), (54.0, -44.0), (38.0, -66.0)),
    ((26.0, -84.0), (14.0, -92.0), (0.0, -92.0)),
)
TOP: Final[Point] = (0.0, 98.0)


def shade(share: float) -> Color:
    """The lighter, the nearer a part's movement is to that of the other side; by lightness alone, so that it prints in grey."""
    lacking = 1.0 - min(max(share, 0.0), 1.0)
    light, dark = LIGHTEST.rgb(), DARKEST.rgb()
    return Color(*(a + (b - a) * lacking for a, b in zip(light, dark, strict=True)))


class SchematicFace(Flowable):  # type: ignore[misc]
    """Both halves of the face with each region's movement beside it, and its share where a side falls short."""

    def __init__(self, palsy: Palsy, fonts: FontSet) -> None:
        super().__init__()
        self._palsy = palsy
        self._regions = {each.region: each for each in palsy.regions}
        self._fonts = fonts

    def wrap(self, _: float, __: float) -> tuple[float, float]:
        """Points."""
        return WIDTH, HEIGHT

    def draw(self) -> None:
        """Draw on the current canvas."""
        canvas = self.canv
        for side in Side:
            self._leaders(canvas, side)
        for side in Side:
            self._patches(canvas, side)
        self._features(canvas)
        for side in Side:
            self._column(canvas, side)
        self._key(canvas)

    def _share(self, region: Region, side: Side) -> float | None:
        """What a part of one side is shaded by; none where it could not be assessed."""
        found = self._regions.get(region)
        if found is None or found.share is None:
            return None
        return found.share.value if palsy_words.smaller_side(found) is side else 1.0

    def _drawn(self) -> Iterator[Region]:
        """Regions with a part of their own; the eye is shaded by its full closure, or where that is unknown by the gentle one."""
        full = self._regions.get(Region.EYE_FULL)
        hidden = Region.EYE_GENTLE if full is not None and full.share is not None else Region.EYE_FULL
        return (region for region in PATCHES if region is not hidden)

    def _patches(self, canvas: Canvas, side: Side) -> None:
        canvas.setLineWidth(0.6)
        for region in self._drawn():
            share = self._share(region, side)
            canvas.setStrokeColor(MUTED if share is None else HAIRLINE)
            canvas.setDash(*([[1.6, 1.8]] if share is None else []))
            canvas.setFillColor(WHITE if share is None else shade(share))
            path = canvas.beginPath()
            patch = PATCHES[region]
            path.moveTo(*_placed(patch.start, side))
            for curve in patch.curves:
                path.curveTo(*(number for point in curve for number in _placed(point, side)))
            canvas.drawPath(path, stroke=1, fill=1)
        canvas.setDash()

    def _features(self, canvas: Canvas) -> None:
        canvas.setLineCap(1)
        for side in Side:
            _line(canvas, side, TOP, OUTLINE, 1.1, INK)
            _line(canvas, side, (60.0, 32.0), (((69.0, 36.0), (67.0, 6.0), (57.5, 2.0)),), 0.9, INK)
            _line(canvas, side, (8.0, 45.5), (((18.0, 51.0), (36.0, 53.0), (48.0, 43.0)),), 2.6, INK)
            _line(canvas, side, (5.0, 34.0), (((4.0, 20.0), (7.0, 4.0), (10.0, -8.0)),), 0.7, MUTED)
            _line(canvas, side, (0.0, -17.0), (((4.0, -18.0), (9.0, -18.0), (10.5, -11.0)),), 0.9, INK)
            shares = [self._share(region, side) for region in self._drawn() if region in palsy_words.EYES]
            self._eye(canvas, side, light=_dark(shares[0]))
            lip = WHITE if _dark(self._share(Region.PUCKER, side)) else INK
            _line(canvas, side, (0.0, -44.0), (((6.0, -43.0), (14.0, -45.0), (24.0, -44.0)),), 0.9, lip)
            _line(canvas, side, PATCHES[Region.PUCKER].start, PATCHES[Region.PUCKER].curves[:2], 0.9, INK)
        canvas.setLineCap(0)

    def _eye(self, canvas: Canvas, side: Side, *, light: bool) -> None:
        color = WHITE if light else INK
        lids: tuple[Curve, ...] = (
            ((18.0, 33.0), (35.0, 33.0), (42.5, 21.5)),
            ((34.0, 12.0), (19.0, 13.0), (12.0, 20.5)),
        )
        _line(canvas, side, (12.0, 20.5), lids, 1.1, color)
        canvas.setFillColor(color)
        canvas.circle(*_placed((27.0, 22.0), side), 4.4, stroke=0, fill=1)

    def _column(self, canvas: Canvas, side: Side) -> None:
        fonts, style = self._fonts, SIDE[side]
        x = 0.0 if side is Side.RIGHT else WIDTH - LABEL_WIDTH + 8.0
        canvas.setFillColor(INK)
        width = fonts.draw(canvas, x, HEIGHT - 11, style.letter, size=13, bold=True)
        canvas.setFillColor(MUTED)
        fonts.draw(canvas, x + width + 5, HEIGHT - 11, f"patient's {style.name.lower()}", size=7.8)
        for row, region in enumerate(PATCHES):
            self._label(canvas, x, _row(row), region, side)

    def _leaders(self, canvas: Canvas, side: Side) -> None:
        edge = LABEL_WIDTH - 10.0 if side is Side.RIGHT else WIDTH - LABEL_WIDTH + 4.0
        canvas.setStrokeColor(HAIRLINE)
        canvas.setLineWidth(0.5)
        for row, patch in enumerate(PATCHES.values()):
            canvas.line(edge, _row(row) - 4.0, *_placed(patch.anchor, side))

    def _label(self, canvas: Canvas, x: float, y: float, region: Region, side: Side) -> None:
        fonts, found, room = self._fonts, self._regions.get(region), LABEL_WIDTH - 12.0
        canvas.setFillColor(MUTED)
        fonts.draw(canvas, x, y, palsy_words.REGION[region], size=7.4, room=room)
        number = None if found is None else found.right if side is Side.RIGHT else found.left
        if found is None or number is None or found.status is Status.NOT_ASSESSABLE:
            fonts.draw(canvas, x, y - 11.0, "not assessed", size=8.0, room=room)
            return
        canvas.setFillColor(INK)
        moved = palsy_words.moved(number, region)
        if found.share is None or palsy_words.smaller_side(found) is not side:
            fonts.draw(canvas, x, y - 11.0, moved, size=8.6, room=room)
            return
        width = fonts.draw(canvas, x, y - 11.6, palsy_words.share(found), size=11.0, bold=True)
        canvas.setFillColor(MUTED)
        if region not in palsy_words.EYES:
            fonts.draw(canvas, x + width + 5, y - 11.6, moved, size=7.8, room=room - width - 5)

    def _key(self, canvas: Canvas) -> None:
        fonts, x, y = self._fonts, 0.0, 3.0
        canvas.setFillColor(MUTED)
        x += fonts.draw(canvas, x, y, "moves as far as the other side", size=7.4) + 5
        canvas.setLineWidth(0.4)
        canvas.setStrokeColor(HAIRLINE)
        for share in (1.0, 0.75, 0.5, 0.25, 0.0):
            canvas.setFillColor(shade(share))
            canvas.rect(x, y - 1.6, 11.0, 8.4, stroke=1, fill=1)
            x += 11.0
        canvas.setFillColor(MUTED)
        x += 5 + fonts.draw(canvas, x + 5, y, "not at all", size=7.4) + 12
        canvas.setStrokeColor(MUTED)
        canvas.setDash([1.6, 1.8])
        canvas.rect(x, y - 1.6, 11.0, 8.4, stroke=1, fill=0)
        canvas.setDash()
        fonts.draw(canvas, x + 15, y, "not assessed", size=7.4)


def _placed(point: Point, side: Side) -> Point:
    outward = -1.0 if side is Side.RIGHT else 1.0
    return CENTRE[0] + outward * point[0], CENTRE[1] + point[1]


def _row(row: int) -> float:
    return HEIGHT - 30.0 - row * ROW


def _dark(share: float | None) -> bool:
    return share is not None and 1.0 - share > DARK_BEYOND


def _line(canvas: Canvas, side: Side, start: Point, curves: tuple[Curve, ...], width: float, color: Color) -> None:
    canvas.setStrokeColor(color)
    canvas.setLineWidth(width)
    path = canvas.beginPath()
    path.moveTo(*_placed(start, side))
    for curve in curves:
        path.curveTo(*(number for point in curve for number in _placed(point, side)))
    canvas.drawPath(path, stroke=1, fill=0)
