"""Exams with hemifacial spasms of known times: contractions put down one by one, and the signals that they would give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.palsy.results import Palsy
from analysis.results import AnalysisResult, Commissure
from analysis.spasm.assess import Seen, assess, refused
from analysis.spasm.results import BlinkEvent, Blinks, Spasm, SpasmEvent
from analysis.spasm.settings import ClassSettings
from analysis.spasm.trains import numbered
from analysis.values import Bilateral, Side, Status
from reports.exam import AssessedInstance
from tests.palsy_report_examples import FLACCID, flaccid_palsy, palsied, refused_palsy
from tests.report_examples import good_result, header, signals, source, within

OPEN_MM: Final = 9.6
MM_PER_IOD: Final = 62.0
TO_MIDLINE_MM: Final = 25.5
FPS: Final = 30.0
TOO_SHORT: Final = "only 8 s could be analysed: spasms come and go, and need 10 s at the least"
UID: Final = "1.2.826.0.1.3680043.10.1.3.{}"


def contraction(
    start_s: float,
    lasts_s: float,
    side: Side,
    *,
    closure: float,
    mouth: float,
    brow: bool | None = False,
    uid: str | None = UID.format(1),
) -> SpasmEvent:
    """``closure`` of the eye in %, ``mouth`` in % of the inter-iris distance; tonic from a second on."""
    mm = mouth / 100 * MM_PER_IOD
    return SpasmEvent(
        start_s=start_s,
        peak_s=start_s + min(0.12, lasts_s / 2),
        end_s=start_s + lasts_s,
        side=side,
        kind="tonic" if lasts_s >= 1 else "clonic",
        train=0,
        eye_closure_pct=closure,
        mouth_pct_iod=mouth,
        mouth_pct_rest=100 * mm / TO_MIDLINE_MM,
        mouth_mm=mm,
        brow_mm=None if brow is None else 1.7 if brow else 0.1,
        other_babinski=brow,
        source=uid,
    )


def train(start_s: float, count: int, side: Side, *, per_s: float = 3.2, **more: Any) -> list[SpasmEvent]:
    """Clonic contractions at an even pace; every third is a little larger."""
    closure, mouth = more.pop("closure", 64.0), more.pop("mouth", 5.4)
    return [
        contraction(
            start_s + k / per_s,
            0.7 / per_s,
            side,
            closure=closure + 4.0 * (k % 3 - 1),
            mouth=mouth + 0.4 * (k % 3 - 1),
            **more,
        )
        for k in range(count)
    ]


def blinks_at(*peaks_s: float, partial: Sequence[int] = (), seconds: float = 60.0) -> Blinks:
    """Blinks of 0.3 s; those of the numbers ``partial`` close the eyes by half."""
    events = tuple(
        BlinkEvent(
            start_s=peak - 0.12,
            peak_s=peak,
            end_s=peak + 0.18,
            closure_pct=52.0 if number in partial else 94.0,
            complete=number not in partial,
            source=UID.format(1),
        )
        for number, peak in enumerate(peaks_s)
    )
    return Blinks(
        status=Status.GOOD,
        analysable_s=seconds,
        count=len(events),
        partial=len(partial),
        rate_per_min=60 * len(events) / seconds,
        events=events,
    )


def spasms(events: Sequence[SpasmEvent], *, seconds: float = 60.0, alone: int = 0) -> Spasm:
    """What is said of these contractions."""
    seen = Seen(analysable_s=seconds, events=numbered(events, gap_s=1.0), closures_of_one_eye=alone)
    return assess(seen, ClassSettings())


MILD_EVENTS = [
    contraction(at, 0.24, Side.RIGHT, closure=closure, mouth=mouth)
    for at, closure, mouth in ((6.1, 31, 1.9), (17.8, 27, 2.1), (29.4, 35, 1.7), (41.0, 30, 2.2), (52.3, 33, 2.0))
]
CLONIC_EVENTS = [
    each
    for start, count in ((5.0, 4), (14.2, 6), (23.5, 5), (33.1, 3), (41.6, 7), (52.4, 4))
    for each in train(start, count, Side.LEFT, brow=count != 3)
]
TONIC_EVENTS = [
    contraction(start, lasts, Side.RIGHT, closure=93, mouth=9.4, brow=True)
    for start, lasts in ((4.0, 3.4), (13.5, 4.8), (24.2, 2.6), (34.0, 5.5), (46.1, 3.9))
]
BOTH_EVENTS = [*TONIC_EVENTS, *(each for start in (9.3, 20.4, 31.2) for each in train(start, 3, Side.LEFT, mouth=4.2))]
INDETERMINATE_EVENTS = [
    contraction(at, 0.25, Side.RIGHT, closure=closure, mouth=mouth, brow=None)
    for at, closure, mouth in ((6.1, 46, 2.8), (17.8, 52, 2.5), (29.4, 48, 3.1), (41.0, 53, 2.7), (52.3, 47, 2.9))
]
SOME_BLINKS = blinks_at(2.1, 11.3, 19.4, 31.9, 38.8, 44.7, 50.5, 58.0, partial=(1, 4, 6))


def spasm_signals(spasm: Spasm | None, blinks: Blinks | None, *, seconds: float = 60.0) -> pd.DataFrame:
    """The curves of these contractions and blinks, with the columns of ``signals.csv``, two gaps in them."""
    frames = round(seconds * FPS)
    table = signals(frames=frames, right=0.0, left=0.0)
    time = table["t_s"].to_numpy(dtype=np.float64)
    random = np.random.default_rng(11)
    both = sum((0.94 if each.complete else 0.52) * _held(time, each.start_s, each.end_s) for each in _blinks(blinks))
    for side in Side:
        own = [each for each in (spasm.events if spasm else ()) if each.side is side]
        closed = sum((each.eye_closure_pct or 0) / 100 * _held(time, each.start_s, each.end_s) for each in own)
        moved = sum((each.mouth_mm or 0) * _held(time, each.start_s, each.end_s) for each in own)
        closing = np.clip(both + closed + np.zeros(frames), 0, 1)
        table[f"{side.value}_aperture_mm"] = OPEN_MM * (1 - closing) + random.normal(0, 0.08, frames)
        table[f"{side.value}_commissure_mm"] = moved + random.normal(0, 0.07, frames)
    table.loc[~table["face"], [name for name in table.columns if name.endswith("_mm")]] = np.nan
    return table


def _blinks(blinks: Blinks | None) -> tuple[BlinkEvent, ...]:
    return blinks.events if blinks else ()


def _held(time: NDArray[np.float64], start: float, end: float) -> NDArray[np.float64]:
    steep = min(0.05, (end - start) / 6)
    return (0.5 + 0.5 * np.tanh((time - start - 2 * steep) / steep)) * (
        0.5 - 0.5 * np.tanh((time - end + 2 * steep) / steep)
    )


def spastic(
    events: Sequence[SpasmEvent],
    blinks: Blinks | None = SOME_BLINKS,
    *,
    number: int = 1,
    label: str = "Clip 1",
    seconds: float = 60.0,
    spasm: Spasm | None = None,
    **values: Any,
) -> AssessedInstance:
    """A recording with these contractions and blinks, and no palsy that could be graded."""
    told = spasm or spasms(events, seconds=seconds)
    return AssessedInstance(
        label=label,
        source=source(header(number, **values)),
        result=_result(told, blinks, seconds=seconds),
        signals=spasm_signals(told, blinks, seconds=seconds),
    )


def _result(spasm: Spasm, blinks: Blinks | None, *, seconds: float) -> AnalysisResult:
    plain = good_result()
    frames = round(seconds * FPS)
    moving = {
        side: np.median([each.mouth_mm or 0 for each in spasm.events if each.side is side] or [0.1]) for side in Side
    }
    moved = Bilateral(right=float(moving[Side.RIGHT]), left=float(moving[Side.LEFT]))
    weaker = Side.RIGHT if moved.right < moved.left else Side.LEFT
    return plain.model_copy(
        update={
            "source": plain.source.model_copy(update={"frames": frames, "duration_s": seconds}),
            "quality": plain.quality.model_copy(update={"frames_used": frames - 16, "analysable_s": seconds}),
            "movement": plain.movement.model_copy(
                update={
                    "excursion_mm": moved,
                    "excursion_interval_mm": within(
                        (0.8 * moved.right, 1.2 * moved.right), (0.8 * moved.left, 1.2 * moved.left)
                    ),
                    "segments": (),
                }
            ),
            "commissure": Commissure(
                status=Status.NOT_ASSESSABLE,
                reason=f"the {weaker} mouth corner did not move: 0.1 mm is within its own resting noise (0.3 mm)",
                weaker_side=weaker,
            ),
            "palsy": refused_palsy(),
            "spasm": spasm,
            "blinks": blinks,
        }
    )


def mild(**values: Any) -> AssessedInstance:
    """Mild, right."""
    return spastic(MILD_EVENTS, **values)


def clonic(**values: Any) -> AssessedInstance:
    """Moderate clonic, left."""
    return spastic(CLONIC_EVENTS, **values)


def tonic(**values: Any) -> AssessedInstance:
    """Severe tonic, right."""
    return spastic(TONIC_EVENTS, **values)


def both_sides(**values: Any) -> AssessedInstance:
    """Tonic on the right, trains on the left."""
    return spastic(BOTH_EVENTS, **values)


def indeterminate(**values: Any) -> AssessedInstance:
    """Between mild and moderate clonic, right."""
    return spastic(INDETERMINATE_EVENTS, **values)


def none_seen(**values: Any) -> AssessedInstance:
    """Blinks alone."""
    return spastic([], **values)


def too_short(**values: Any) -> AssessedInstance:
    """Eight seconds: nothing can be said of spasms."""
    short = Blinks(status=Status.LIMITED, reason="only 8 s", analysable_s=8.0, count=1, partial=0, events=())
    return spastic([], short, seconds=8.0, spasm=refused(TOO_SHORT), **values)


def palsied_and(spasm: Spasm, blinks: Blinks | None = SOME_BLINKS, palsy: Palsy | None = None) -> AssessedInstance:
    """A flaccid right side in a recording of which this is said too."""
    plain = palsied(palsy or flaccid_palsy(), FLACCID)
    result = plain.result.model_copy(update={"spasm": spasm, "blinks": blinks})
    return AssessedInstance(label=plain.label, source=plain.source, result=result, signals=plain.signals)


def long_recording(minutes: int = 5) -> AssessedInstance:
    """As moderate clonic, over and over: more contractions than any list holds."""
    events = [
        each.model_copy(update={name: getattr(each, name) + 60.0 * minute for name in ("start_s", "peak_s", "end_s")})
        for minute in range(minutes)
        for each in (*CLONIC_EVENTS, *(one for s in (10.0, 19.0, 28.2, 46.5, 57.0) for one in train(s, 4, Side.LEFT)))
    ]
    return spastic(events, blinks_at(*np.arange(3.0, 60.0 * minutes, 4.1)), seconds=60.0 * minutes)
