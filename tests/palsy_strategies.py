"""Random weak faces, for the properties that every grade must have."""

from __future__ import annotations

from dataclasses import fields, replace

from hypothesis import strategies as st

from analysis.palsy.postures import SHUT_MM, Task
from tests.palsy_faces import SAGGING, Face, Hanging, Movements

SHARES = st.floats(0, 1, allow_subnormal=False)
REGIONS = [name.name for name in fields(Movements) if name.name != "narrowing"]

FACES = st.builds(
    Face,
    weak=st.builds(Movements, **dict.fromkeys(REGIONS, SHARES), narrowing=st.floats(0, 0.6)),
    hanging=st.sampled_from([Hanging(), SAGGING]),
    synkinesis=SHARES,
)


@st.composite
def weakened(draw: st.DrawFn) -> tuple[Face, Face]:
    """A face, and the same with one region weaker."""
    face, region, rest = draw(FACES), draw(st.sampled_from(REGIONS)), draw(SHARES)
    return face, replace(face, weak=replace(face.weak, **{region: getattr(face.weak, region) * rest}))


def same_eyes_shut(one: Face, other: Face) -> bool:
    """Scaling took no fissure across the length below which an eye is closed: a bound in millimetres."""
    first, second = one.examined(), other.examined()
    return all(
        (first.postures[task].side(side).fissure_mm < SHUT_MM)
        == (second.postures[task].side(side).fissure_mm < SHUT_MM)
        for task in Task
        for side in (first.affected, first.healthy)
    )
