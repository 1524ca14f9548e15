"""What is read from a phantom against its truth, in our mode and as everybody runs it: ``python -m tests.bench.accuracy``."""

from __future__ import annotations

from analysis import model
from analysis.pipeline import Analysis
from analysis.tracker import MediaPipeTracker
from tests.bench.tables import Cell, Table
from tests.bench.trackers import VideoModeTracker
from tests.phantom_lab import Clip, measure, render, twitch_gain

SMILES = ("smile", "weak-left", "weak-right", "right-only", "left-only")
_FPS = 30.0


def tables(*, smiles: int) -> tuple[Table, ...]:
    """Movement, rest and twitches."""
    movement: list[tuple[Cell, ...]] = []
    other: list[tuple[Cell, ...]] = []
    with MediaPipeTracker(model.default_path()) as ours:
        for preset in SMILES:
            clip = render(preset, ours, smiles=smiles)
            movement.append(_movement(preset, "IMAGE (ours)", clip, measure(clip.pictures, ours)))
            with _as_everybody() as video:
                movement.append(_movement(preset, "VIDEO", clip, measure(clip.pictures, video)))
        clip = render("rest", ours, smiles=smiles)
        twitches = [render(preset, ours) for preset in ("slow-twitch", "twitch")]
        with _as_everybody() as video:
            still_video = measure(clip.pictures, video)
        other.append(("IMAGE (ours)", *_rest(measure(clip.pictures, ours)), *(twitch_gain(t, ours) for t in twitches)))
        gains = []
        for twitch in twitches:
            with _as_everybody() as video:
                gains.append(twitch_gain(twitch, video))
        other.append(("VIDEO", *_rest(still_video), *gains))
    return (
        Table(
            name="Mouth corners of a phantom",
            columns=(
                "preset",
                "mode",
                "right read, mm",
                "right read/true",
                "left read, mm",
                "left read/true",
                "weaker/stronger read",
                "weaker/stronger true",
                "R",
                "R 95 % interval",
            ),
            rows=tuple(movement),
            remarks=(
                "A side that does not move has no read/true; its reading as a share of the other side is weaker/stronger.",
                "R is 1 in truth wherever both sides move; - where the relation is refused.",
            ),
        ),
        Table(
            name="Noise at rest and small twitches",
            columns=(
                "mode",
                "rest SD right, mm",
                "rest SD left, mm",
                "gain of 1.3 mm at 1 Hz",
                "gain of 1.3 mm at 8 Hz",
            ),
            rows=tuple(other),
            digits=3,
            remarks=("Gain: amplitude read over amplitude true, right corner alone, 30 fps.",),
        ),
    )


def _as_everybody() -> VideoModeTracker:
    return VideoModeTracker(model.default_path(), fps=_FPS)


def _movement(preset: str, mode: str, clip: Clip, analysis: Analysis) -> tuple[Cell, ...]:
    excursion, scale = analysis.result.movement.excursion_mm, analysis.result.quality.scale_mm_per_iod
    if excursion is None or scale is None:
        return (preset, mode, *[None] * 8)
    true = {side: share * scale for side, share in clip.phantom.truth.excursion_iod.items()}
    read = {"right": excursion.right, "left": excursion.left}
    against = {side: read[side] / true[side] if true[side] else None for side in read}
    weak, strong = sorted(read, key=lambda side: (true[side], abs(read[side])))
    relation = analysis.result.commissure
    return (
        preset,
        mode,
        read["right"],
        against["right"],
        read["left"],
        against["left"],
        abs(read[weak]) / abs(read[strong]),
        true[weak] / true[strong],
        None if relation.pearson_r is None else f"{relation.pearson_r:.3f}",
        None if relation.ci95 is None else f"{relation.ci95[0]:.3f} to {relation.ci95[1]:.3f}",
    )


def _rest(analysis: Analysis) -> tuple[float, float]:
    signals = analysis.signals
    return float(signals["right_commissure_mm"].std()), float(signals["left_commissure_mm"].std())


def main() -> None:
    """Print the tables."""
    for table in tables(smiles=3):
        table.write()


if __name__ == "__main__":
    main()
