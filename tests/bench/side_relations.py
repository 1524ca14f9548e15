"""Tables of what systems make of the sides of a face: on spliced real clips, and on clips known in every point.

``python -m tests.bench.side_relations`` prints the one of the spliced clips.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Final

from tests.bench.fidelity import Relation
from tests.bench.judging import HEAD_FRAMES, HeadFrame, KnownClip, compare, judge, judge_spliced
from tests.bench.peers import SYSTEMS, PeerMissing
from tests.bench.reading import Reading, System, flipped
from tests.bench.spliced import SOURCES, Kind, RealClip, Source, Spliced, real_clip
from tests.bench.tables import Cell, Table

_REGIONS: Final = ("mouth", "lid", "brow")
_MOVES_IOD: Final = 0.005
"""A side whose standard deviation is less than this share of the inter-ocular distance does not move enough to be related."""


def systems(names: Iterable[str] = tuple(SYSTEMS)) -> tuple[System, ...]:
    """By their words on a command line."""
    return tuple(SYSTEMS[name]() for name in names)


def real_movement(peers: Iterable[System], sources: Mapping[str, Source] = SOURCES) -> Table:
    """Spliced real clips: leak into a frozen half, lag of a delayed one, ratio of a twin as it is and in a mirror."""
    peers = tuple(peers)
    rows: list[tuple[Cell, ...]] = []
    remarks = [
        "frozen: slope of the resting left side on the right, 0 in truth. delayed: lag, s. twin: left/right, 1 in truth.",
        "True head frame: how the halves were laid on the head. Plain: similarity on the system's own canthi and nose.",
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
    reading = peer.read(clip.frames())
    frames: tuple[HeadFrame, ...] = HEAD_FRAMES if kind is Kind.FROZEN else ("true",)
    for head_frame in frames:
        yield _spliced_row(clip, peer.name, head_frame, reading)
    if kind is Kind.TWIN:
        width_px = clip.pictures[0].shape[1]
        mirror = peer.read(flipped(clip.frames())).flipped(width_px)
        yield _spliced_row(clip, f"{peer.name}, mirrored", "true", mirror)


def _spliced_row(clip: Spliced, name: str, head_frame: HeadFrame, reading: Reading) -> tuple[Cell, ...]:
    figure, true = {
        Kind.FROZEN: ("slope", 0.0),
        Kind.DELAYED: ("lag, s", clip.true_lag_s),
        Kind.TWIN: ("ratio", 1.0),
    }[clip.kind]
    found = judge_spliced(reading, clip, head_frame)

    def read(relation: Relation) -> float:
        return {Kind.FROZEN: relation.slope, Kind.DELAYED: relation.lag_s, Kind.TWIN: relation.ratio}[clip.kind]

    moving = [found[region] if found[region].right_sd >= _MOVES_IOD else None for region in _REGIONS]
    figures = [None if relation is None else read(relation) for relation in moving]
    correlations = [None if relation is None else relation.pearson_r for relation in moving]
    return (clip.kind.value, name, head_frame, figure, true, *figures, *correlations)


def known_movement(peers: Iterable[System], clips: Mapping[str, KnownClip]) -> Table:
    """Clips known in every point: gain and leak of what moves, ratio, correlation and jitter."""
    rows: list[tuple[Cell, ...]] = []
    remarks = [
        "Slopes of the regression of what is read on what is true. "
        "True head frame: the head's known motion undone. Plain: similarity on the system's own canthi and nose.",
        "Jitter: SD from picture to picture, % of the inter-ocular distance, where the region is at rest.",
    ]
    for peer in peers:
        try:
            for name, clip in clips.items():
                reading = peer.read(clip.frames())
                for head_frame in HEAD_FRAMES:
                    rows += [(name, peer.name, *row) for row in _known_rows(clip, head_frame, reading)]
        except PeerMissing as error:
            remarks.append(f"{peer.name} left out. {error}.")
    return Table(
        name="Known movement of each side",
        columns=(
            "clip",
            "system",
            "head frame",
            "region",
            "gain",
            "leak",
            "weaker/stronger read",
            "weaker/stronger true",
            "R",
            "jitter, % IOD",
        ),
        rows=tuple(rows),
        remarks=tuple(remarks),
        digits=3,
    )


def _known_rows(clip: KnownClip, head_frame: HeadFrame, reading: Reading) -> Iterable[tuple[Cell, ...]]:
    for found in judge(compare(reading, clip, head_frame)):
        if found.one is None:
            yield (head_frame, found.region, None, None, None, None, None, 100 * found.jitter_iod)
        else:
            figures = (found.one.gain, found.one.leak, found.ratio, found.true_ratio, found.r)
            yield (head_frame, found.region, *figures, None)


def main() -> None:
    """Print the table of the spliced clips."""
    real_movement(systems(sys.argv[1:] or tuple(SYSTEMS))).write()


if __name__ == "__main__":
    main()
