"""What systems make of the sides of a face on spliced real clips: ``python -m tests.bench.side_relations``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Final

from tests.bench.fidelity import Relation
from tests.bench.followed import of_analysis
from tests.bench.head_signals import Signals
from tests.bench.judging import HEAD_FRAMES, HeadFrame, judge_signals, judge_spliced
from tests.bench.ours import Vultus
from tests.bench.peers import SYSTEMS, PeerMissing
from tests.bench.reading import Reading, System, flipped
from tests.bench.spliced import SOURCES, Kind, RealClip, Source, Spliced, real_clip
from tests.bench.tables import Cell, Table

_REGIONS: Final = ("mouth", "lid", "brow")
_MOVES_IOD: Final = 0.005
"""A side whose standard deviation is less than this share of the inter-ocular distance does not move enough to be related."""


VULTUS: Final = "vultus"


def systems(names: Iterable[str] = (*SYSTEMS, VULTUS)) -> tuple[System, ...]:
    """By their words on a command line."""
    return tuple(Vultus() if name == VULTUS else SYSTEMS[name]() for name in names)


def real_movement(peers: Iterable[System], sources: Mapping[str, Source] = SOURCES) -> Table:
    """Spliced real clips: leak into a frozen half, lag of a delayed one, ratio of a twin as it is and in a mirror."""
    peers = tuple(peers)
    rows: list[tuple[Cell, ...]] = []
    remarks = [
        "frozen: slope of the resting left side on the right, 0 in truth. delayed: lag, s. twin: left/right, 1 in truth.",
        "True head frame: how the halves were laid on the head. Plain: similarity on the system's own canthi and nose. Own, "
        "corrected: the signals that the product makes of its points, as it smooths them.",
        "- where the right side hardly moves, or no face is found.",
    ]
    for name, source in sources.items():
        if not source.path.is_file():
            remarks.append(f"{name} left out: {source.file} is not beside the project.")
            continue
        clip = real_clip(source)
        for peer in peers:
            try:
                rows += [(name, *row) for kind in source.kinds for row in _spliced_rows(clip, kind, peer)]
            except PeerMissing as error:
                remarks.append(f"{peer.name} left out. {error}.")
    return Table(
        name="Real movement, known relation of the sides",
        columns=("clip", "splice", "system", "head frame", "figure", "true", *_REGIONS, *(f"R {r}" for r in _REGIONS)),
        rows=tuple(rows),
        remarks=tuple(dict.fromkeys(remarks)),
    )


def _spliced_rows(real: RealClip, kind: Kind, peer: System) -> Iterable[tuple[Cell, ...]]:
    clip = real.spliced(kind)
    reading, own = _read(peer, clip)
    frames: tuple[HeadFrame, ...] = HEAD_FRAMES if kind is Kind.FROZEN else ("true",)
    for head_frame in frames:
        yield _spliced_row(clip, peer.name, head_frame, judge_spliced(reading, clip, head_frame))
    if own is not None:
        yield _spliced_row(clip, peer.name, "own, corrected", judge_signals(own))
    if kind is Kind.TWIN:
        width_px = clip.pictures[0].shape[1]
        mirror = peer.read(flipped(clip.frames())).flipped(width_px)
        yield _spliced_row(clip, f"{peer.name}, mirrored", "true", judge_spliced(mirror, clip, "true"))


def _read(peer: System, clip: Spliced) -> tuple[Reading, Signals | None]:
    """Points, and of the product also the signals that it makes of them, as it smooths them."""
    if not isinstance(peer, Vultus):
        return peer.read(clip.frames()), None
    ours = peer.watch(clip.frames())
    return ours.reading, of_analysis(ours.analysis).smooth


def _spliced_row(clip: Spliced, name: str, head_frame: str, found: Mapping[str, Relation]) -> tuple[Cell, ...]:
    figure, true = {
        Kind.FROZEN: ("slope", 0.0),
        Kind.DELAYED: ("lag, s", clip.true_lag_s),
        Kind.TWIN: ("ratio", 1.0),
    }[clip.kind]

    def read(relation: Relation) -> float:
        return {Kind.FROZEN: relation.slope, Kind.DELAYED: relation.lag_s, Kind.TWIN: relation.ratio}[clip.kind]

    moving = [found[region] if found[region].right_sd >= _MOVES_IOD else None for region in _REGIONS]
    figures = [None if relation is None else read(relation) for relation in moving]
    correlations = [None if relation is None else relation.pearson_r for relation in moving]
    return (clip.kind.value, name, head_frame, figure, true, *figures, *correlations)


def main() -> None:
    """Print the table of the spliced clips."""
    real_movement(systems(sys.argv[1:] or (*SYSTEMS, VULTUS))).write()


if __name__ == "__main__":
    main()
